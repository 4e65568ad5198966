public import AuthCore
import LDAPClient

extension LDAPBackend {
    /// Looks at an attempt after it was made and finds out what stands in somebody's way, and what would help.
    ///
    /// Searches as the service account; it never binds as the person, so that it cannot count towards a lockout.
    /// - Parameters:
    ///   - report: The attempt.
    ///   - username: What was typed.
    ///   - context: How long it may take, and the trace for its steps.
    /// - Returns: What was found; empty if this backend has no part in it.
    public func diagnose(
        _ report: AuthenticationReport, of username: LoginName, _ context: AuthenticationContext
    ) async -> [AuthenticationDiagnosis] {
        // Of a directory that could not say what it is, the file still says where it is and below what people are.
        let known = await presumedDirectory(context)
        let configuration = known.configuration
        let reader = DirectoryReader(directory: known, client: client, context: context)
        let look = AttemptDiagnosis(backend: self, reader: reader, report: report)
        if let outage = report.outages.first(where: { $0.backend == name })?.outage {
            return [await look.diagnose(outage)]
        }
        guard username.problem == nil else { return [] }
        guard let sought = configuration.users.sought(username) else {
            guard case .notFound = report.outcome, let realm = configuration.users.realm else { return [] }
            return [look.finding(.search, Absence.otherRealm(typed: username.text, realm: realm))]
        }
        switch report.outcome {
        case .notFound:
            return [await look.diagnoseAbsence(of: sought)]
        case .denied(.ambiguousUser) where report.backend == name && report.external == nil:
            return [look.diagnoseAmbiguity()]
        case .rejected, .denied:
            guard report.backend == name, report.external == nil else { return [] }
            if let entry = await look.entry(of: sought) { return [await look.diagnoseRefusal(of: entry)] }
            // Without a search the directory says the same of a wrong password and of an entry that is not there.
            if case .template(let template) = configuration.users.method {
                return [look.missing(template.dn(for: sought.name))]
            }
            return [look.diagnoseUnseen(report.outcome)]
        case .authenticated:
            guard report.backend == name, let dn = report.external?.link.dn else { return [] }
            return await look.diagnoseAdmission(of: dn)
        case .unavailable:
            return []
        }
    }
}

/// One look at one attempt: what was asked, and what it is looked at with. Each kind of cause is an extension of this in a file of its own.
struct AttemptDiagnosis: Sendable {
    let backend: LDAPBackend
    let reader: DirectoryReader
    let report: AuthenticationReport

    var configuration: LDAPBackendConfiguration { reader.configuration }

    /// A finding of this backend.
    func finding(_ step: AuthenticationDiagnosis.Step, cause: String, remedy: String) -> AuthenticationDiagnosis {
        AuthenticationDiagnosis(backend: backend.name, step, cause: cause, remedy: remedy)
    }

    func finding(_ step: AuthenticationDiagnosis.Step, _ absence: Absence) -> AuthenticationDiagnosis {
        finding(step, cause: absence.cause, remedy: absence.remedy)
    }

    /// Why the backend answered as it did, in its own words.
    var explanation: String? { report.explanation }

    /// Why somebody was refused whom the service account does not see.
    func diagnoseUnseen(_ outcome: AuthenticationOutcome) -> AuthenticationDiagnosis {
        if case .denied(let reason) = outcome {
            return finding(
                .accountState, cause: explanation ?? "The person must not come in: \(reason.rawValue).",
                remedy: Self.remedy(reason, "the entry"))
        }
        return finding(
            .bind, cause: explanation ?? "The directory does not accept the name and the password.",
            remedy: "Type both again. The service account sees nobody of that name.")
    }

    // MARK: Finding the person

    func diagnoseAbsence(of sought: SoughtName) async -> AuthenticationDiagnosis {
        guard case .template(let template) = configuration.users.method else {
            return finding(.search, await reader.absence(of: sought))
        }
        return missing(template.dn(for: sought.name))
    }

    func missing(_ dn: String) -> AuthenticationDiagnosis {
        finding(
            .bind, cause: "There is no entry \(dn), which users: dn_template makes of the name.",
            remedy: "Correct the name or users: dn_template, or search for people: users: base and filter.")
    }

    func diagnoseAmbiguity() -> AuthenticationDiagnosis {
        finding(
            .search, cause: explanation ?? "The name stands for more than one entry.",
            remedy:
                "Log in with a name that only one of them has, such as the mail address if the filter searches by it.")
    }

    /// The person's entry, as a login reads it.
    func entry(of sought: SoughtName) async -> LDAPEntry? {
        let looking = reader.looking
        switch configuration.users.method {
        case .template(let template): return try? await looking.entry(dn: template.dn(for: sought.name))
        case .search:
            guard case .one(let entry)? = try? await looking.find(sought) else { return nil }
            return entry
        }
    }
}
