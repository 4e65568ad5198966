import RemoteUserBackend
import Testing

/// The proxies are 10.0.0.0/28.
@Suite struct ClientAddressTests {
    private func client(_ hops: [String], from peer: ConnectionPeer = Site.proxy) throws -> String? {
        try Site().read(hops.map { HeaderField("X-Forwarded-For", $0) }, from: peer).clientAddress?.description
    }

    @Test(arguments: [
        ("198.51.100.7", "198.51.100.7"),
        // What the client invented stands on the left.
        ("127.0.0.1, 10.0.0.5, 198.51.100.7", "198.51.100.7"),
        ("192.0.2.1, 198.51.100.7, 10.0.0.3, 10.0.0.2", "198.51.100.7"),
        ("192.0.2.1,198.51.100.7,\t10.0.0.3", "198.51.100.7"),
        ("198.51.100.7:52113", "198.51.100.7"), ("2001:db8::7", "2001:db8::7"), ("[2001:db8::7]", "2001:db8::7"),
        ("[2001:db8::7]:443", "2001:db8::7"), ("::ffff:10.0.0.3", "10.0.0.3"),
        ("198.51.100.7, ::ffff:10.0.0.3", "198.51.100.7"),
        // All of them are proxies: the first is as far as it goes.
        ("10.0.0.4, 10.0.0.3", "10.0.0.4"),
    ])
    func theFirstHopFromTheRightThatIsNoProxyIsTheClient(_ list: String, _ expected: String) throws {
        #expect(try client([list]) == expected)
    }

    @Test(arguments: [
        "unknown", "_hidden", "", " ", "198.51.100.7,", "client.example.org", "198.51.100.7:", "198.51.100.7:99999",
        "198.51.100.7:+80", "198.51.100.7:80:80", "[198.51.100.7]:80", "[2001:db8::7", "[2001:db8::7]x",
        "\"198.51.100.7\"", "198.51.100.7;192.0.2.1", "198.51.100.7\u{0}", "1.2.3.4 5.6.7.8", "é",
    ])
    func aHopThatIsNoAddressEndsTheWalkAtTheProxyThatWroteIt(_ list: String) throws {
        #expect(try client([list]) == "10.0.0.1")
        #expect(try client(["192.0.2.1, " + list + ", 10.0.0.3"]) == "10.0.0.3")
    }

    @Test func severalHeadersAreOneList() throws {
        #expect(try client(["192.0.2.1", "198.51.100.7, 10.0.0.3", "10.0.0.2"]) == "198.51.100.7")
    }

    @Test func theHeaderOfAStrangerIsNotLookedAt() throws {
        #expect(try client(["192.0.2.1"], from: Site.stranger) == "203.0.113.66")
    }

    @Test func withoutTheHeaderTheOtherEndIsTheClient() throws {
        #expect(try client([]) == "10.0.0.1")
        #expect(try client([], from: ConnectionPeer(.unixSocket)) == nil)
    }

    @Test func aProxyOnAUnixSocketNamesTheClient() throws {
        let proxies = try TrustedProxies([.unixSocket])
        let fields = [HeaderField("x-forwarded-for", "192.0.2.1, 198.51.100.7")]
        #expect(proxies.clientAddress(of: ConnectionPeer(.unixSocket), fields)?.description == "198.51.100.7")
    }

    @Test func noMoreThanSoManyHopsAreLookedAt() throws {
        let many = Array(repeating: "10.0.0.2", count: TrustedProxies.maximumHops).joined(separator: ", ")
        #expect(try client(["198.51.100.7, " + many]) == "10.0.0.2")
        #expect(try client(["198.51.100.7, " + many.dropFirst("10.0.0.2, ".count)]) == "198.51.100.7")
    }
}
