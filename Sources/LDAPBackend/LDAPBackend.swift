public import AuthCore
public import LDAPClient
public import Logging

/// Lets people in with the password they have in a directory.
///
/// The name is looked up by a search as the service account; the password is tested by binding as the entry that was found; groups and
/// rules say whether the person may come in and what they may do. The answer is a verdict with an ``ExternalAccount``; the chain mirrors it.
/// This backend writes nothing, neither here nor in the directory.
///
/// A login costs one user search, one bind, one search for direct groups, and one more for each level of nesting.
public struct LDAPBackend: AuthenticationBackend {
    /// How the directory is read.
    public let configuration: LDAPBackendConfiguration

    let client: LDAPClient
    let ruleGroups: RuleGroups
    let logger: Logger

    /// A backend.
    /// - Parameters:
    ///   - configuration: How the directory describes its people.
    ///   - client: The way to the directory. Its owner shuts it down.
    ///   - memory: Remembers which groups rules stood for; mostly the account store.
    ///   - logger: Hears at `debug` what was decided.
    public init(
        configuration: LDAPBackendConfiguration, client: LDAPClient, memory: any RuleGroupMemory,
        logger: Logger = Logger(label: "auth.ldap")
    ) {
        self.configuration = configuration
        self.client = client
        self.ruleGroups = RuleGroups(configuration: configuration, memory: memory)
        self.logger = logger
    }

    public var name: String { configuration.name }
    public var mirrorPolicy: MirrorPolicy { configuration.mirrorPolicy }
    public var onOutage: OutagePolicy { configuration.onOutage }

    /// Finds the entry by a search. With a DN template there is nothing to search, and the bind is the look-up.
    public func lookUp(_ request: AuthenticationRequest) async throws -> Lookup {
        guard let credentials = request.credentials as? PasswordCredentials else { return .unknown }
        guard case .search = configuration.users.method else { return .possible }
        let reader = reader(for: request.context)
        return try await reader.reporting {
            switch try await reader.find(credentials.username.text) {
            case .none:
                await absent(credentials.username, reader)
                return .unknown
            case .one(let entry): return .known(entry)
            case .several(let dns):
                return ambiguous(dns, credentials.username, request.context)
            }
        }
    }

    /// Binds as the person's entry and reads what the directory says about them.
    public func authenticate(_ request: AuthenticationRequest) async throws -> AuthenticationVerdict {
        guard let credentials = request.credentials as? PasswordCredentials else { return .notFound }
        if let flaw = credentials.flaw { return .rejected(flaw) }
        let reader = reader(for: request.context)
        return try await reader.reporting {
            switch configuration.users.method {
            case .search:
                var entry = request.candidate as? LDAPEntry
                if entry == nil {
                    switch try await reader.find(credentials.username.text) {
                    case .none:
                        await absent(credentials.username, reader)
                        return .notFound
                    case .one(let found): entry = found
                    case .several(let dns):
                        guard case .denied(let reason) = ambiguous(dns, credentials.username, request.context) else {
                            return .notFound
                        }
                        return .denied(reason)
                    }
                }
                guard let entry else { return .notFound }
                if let refusal = try await reader.bind(as: entry.dn, credentials.password) { return refusal }
                return try await admit(entry, reader)
            case .template(let template):
                let dn = template.dn(for: credentials.username.text)
                if let refusal = try await reader.bind(as: dn, credentials.password) { return refusal }
                guard let entry = try await reader.entry(dn: dn) else {
                    throw AuthenticationOutage(
                        .searchRefused,
                        "'\(name)' accepted the password of \(dn), but the entry cannot be read; give the service account the right to read it."
                    )
                }
                return try await admit(entry, reader)
            }
        }
    }

    /// Reads the entry with the given id and says whether it still has the username. An entry that is gone has no name.
    public func stillHolds(
        _ username: String, _ link: ExternalLink, _ context: AuthenticationContext
    ) async throws -> Bool {
        let reader = reader(for: context)
        return try await reader.reporting {
            guard let entry = try await reader.entry(id: link.id) else { return false }
            return entry.strings(configuration.attributes.username).contains {
                LoginName.fold($0) == LoginName.fold(username)
            }
        }
    }

    /// Finds the groups that rules name, so that the first login need not, and says which cannot be found.
    ///
    /// - Returns: The leaves that stand for no group, or for several.
    /// - Throws: ``AuthenticationOutage`` if the directory cannot be asked.
    public func unresolvedRuleGroups(_ context: AuthenticationContext = AuthenticationContext()) async throws
        -> [UnresolvedRuleGroup]
    {
        let reader = reader(for: context)
        return try await reader.reporting { try await ruleGroups.current(reader).unresolved }
    }

    private func reader(for context: AuthenticationContext) -> DirectoryReader {
        DirectoryReader(configuration: configuration, client: client, context: context)
    }

    /// Finding out why somebody is absent costs searches, so it is done only for those who read it.
    private func absent(_ username: LoginName, _ reader: DirectoryReader) async {
        guard let trace = reader.context.trace else { return }
        trace.explain(await reader.explainAbsence(of: username.text))
    }

    private func ambiguous(_ dns: [String], _ username: LoginName, _ context: AuthenticationContext) -> Lookup {
        context.trace?.explain(
            "'\(username)' stands for more than one entry of '\(name)': \(dns.joined(separator: " and ")). Make the name unique in the directory, or narrow users: base or filter."
        )
        return .denied(.ambiguousUser)
    }
}
