import AuthCore
import LDAPClient

extension UserSearch {
    /// Whether nothing is searched before the bind, so that the bind is the look-up.
    var isKnownByBind: Bool {
        if case .template = method { return true }
        return bindName != nil
    }

    /// Under what name somebody binds before anything is searched; `nil` if nobody could have that name.
    fileprivate func bindName(for sought: SoughtName) -> String? {
        switch method {
        case .template(let template): template.dn(for: sought.name)
        case .search: bindName?.name(for: sought.name)
        }
    }
}

extension LDAPBackend {
    /// Binds under a name that is made of the username, and reads the entry afterwards.
    /// - Parameter session: Where the person's connection is kept, if they read on it themselves or it must tell who they are.
    func verdict(
        onBindOf sought: SoughtName, _ password: Secret, _ reader: DirectoryReader, _ session: inout PersonSession?
    ) async throws -> AuthenticationVerdict {
        let users = reader.configuration.users
        guard let name = users.bindName(for: sought) else { return .notFound }
        // Who reads anyway can read first: of somebody who is known, attempts are remembered, and the directory locks nobody because of us.
        if users.bindName == nil, reader.configuration.readsAs == .serviceAccount,
            let entry = try await reader.entry(dn: name)
        {
            let bind = try await offer(password, to: entry, reader) { try await reader.bind(as: name, password) }
            return try await admit(entry, after: bind, reader)
        }
        let bind: BindFindings
        if users.bindName == nil, reader.configuration.readsAs == .serviceAccount {
            bind = try await reader.bind(as: name, password)
        } else {
            let own = try await reader.session(boundAs: name, password)
            session = own
            bind = try BindFindings(own.answer, dn: name)
        }
        if let refusal = bind.refusal {
            bind.explanation.map { reader.context.trace?.explain($0) }
            return refusal
        }
        var own = reader
        if reader.configuration.readsAs == .person { own.session = session }
        guard users.bindName != nil, let session else {
            guard let entry = try await own.entry(dn: name) else { throw unreadable(name) }
            return try await admit(entry, after: bind, own)
        }
        let identity = try await BoundIdentity(session.connection, deadline: reader.context.deadline)
        switch try await own.find(sought, reading: BoundIdentity.attributes) {
        case .none: throw unreadable(name)
        case .several(let dns): return deny(.ambiguousUser, Self.ambiguity(sought, dns, self.name), reader)
        case .one(let entry):
            switch identity.isEntry(entry) {
            case true?: return try await admit(entry, after: bind, own)
            case false?:
                return deny(
                    .ambiguousUser,
                    "\(name) has bound, and is not \(entry.dn), which users: filter finds for '\(sought.typed)'. Let the filter find people by what they bind with.",
                    reader)
            case nil:
                throw AuthenticationOutage(
                    .searchRefused,
                    "'\(self.name)' accepted the password of \(name) and does not tell which entry that is; use a search or dn_template in place of bind_name."
                )
            }
        }
    }

    func unreadable(_ name: String) -> AuthenticationOutage {
        AuthenticationOutage(
            .searchRefused,
            "'\(self.name)' accepted the password of \(name), but the entry cannot be read; give whoever reads it (users: read_as) the right to, and look at base and filter."
        )
    }

    private func deny(
        _ reason: DenialReason, _ explanation: String, _ reader: DirectoryReader
    ) -> AuthenticationVerdict {
        reader.context.trace?.explain(explanation)
        return .denied(reason)
    }

    /// What to do about a name that stands for several entries.
    static func ambiguity(_ sought: SoughtName, _ dns: [String], _ name: String) -> String {
        "'\(sought.typed)' stands for more than one entry of '\(name)': \(dns.joined(separator: " and ")). "
            + "Make the name unique in the directory, or narrow users: base or filter."
    }
}
