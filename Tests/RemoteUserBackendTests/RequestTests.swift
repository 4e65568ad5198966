import AuthCore
import RemoteUserBackend
import Testing

/// Whole requests, one after the other, as a middleware would treat them: headers, session, step, chain.
@Suite struct RequestTests {
    /// A browser behind the portal's proxy, and what it has in its cookie.
    private final class Browser {
        let site: Site
        let sessions: Sessions
        private(set) var token: SessionToken?

        init(isPersistent: Bool = false) throws {
            site = try Site(RemoteUserConfiguration(isPersistent: isPersistent))
            sessions = Sessions(
                store: site.store, backends: [site.portal, LocalOwner()],
                keys: try SecretKeys(Secret(String(repeating: "k", count: SecretKeys.minimumBytes))))
        }

        /// Opens a session of a local account.
        func logInLocally(as name: String) async throws {
            try await site.change(
                .none, .create(NewAccount(username: name, password: EncodedPassword(encoded: "hash"))))
            let user = try await site.account(name).user
            token = try await sessions.open(
                for: user.id, backend: "local", context: AuthenticationContext(), replacing: nil)?.token
        }

        /// - Returns: Who the application says it is; `nil` for nobody.
        func request(_ fields: [HeaderField], from peer: ConnectionPeer = Site.proxy) async throws -> String? {
            let reading = site.read(fields, from: peer)
            let context = AuthenticationContext(clientAddress: reading.clientAddress?.description)
            var session: SessionCheck?
            if let token { session = try await sessions.check(token) }
            switch site.portal.step(for: session, reading.identity) {
            case .refuse: return "refused"
            case .proceed: return session?.user?.username
            case .end:
                try await end()
                return nil
            case .logIn(let credentials, let endingFirst):
                if endingFirst { try await end() }
                let report = await site.chain.authenticate(credentials, context: context)
                guard let opened = try await sessions.open(for: report, context: context, replacing: token) else {
                    return endingFirst ? nil : session?.user?.username
                }
                token = opened.token
                return report.outcome.user?.username
            }
        }

        private func end() async throws {
            if let token { _ = try await sessions.end(token) }
            token = nil
        }
    }

    @Test func anotherPersonsHeaderEndsTheSessionAndItsTokenIsWorthNothing() async throws {
        let browser = try Browser()
        #expect(try await browser.request(.user("ann")) == "ann")
        let token = try #require(browser.token)
        #expect(try await browser.request(.user("Ann")) == "ann")
        #expect(browser.token?.digest == token.digest)
        #expect(try await browser.request(.user("bob")) == "bob")
        #expect(try await browser.sessions.check(token) == .over(.unknown))
    }

    @Test(arguments: [false, true]) func aPersonWhoIsRefusedLeavesNobodyLoggedIn(_ isPersistent: Bool) async throws {
        let browser = try Browser(isPersistent: isPersistent)
        try await browser.site.change(
            .none, .create(NewAccount(username: "admin", password: EncodedPassword(encoded: "hash"))))
        #expect(try await browser.request(.user("ann")) == "ann")
        #expect(try await browser.request(.user("admin")) == nil)
        #expect(try await browser.request([]) == nil)
    }

    @Test func withoutTheHeaderASessionEndsForGoodUnlessItIsPersistent() async throws {
        let browser = try Browser()
        _ = try await browser.request(.user("ann"))
        #expect(try await browser.request([]) == nil)
        #expect(browser.token == nil)
        let persistent = try Browser(isPersistent: true)
        _ = try await persistent.request(.user("ann"))
        #expect(try await persistent.request([]) == "ann")
        #expect(try await persistent.request(.user("")) == nil)
        #expect(try await persistent.request([]) == nil)
    }

    @Test func aLocalSessionStaysWhereThePortalsPersonIsRefusedAndEndsWhereTheyComeIn() async throws {
        let browser = try Browser()
        try await browser.logInLocally(as: "loc")
        let token = try #require(browser.token)
        try await browser.site.change(
            .none, .create(NewAccount(username: "admin", password: EncodedPassword(encoded: "hash"))))
        for (fields, expected) in [([HeaderField](), "loc"), (.user(""), "loc"), (.user("admin"), "loc")] {
            #expect(try await browser.request(fields) == expected)
        }
        #expect(try await browser.request(.user("ann")) == "ann")
        #expect(try await browser.sessions.check(token) == .over(.unknown))
    }

    @Test func aStrangersHeadersChangeNobody() async throws {
        let browser = try Browser()
        #expect(try await browser.request(.user("ann"), from: Site.stranger) == nil)
        try await browser.logInLocally(as: "loc")
        #expect(try await browser.request(.user("ann"), from: Site.stranger) == "loc")
        #expect(try await browser.site.store.accounts().map(\.user.username) == ["loc"])
    }

    @Test func whoIsDeactivatedIsOutWithTheNextRequest() async throws {
        let browser = try Browser(isPersistent: true)
        _ = try await browser.request(.user("ann"))
        let user = try await browser.site.account("ann").user
        try await browser.site.change(.account(user.id), .setFlag(.isActive, from: true, to: false))
        #expect(try await browser.request([]) == nil)
        #expect(try await browser.request(.user("ann")) == nil)
    }

    @Test func aDoubtfulRequestTouchesNoSession() async throws {
        let browser = try Browser()
        _ = try await browser.request(.user("ann"))
        #expect(try await browser.request(.user("ann") + .user("bob")) == "refused")
        #expect(try await browser.request(.user("ann")) == "ann")
    }
}

/// Owns the accounts that live here.
private struct LocalOwner: AuthenticationBackend {
    let name = "local"
    var ownsLocalAccounts: Bool { true }

    func authenticate(_ request: AuthenticationRequest) async throws -> AuthenticationVerdict { .notFound }
}
