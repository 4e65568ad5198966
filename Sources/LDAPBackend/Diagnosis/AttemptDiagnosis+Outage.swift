import AuthCore
import LDAPClient

extension AttemptDiagnosis {
    /// Why the directory could not be asked.
    func diagnose(_ outage: AuthenticationOutage) async -> AuthenticationDiagnosis {
        if let failure = outage.underlying as? ReadingFailure { return await diagnose(failure, outage) }
        guard let error = outage.underlying as? LDAPError else {
            return finding(
                report.failedStep(of: backend.name) ?? .connect, cause: outage.message,
                remedy: "Look at the log of the directory's server at this time.")
        }
        switch error.step {
        case .resolve?:
            return finding(
                .resolve, cause: error.cause, remedy: "Correct the name in servers, or look at this machine's DNS.")
        case .tls?:
            return finding(.tls, cause: error.cause, remedy: error.tlsRemedy)
        case .serviceBind?: return await diagnoseServiceBind(error)
        case .search?: return await diagnoseSearch(error)
        case .bind?:
            return finding(.bind, cause: error.cause, remedy: error.encryptionRemedy ?? error.remedySentence)
        default:
            return finding(error.code == .tlsFailed ? .tls : .connect, cause: error.cause, remedy: error.remedySentence)
        }
    }

    // MARK: Service account

    private func diagnoseServiceBind(_ error: LDAPError) async -> AuthenticationDiagnosis {
        if let remedy = error.encryptionRemedy { return finding(.serviceBind, cause: error.cause, remedy: remedy) }
        guard error.code == .invalidCredentials, let account = reader.client.configuration.serviceAccount else {
            return finding(.serviceBind, cause: error.cause, remedy: error.remedySentence)
        }
        let contexts = await publicNamingContexts()
        if case .simple = account.method, !contexts.isEmpty, !contexts.contains(where: account.dn.isEqualOrBelow) {
            return finding(
                .serviceBind,
                cause:
                    "\(error.cause) \(account.dn) cannot exist there: the server holds \(contexts.map(\.description).joined(separator: " and ")).",
                remedy: "Correct service_account: dn.")
        }
        return finding(
            .serviceBind, cause: error.cause,
            remedy:
                "Correct service_account: the password in its password_file or password_env, or the dn, letter by letter. Directories do not say which of the two is wrong."
        )
    }

    /// What the server says that it holds, as anybody may see it.
    private func publicNamingContexts() async -> [DistinguishedName] {
        var configuration = reader.client.configuration
        configuration.serviceAccount = nil
        let client = LDAPClient(configuration: configuration, name: backend.name, logger: backend.logger)
        let facts = try? await client.rootDSE(
            deadline: reader.context.deadline, trace: reader.ldapTrace(DirectoryReader.purpose))
        await client.shutdown()
        return facts?.namingContexts ?? []
    }

    // MARK: Searches

    private func diagnoseSearch(_ error: LDAPError) async -> AuthenticationDiagnosis {
        let step: AuthenticationDiagnosis.Step = report.failedStep(of: backend.name) ?? .search
        if error.code == .noSuchObject || error.code == .invalidDN,
            let missing = await missingBase(error, ofGroups: step != .search)
        {
            return finding(step, cause: missing.cause, remedy: missing.remedy)
        }
        let demands: [LDAPError.Code] = [
            .strongerAuthRequired, .operationsError, .unwillingToPerform, .insufficientAccess,
            .inappropriateAuthentication,
        ]
        if demands.contains(error.code), reader.client.configuration.serviceAccount == nil {
            return finding(
                step,
                cause:
                    "The directory answers nobody who has not bound, and there is no service_account. \(error.cause)",
                remedy: "Configure a service_account that may search.")
        }
        return finding(step, cause: error.cause, remedy: error.searchRemedy)
    }

    /// The base that the server does not have.
    private func missingBase(_ error: LDAPError, ofGroups: Bool) async -> (cause: String, remedy: String)? {
        let key = ofGroups ? "groups: base" : "users: base"
        let bases = ofGroups ? configuration.groups?.bases ?? [] : (try? configuration.users.bases) ?? []
        for base in bases {
            do {
                _ = try await reader.look(
                    SearchRequest(base: base, scope: .base, attributes: .none, sizeLimit: 1))
            } catch let failure as LDAPError where failure.code == .noSuchObject {
                return await missing(base, key, failure)
            } catch {
                continue
            }
        }
        return nil
    }

    private func missing(
        _ base: DistinguishedName, _ key: String, _ error: LDAPError
    ) async -> (cause: String, remedy: String) {
        let contexts = await reader.namingContexts()
        if !contexts.isEmpty, !contexts.contains(where: base.isEqualOrBelow) {
            let held = contexts.map(\.description).joined(separator: " and ")
            return (
                "\(key), \(base), is below nothing that the server holds: it holds \(held).",
                "Correct \(key) so that it ends in \(held)."
            )
        }
        let parent = base.parent ?? base
        let siblings = await children(of: parent)
        // The name of the entry itself is compared: what follows is the same for all.
        let meant = NearestWord.to(Self.ownName(base.description), among: siblings.map(Self.ownName))
        let near = siblings.first { Self.ownName($0) == meant }
        let seen =
            siblings.isEmpty
            ? "" : " Below \(parent) the service account sees \(Self.list(siblings.map(Self.ownName)))."
        let correction = near.map { "Write \(key): \($0)" } ?? "Correct \(key)"
        // slapd says how far the name leads only where nothing is to be kept secret.
        guard error.matchedDN?.isEmpty ?? true else {
            return ("\(key), \(base), does not exist.\(seen)", "\(correction).")
        }
        return (
            "\(key), \(base), is hidden from the service account, or does not exist.\(seen)",
            "\(correction), or give the service account the right to search it."
        )
    }

    /// The first part of a DN.
    private static func ownName(_ dn: String) -> String {
        (try? DistinguishedName(dn))?.relativeNames.first.map { DistinguishedName([$0]).description } ?? dn
    }

    /// The first of several names, and how many more there are.
    private static func list(_ names: [String]) -> String {
        let rest = names.count > 8 ? " and \(names.count - 8) more" : ""
        return names.sorted().prefix(8).joined(separator: ", ") + rest
    }

    private func children(of parent: DistinguishedName) async -> [String] {
        let request = SearchRequest(base: parent, scope: .oneLevel, attributes: .none, sizeLimit: 50)
        return (try? await reader.look(request))?.entries.map(\.dn) ?? []
    }

    // MARK: Answers that are not enough

    private func diagnose(_ failure: ReadingFailure, _ outage: AuthenticationOutage) async -> AuthenticationDiagnosis {
        let step = report.failedStep(of: backend.name, orLast: true) ?? .search
        switch failure {
        case .cutOff(let reason):
            let limit =
                switch reason {
                case .sizeLimit: "the number of entries"
                case .timeLimit: "the time of a search"
                default: "the size and the time of searches"
                }
            return finding(
                step, cause: outage.message,
                remedy: "Raise the server's limit on \(limit) for the service account, or narrow base and filter.")
        case .noIdentity(let dn, let attribute):
            let others = await identities(of: dn)
            let preset =
                others.first.map { ", or write preset: \($0.preset), since the entry shows \($0.attribute)" } ?? ""
            return finding(
                step == .groups || step == .rules ? step : .attributes, cause: outage.message,
                remedy: "Give the service account the right to read \(attribute)\(preset).")
        case .hiddenPerson(let dn):
            return finding(.search, cause: outage.message, remedy: "Give the service account the right to read \(dn).")
        }
    }

    private func identities(of dn: String) async -> [(attribute: String, preset: String)] {
        let known = [
            ("ipaUniqueID", "freeipa"), ("entryUUID", "openldap"), ("objectGUID", "active-directory"),
            ("nsUniqueId", "389ds"),
        ]
        guard let base = try? DistinguishedName(dn) else { return [] }
        let request = SearchRequest(base: base, scope: .base, attributes: .named(known.map(\.0)))
        guard let entry = try? await reader.look(request).entries.first else { return [] }
        return known.filter { entry[$0.0].count == 1 }.map { (attribute: $0.0, preset: $0.1) }
    }
}

extension AuthenticationReport {
    /// The part of the attempt in which a backend's last failing step was taken.
    /// - Parameter orLast: Whether the last step counts where none failed.
    fileprivate func failedStep(of backend: String, orLast: Bool = false) -> AuthenticationDiagnosis.Step? {
        let own = steps.filter { $0.backend == backend }
        let step = own.last { !$0.isOK } ?? (orLast ? own.last : nil)
        return step.flatMap { AuthenticationDiagnosis.Step(rawValue: $0.name) }
    }
}
