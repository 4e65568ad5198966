import AuthCore
import LDAPClient

/// Reads one directory on behalf of one attempt: every operation has the attempt's deadline and goes into its trace.
struct DirectoryReader: Sendable {
    var directory: PreparedDirectory
    let client: LDAPClient
    let context: AuthenticationContext
    /// On whose connection searches are made; `nil` for the service account's.
    var session: PersonSession?
    /// Whether it looks for a cause after the attempt, which the trace then says of its searches.
    var isLooking = false

    var configuration: LDAPBackendConfiguration { directory.configuration }
    var people: PersonMapping { directory.people }

    /// What a look-up by name came to.
    enum Finding: Sendable {
        case none
        case one(LDAPEntry)
        /// The DNs of the first two.
        case several([String])
    }

    /// Finds the person who goes by a name. Only a search that found exactly one entry found anybody.
    /// - Parameter extraAttributes: What is read beside what the configuration needs.
    func find(_ sought: SoughtName, reading extraAttributes: [String] = []) async throws -> Finding {
        guard case .search(let bases, let template) = configuration.users.method else { return .none }
        let filter = try template.filter(sought.values)
        var found: LDAPEntry?
        for base in bases {
            let result = try await search(
                SearchRequest(
                    base: base, scope: .subtree, filter: filter,
                    attributes: .named(people.loginAttributeNames + extraAttributes), sizeLimit: 2))
            let all = [found].compactMap(\.self) + result.entries
            if all.count > 1 { return .several(all.map(\.dn)) }
            guard result.isConclusive else {
                throw AuthenticationOutage(
                    .searchRefused,
                    "The search for '\(sought.typed)' below \(base) of '\(configuration.name)' did not come to an end (\(result.shortfall)); look at the limits of the service account.",
                    underlying: result.failure)
            }
            found = all.first
        }
        return found.map { .one($0) } ?? .none
    }

    /// Reads a person's entry by its DN; `nil` if there is none.
    func entry(dn: String) async throws -> LDAPEntry? {
        do {
            return try await search(
                SearchRequest(
                    base: try DistinguishedName(dn), scope: .base, filter: .present("objectClass"),
                    attributes: .named(people.loginAttributeNames))
            ).entries.first
        } catch LDAPError.Code.noSuchObject {
            return nil
        }
    }

    /// Reads a person's entry by its unchanging id; `nil` if there provably is none.
    func entry(id: String) async throws -> LDAPEntry? {
        for base in try configuration.users.bases {
            let result = try await search(
                SearchRequest(
                    base: base, scope: .subtree, filter: .identity(configuration.users.idAttribute, id),
                    attributes: .named(people.loginAttributeNames), sizeLimit: 2))
            if let entry = result.entries.first { return entry }
            guard result.completeness.isComplete else {
                throw AuthenticationOutage(
                    .searchRefused,
                    "The search for the id \(id) below \(base) of '\(configuration.name)' did not come to an end (\(result.shortfall)).",
                    underlying: result.failure)
            }
        }
        return nil
    }

    /// Tests a password.
    func bind(as dn: String, _ password: Secret) async throws -> BindFindings {
        let result = try await client.verifyPassword(
            dn: dn, password: password.bytes, deadline: context.deadline, trace: ldapTrace())
        return try BindFindings(result, dn: dn)
    }

    /// Tests a password, and keeps the connection for the person.
    func session(boundAs name: String, _ password: Secret) async throws -> PersonSession {
        try await client.session(
            boundAs: name, password: password.bytes, deadline: context.deadline, trace: ldapTrace())
    }

    /// Searches as whoever reads.
    /// - Parameter purpose: What the step is called in the trace.
    func search(_ request: SearchRequest, for purpose: String = LDAPStep.search.rawValue) async throws -> SearchResult {
        let request = configuration.withinDomain(request)
        let purpose = isLooking ? Self.purpose : purpose
        if let session {
            return try await session.search(request, deadline: context.deadline, trace: ldapTrace(purpose))
        }
        return try await client.search(request, deadline: context.deadline, trace: ldapTrace(purpose))
    }

    /// Tells the attempt's trace of each step.
    /// - Parameter purpose: What a search is called in it.
    func ldapTrace(_ purpose: String = LDAPStep.search.rawValue) -> LDAPTrace? {
        guard let trace = context.trace, trace.keepsSteps else { return nil }
        let backend = configuration.name
        return LDAPTrace { event in
            var detail = "\(event.detail) at \(event.server)"
            if let error = event.error {
                detail = error.description
            } else if let code = event.resultCode, code != 0 {
                detail += ": result \(code)"
            } else if let count = event.entryCount {
                detail += ": \(count) \(count == 1 ? "entry" : "entries")"
            }
            if event.error == nil, let words = event.diagnosticMessage, !words.isEmpty { detail += ", “\(words)”" }
            let isRefusal = (event.step == .bind || event.step == .serviceBind) && event.resultCode != 0
            trace.record(
                AuthenticationStep(
                    backend: backend, name: event.step == .search ? purpose : event.step.rawValue,
                    isOK: event.error == nil && !isRefusal,
                    duration: event.duration, detail: detail))
        }
    }
}

extension UserSearch {
    /// Below what people are: the search's bases, or what follows the template's first name.
    var bases: [DistinguishedName] {
        get throws {
            switch method {
            case .search(let bases, _): return bases
            case .template(let template):
                return [try DistinguishedName(template.dn(for: "x")).parent ?? DistinguishedName("")]
            }
        }
    }
}
