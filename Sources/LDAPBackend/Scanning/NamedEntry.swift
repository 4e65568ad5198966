public import AuthCore
import LDAPClient

/// What a directory has under a name, for an administrator who wants to link an account to it.
public enum NamedEntry: Sendable, Hashable {
    /// Nobody who could come in; why, in a sentence. With a trace in the context, it is found out where else the name is.
    case none(explanation: String)
    /// One person, and the username that the directory gives them.
    case one(ExternalLink, username: String)
    /// Several entries, of which these are some, by DN.
    case several([String])
}

extension LDAPBackend {
    /// Looks somebody up by the name they would log in with, as the service account and without a password.
    /// - Throws: ``AuthenticationOutage`` if the directory cannot be asked.
    public func entry(
        named username: LoginName, _ context: AuthenticationContext = AuthenticationContext()
    ) async throws -> NamedEntry {
        if let problem = username.problem { return .none(explanation: "Nobody has that name: \(problem.rawValue).") }
        return try await reading(context) { reader in
            guard let sought = reader.configuration.users.sought(username) else {
                return .none(explanation: "'\(username)' names another directory than '\(name)'.")
            }
            let finding: DirectoryReader.Finding
            switch reader.configuration.users.method {
            case .search: finding = try await reader.find(sought)
            case .template(let template):
                finding = try await reader.entry(dn: template.dn(for: sought.name)).map { .one($0) } ?? .none
            }
            switch finding {
            case .none:
                // Finding out why costs searches, as for a login.
                let nobody = "'\(name)' has no entry for '\(username)'."
                guard context.keepsSteps else { return .none(explanation: nobody) }
                let absence = await reader.absence(of: sought)
                return .none(explanation: "\(nobody) \(absence.cause) \(absence.remedy)")
            case .several(let dns): return .several(dns)
            case .one(let entry):
                switch reader.people.read(entry) {
                case .unusable(let reason), .unnamed(_, _, _, let reason): return .none(explanation: reason)
                case .person(let account, _, _): return .one(account.link, username: account.username)
                }
            }
        }
    }
}
