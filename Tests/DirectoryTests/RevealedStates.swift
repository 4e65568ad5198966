import LDAPClient
import TestSupport

/// What a directory says to a right and to a wrong password of an account in each state, and what the service account sees
/// of the state: the facts that a judgement of account states rests on.
struct RevealedStates {
    /// The table of all directories, as Markdown.
    static func table() async throws -> String {
        var text = """
            # Which state of an account each directory reveals

            Written by `RevealedStatesTests` from what the servers answer: the result of the bind with the controls that came
            with it, then the result of a search on the same connection if it succeeded. Last, which attributes the service
            account reads that are there, or have another kind of value, because of the state.

            """
        for kind in DirectoryKind.allCases {
            text += "\n## \(kind.rawValue)\n\n| state | right password | wrong password | attributes |\n"
            text += "| --- | --- | --- | --- |\n"
            text += try await withDirectory(kind) { try await RevealedStates(server: $0).rows() }
        }
        return text
    }

    let server: any DirectoryServer

    private func rows() async throws -> String {
        var rows = ""
        try await Site.on(server) { site in
            let usual = try await attributes(of: SmallCompany.person("anna"), site)
            for state in SmallCompany.State.allCases {
                guard let person = SmallCompany.people.first(where: { $0.state == state }) else { continue }
                let shown = try await attributes(of: person, site).subtracting(usual).sorted()
                let cells = [
                    state.rawValue, try await answer(person, person.password), try await answer(person, "wrong"),
                    shown.map { "`\($0)`" }.joined(separator: ", "),
                ]
                rows += "| \(cells.joined(separator: " | ")) |\n"
            }
        }
        return rows
    }

    // MARK: What the person is told

    @LDAPActor
    private func answer(_ person: SmallCompany.Person, _ password: String) async throws -> String {
        let connection = try await LDAPConnection.connect(
            to: LDAPURL(server.uri), options: LDAPConnectionOptions(timeouts: Site.timeouts))
        defer { connection.close() }
        let result = try await connection.bind(dn: server.dn(of: person), password: Array(password.utf8))
        var words = ["bind \(result.resultCode)"] + describe(result)
        if result.isSuccess {
            let request = SearchRequest(
                base: try DistinguishedName(server.dn(of: person)), scope: .base, attributes: .none)
            do throws(LDAPError) {
                _ = try await connection.search(request)
                words.append("search 0")
            } catch {
                words.append("search \(error.resultCode.map { "\($0)" } ?? "\(error.code)")")
            }
        }
        return words.joined(separator: ", ")
    }

    private func describe(_ result: BindResult) -> [String] {
        var words: [String] = []
        if let code = result.activeDirectorySubcode {
            words.append("data \(String(code, radix: 16))")
        } else if !result.diagnosticMessage.isEmpty {
            words.append("“\(result.diagnosticMessage)”")
        }
        if let policy = result.passwordPolicy {
            if let error = policy.error { words.append("policy: \(error)") }
            if let logins = policy.graceAuthNsRemaining { words.append("policy: \(logins) grace logins") }
            if policy.timeBeforeExpiration != nil { words.append("policy: expires") }
        }
        if result.passwordExpired { words.append("control 2.16.840.1.113730.3.4.4") }
        if result.passwordExpiresIn != nil { words.append("control 2.16.840.1.113730.3.4.5") }
        return words
    }

    // MARK: What the service account sees

    private static let names = [
        "pwdAccountLockedTime", "pwdEndTime", "pwdReset", "pwdPolicySubentry", "pwdFailureTime",
        "userAccountControl", "msDS-User-Account-Control-Computed", "accountExpires", "pwdLastSet", "lockoutTime",
        "badPwdCount", "msDS-UserPasswordExpiryTimeComputed", "nsAccountLock", "accountUnlockTime",
        "passwordRetryCount", "retryCountResetTime", "passwordExpirationTime", "acctPolicySubentry", "lastLoginTime",
    ]

    /// The attributes that tell of states, with the kind of value that each has.
    private func attributes(of person: SmallCompany.Person, _ site: Site) async throws -> Set<String> {
        let found = try await site.client.search(
            SearchRequest(
                base: try DistinguishedName(server.dn(of: person)), scope: .base, attributes: .named(Self.names)))
        var shown: Set<String> = []
        for name in Self.names {
            for value in found.entries.first?[name] ?? [] {
                guard let text = value.string else { continue }
                shown.insert("\(name): \(Self.kind(of: text))")
            }
        }
        return shown
    }

    /// Times differ from run to run, so it is only said that one is there; small numbers, bits and words are said as they are.
    private static func kind(of value: String) -> String {
        switch value {
        case "9223372036854775807": "never"
        case "000001010000Z": value
        default: value.count >= 14 && value.prefix(14).allSatisfy(\.isNumber) ? "a time" : value
        }
    }
}
