import AuthCore
import RemoteUserBackend
import Testing

@Suite struct TrustedProxiesTests {
    private let user = [HeaderField].user("ann")

    private func trust(_ proxies: [TrustedProxies.Proxy], _ peer: ConnectionPeer) throws -> Bool {
        try TrustedProxies(proxies).trust(peer)
    }

    @Test func aPeerIsTrustedForItsOwnAddressOnly() throws {
        let site = try Site()
        #expect(site.read(user).credentials?.username.text == "ann")
        #expect(site.read(user, from: .at("::ffff:10.0.0.1")).credentials != nil)
        for peer in [ConnectionPeer.at("10.0.0.16"), .at("127.0.0.1"), .at("::1"), .at("::10.0.0.1")] {
            #expect(site.read(user, from: peer).identity == .absent)
        }
    }

    @Test func anAddressThatOnlyAHeaderNamesIsNotTrusted() throws {
        let fields =
            user + ["X-Forwarded-For", "X-Real-IP", "Forwarded", "Client-IP"].map { HeaderField($0, "10.0.0.1") }
        #expect(try Site().read(fields, from: Site.stranger).identity == .absent)
    }

    @Test func aUnixSocketIsTrustedWhereItIsConfigured() throws {
        let socket = ConnectionPeer(.unixSocket)
        #expect(try trust([.unixSocket], socket))
        #expect(try !trust([.unixSocket], Site.proxy))
        #expect(try !trust([.network(IPNetwork("10.0.0.0/8")), .certificate(subject: "CN=portal")], socket))
    }

    @Test func aCertificateIsTrustedForExactlyItsSubject() throws {
        let pinned = [TrustedProxies.Proxy.certificate(subject: "CN=portal,O=Example")]
        func peer(_ subject: String?) -> ConnectionPeer {
            ConnectionPeer(.at("203.0.113.1"), verifiedCertificateSubject: subject)
        }
        #expect(try trust(pinned, peer("CN=portal,O=Example")))
        for subject in [
            nil, "", "CN=portal", "CN=portal,O=Example,C=CH", "cn=portal,o=example", "CN=portal,O=Example ",
            "CN=portal,O=Evil",
        ] {
            #expect(try !trust(pinned, peer(subject)))
        }
        // Canonically equivalent, and other bytes.
        #expect(try !trust([.certificate(subject: "CN=Zo\u{EB}")], peer("CN=Zoe\u{308}")))
    }

    @Test func aPeerThatNobodyKnowsIsNotTrusted() throws {
        let all: [TrustedProxies.Proxy] = [
            .network(try IPNetwork("10.0.0.0/8")), .unixSocket, .certificate(subject: "CN=p"),
        ]
        #expect(try !trust(all, ConnectionPeer(.unknown)))
        #expect(try trust(all, ConnectionPeer(.unknown, verifiedCertificateSubject: "CN=p")))
    }

    @Test func noProxyAndAnEmptySubjectAreMistakes() {
        #expect(throws: RemoteUserConfigurationError.self) { try TrustedProxies([]) }
        #expect(throws: RemoteUserConfigurationError.self) { try TrustedProxies([.certificate(subject: "")]) }
    }
}

extension ConnectionPeer.Origin {
    fileprivate static func at(_ address: String) -> Self { ConnectionPeer.at(address).origin }
}
