public import AuthCore
import LDAPBackend

extension Bridge {
    /// Looks at an attempt and says what stands in the person's way and what would help: which step failed, why, and the remedy.
    ///
    /// Searches as the service accounts, more widely than the attempt did, and makes TLS handshakes where TLS failed. It sends no password of
    /// the person, so that it cannot lock anybody's account. An attempt that was made without a hitch costs nothing but a look at its rules.
    ///
    /// - Parameters:
    ///   - report: The attempt, traced.
    ///   - username: What was typed.
    ///   - limit: How long the look may take, in all. Default: 10 seconds.
    /// - Returns: The report with its `diagnoses`, and with the steps of the look after its own.
    public func diagnosing(
        _ report: AuthenticationReport, of username: LoginName, within limit: Duration = .seconds(10)
    ) async -> AuthenticationReport {
        let deadline = ContinuousClock.now + limit
        var report = report
        let tls = await tlsFindings(report, until: min(deadline, .now + .seconds(5)))
        let trace = AuthenticationTrace()
        let context = AuthenticationContext(deadline: deadline, trace: trace)
        var diagnoses = tls.map(\.diagnosis)
        if let own = await localDiagnosis(report, of: username) { diagnoses.append(own) }
        for directory in directories
        where configuration.chain.contains(directory.name)
            && !tls.contains(where: { $0.step.backend == directory.name })
        {
            diagnoses += await directory.diagnose(report, of: username, context)
        }
        // What the answer rests on goes first.
        let decisive = diagnoses.filter { $0.backend == report.backend }
        report.diagnoses = decisive + diagnoses.filter { $0.backend != report.backend }
        report.steps += tls.map(\.step) + trace.steps
        // What was tried last is what the report is about.
        if report.outcome == .unavailable(.tlsFailed), let last = tls.last { report.explanation = last.step.detail }
        return report
    }

    /// What is wrong with what was typed, or here and not in a directory.
    private func localDiagnosis(
        _ report: AuthenticationReport, of username: LoginName
    ) async -> AuthenticationDiagnosis? {
        let explanation = report.explanation ?? ""
        switch report.outcome {
        case .rejected(.emptyPassword):
            return AuthenticationDiagnosis(
                .credentials, cause: "No password was given, and an empty one is offered to no directory.",
                remedy: "Type the password, or check what is sent to standard input.")
        case .rejected(.malformedName) where username.problem != nil:
            return AuthenticationDiagnosis(
                .credentials, cause: explanation, remedy: "Type the name as the directory has it.")
        case .unavailable(.databaseUnavailable):
            return .database(explanation, report.backend)
        case .denied(.ambiguousUser) where report.backend == nil:
            return AuthenticationDiagnosis(
                .search, cause: explanation,
                remedy: "Say which directory is meant with users: realm, or narrow users: filter of one of them.")
        case .denied(let reason) where report.external != nil:
            return denial(reason, report)
        case .notFound where directoriesAreMissing:
            return AuthenticationDiagnosis(
                .search, cause: "No directory is in the chain.", remedy: "Add one to chain.")
        default: return nil
        }
    }

    private var directoriesAreMissing: Bool {
        !directories.contains { configuration.chain.contains($0.name) }
    }

    /// Why somebody whom the directory lets in gets no account here.
    private func denial(_ reason: DenialReason, _ report: AuthenticationReport) -> AuthenticationDiagnosis {
        let name = report.external?.username ?? ""
        let cause: String
        let remedy: String
        var step = AuthenticationDiagnosis.Step.localAccount
        switch reason {
        case .newUsersNotAllowed:
            if let obstacle = report.external?.creationObstacle {
                step = .attributes
                cause = obstacle
                remedy =
                    "Fill it in in the directory, let the service account read it, or write when_missing: clear or keep for it."
            } else {
                cause = "'\(name)' has no account here, and new_users: refuse makes none."
                remedy =
                    "Create and link one: dirbridge user create \(name), then dirbridge user link \(name). Or set new_users: create."
            }
        case .pendingApproval:
            cause = "new_users: pending: the account of '\(name)' waits for an administrator."
            remedy = "After a login has made it: dirbridge user activate \(name)"
        case .nameCollision:
            cause = report.explanation ?? ""
            remedy =
                "If it is the same person: dirbridge user link \(name), or adopt: unusable. If not, rename one of the two."
        case .accountDisabled:
            cause =
                report.explanation
                ?? "The account '\(name)' is not active here, though the directory lets the person in."
            remedy = "If the person is to come in: dirbridge user activate \(name)"
        default:
            cause = report.explanation ?? "'\(name)' cannot have an account here: \(reason.rawValue)."
            remedy = "Look at the account: dirbridge user show \(name)"
        }
        return AuthenticationDiagnosis(backend: report.backend, step, cause: cause, remedy: remedy)
    }
}

extension AuthenticationDiagnosis {
    /// That the account database cannot be read or written.
    /// - Parameters:
    ///   - cause: What is wrong with it.
    ///   - backend: The backend whose turn it was, if it was one's.
    public static func database(_ cause: String, _ backend: String? = nil) -> AuthenticationDiagnosis {
        AuthenticationDiagnosis(
            backend: backend, .localAccount, cause: cause,
            remedy:
                "Look at database in the configuration: the path, the rights on the file and its folder, the space on the disk."
        )
    }
}
