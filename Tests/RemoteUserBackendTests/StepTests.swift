import AuthCore
import Foundation
import RemoteUserBackend
import Testing

/// The table of Django's `RemoteUserMiddleware` and `PersistentRemoteUserMiddleware`, each row measured there. Where the two decide the same
/// here, both are asked.
@Suite struct StepTests {
    private static let ann = session(of: "ann", by: "portal", link: ExternalLink(source: "portal", id: "ann"))
    private static let loc = session(of: "loc", by: "local", link: nil)

    private static func session(of username: String, by backend: String, link: ExternalLink?) -> SessionCheck {
        let time = Date(timeIntervalSince1970: 1_800_000_000)
        return .valid(
            Session(
                id: Session.ID(1), user: User.ID(7), backend: backend, created: time, lastSeen: time, expires: time),
            AccountRecord(
                user: User(id: User.ID(7), username: username), password: .unusable(), link: link, dateJoined: time))
    }

    private func step(_ session: SessionCheck?, _ header: String?, isPersistent: Bool = false) throws
        -> RemoteUserStep
    {
        let site = try Site(RemoteUserConfiguration(isPersistent: isPersistent))
        return site.portal.step(for: session, site.read(header.map { .user($0) } ?? []).identity)
    }

    private func logIn(_ name: String, endingFirst: Bool) throws -> RemoteUserStep {
        .logIn(try Site().credentials(.user(name)), endingFirst: endingFirst)
    }

    @Test(arguments: [false, true]) func somebodyNewLogsIn(_ isPersistent: Bool) throws {
        #expect(try step(nil, "ann", isPersistent: isPersistent) == logIn("ann", endingFirst: false))
        #expect(try step(nil, nil, isPersistent: isPersistent) == .proceed)
        #expect(try step(nil, "", isPersistent: isPersistent) == .proceed)
    }

    @Test func withoutTheHeaderASessionEndsUnlessItIsPersistent() throws {
        #expect(try step(Self.ann, nil) == .end)
        #expect(try step(Self.ann, nil, isPersistent: true) == .proceed)
    }

    @Test(arguments: [false, true]) func anEmptyHeaderEndsASession(_ isPersistent: Bool) throws {
        #expect(try step(Self.ann, "", isPersistent: isPersistent) == .end)
    }

    @Test(arguments: [false, true]) func somebodyElseEndsTheSessionFirst(_ isPersistent: Bool) throws {
        #expect(try step(Self.ann, "bob", isPersistent: isPersistent) == logIn("bob", endingFirst: true))
    }

    @Test(arguments: [false, true]) func theSamePersonGoesOnInAnySpelling(_ isPersistent: Bool) throws {
        for name in ["ann", "Ann", " ann "] {
            #expect(try step(Self.ann, name, isPersistent: isPersistent) == .proceed)
        }
    }

    /// The name here may be another one by now; who the person is in the portal is not.
    @Test func thePersonIsKnownByTheLinkAndNotByTheNameHere() throws {
        let renamed = Self.session(of: "bob", by: "portal", link: ExternalLink(source: "portal", id: "ann"))
        #expect(try step(renamed, "ann") == .proceed)
        #expect(try step(renamed, "bob") == logIn("bob", endingFirst: true))
    }

    @Test func aSessionThatIsOverIsNone() throws {
        #expect(try step(.over(.expired), "ann") == logIn("ann", endingFirst: false))
        #expect(try step(.over(.backendRemoved), nil) == .proceed)
    }

    @Test(arguments: [false, true]) func aSessionFromElsewhereEndsOnlyForSomebodyWhoComesIn(_ isPersistent: Bool) throws
    {
        #expect(try step(Self.loc, nil, isPersistent: isPersistent) == .proceed)
        #expect(try step(Self.loc, "", isPersistent: isPersistent) == .proceed)
        #expect(try step(Self.loc, "loc", isPersistent: isPersistent) == .proceed)
        #expect(try step(Self.loc, "ann", isPersistent: isPersistent) == logIn("ann", endingFirst: false))
    }

    @Test(arguments: [false, true]) func whatCannotBeBelievedIsRefusedWhateverTheSession(_ isPersistent: Bool) throws {
        for session in [nil, Self.ann, Self.loc, .over(.idle)] {
            guard case .refuse(let refusal) = try step(session, "a\nb", isPersistent: isPersistent) else {
                Issue.record("not refused")
                continue
            }
            #expect(refusal.code == .controlCharacter)
        }
    }

    @Test func aStrangersHeadersAreAsGoodAsNone() throws {
        let site = try Site()
        let identity = site.read(.user("bob"), from: Site.stranger).identity
        #expect(site.portal.step(for: Self.ann, identity) == .end)
        #expect(site.portal.step(for: Self.loc, identity) == .proceed)
        #expect(site.portal.step(for: nil, identity) == .proceed)
    }

    @Test func thePortalsLogOutPageIsAWebPage() throws {
        for address in ["https://auth.example.org/logout?rd=https%3A%2F%2Fapp.example.org", "http://127.0.0.1/logout"] {
            let portal = try RemoteUserBackend(
                configuration: RemoteUserConfiguration(logoutAddress: URL(string: address)))
            #expect(portal.configuration.logoutAddress?.absoluteString == address)
        }
        for address in ["javascript:alert(1)", "/logout", "//evil", "https:evil", "data:text/html,x", "https://"] {
            let page = try #require(URL(string: address))
            let error = #expect(throws: RemoteUserConfigurationError.self) {
                try RemoteUserBackend(configuration: RemoteUserConfiguration(logoutAddress: page))
            }
            #expect(error?.code == .logoutAddress)
        }
    }

    @Test func aBackendNeedsAName() {
        #expect(throws: RemoteUserConfigurationError.self) { try RemoteUserBackend(name: "") }
    }
}
