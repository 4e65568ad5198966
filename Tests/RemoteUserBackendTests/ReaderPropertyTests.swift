import AuthCore
import RemoteUserBackend
import Testing

/// Whatever is sent, by whomever.
@Suite struct ReaderPropertyTests {
    /// SplitMix64 (Steele, Lea, Flood 2014): the same inputs in each run.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }

        mutating func one<Element>(of elements: [Element]) -> Element {
            elements[Int(next() % UInt64(elements.count))]
        }
    }

    private static let names = [
        "Remote-User", "remote-user", "Remote_User", "REMOTE-GROUPS", "Remote-Name", "Remote-Email", "Remote User",
        "X-Forwarded-User", "X-Forwarded-For", "Connection", "Host", "Cookie", "Accept", "", "-", "Remote",
        "X-Auth-Request-User", "Remote-Users",
    ]
    private static let values = [
        "ann", "bob", "", " ", "ann,bob", "10.0.0.1", "203.0.113.5, 10.0.0.2", "Remote-User", "a\nb", "\u{0}", "(null)",
        "staff, editors", "Ａnn", "ann\u{200B}", "%41", "Žofie", ",,,", "[::1]:5",
    ]

    private static func field(_ generator: inout Generator) -> HeaderField {
        var name = generator.one(of: names)
        if generator.next() % 6 == 0 {
            name = String(
                decoding: (0..<(generator.next() % 20)).map { _ in UInt8(truncatingIfNeeded: generator.next()) },
                as: UTF8.self)
        }
        var value = Array(generator.one(of: values).utf8)
        if generator.next() % 4 == 0 {
            value = (0..<(generator.next() % 40)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
        }
        if generator.next() % 50 == 0 { value = Array(repeating: 0x61, count: 2000) }
        return HeaderField(name, value)
    }

    private static func peer(_ generator: inout Generator) -> ConnectionPeer {
        let subject = generator.one(of: [nil, "", "CN=other", "CN=portal"])
        let origin = generator.one(of: [
            ConnectionPeer.Origin.unixSocket, .unknown, ConnectionPeer.at("10.0.0.1").origin,
            ConnectionPeer.at("::ffff:10.0.0.14").origin, ConnectionPeer.at("10.0.0.16").origin,
            ConnectionPeer.at("127.0.0.1").origin, ConnectionPeer.at("2001:db8::1").origin,
        ])
        return ConnectionPeer(origin, verifiedCertificateSubject: subject)
    }

    /// Written without the code under test: small letters and digits, whatever is between them.
    private static func speaksOfRemoteUser(_ name: String) -> Bool {
        name.unicodeScalars.filter { $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil) }
            .map { String($0).lowercased() }.joined().hasPrefix("remoteuser")
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func onlyTrustedPeersYieldCredentialsAndNothingReachesTheApplication(_ seed: UInt64) throws {
        var generator = Generator(state: seed)
        let site = try Site()
        var found = 0
        var reported = 0
        for _ in 0..<1500 {
            var fields = (0..<(generator.next() % 6)).map { _ in Self.field(&generator) }
            if generator.next() % 3 == 0 {
                fields.append(HeaderField("Remote-User", generator.one(of: ["ann", "Žofie"])))
            }
            let peer = Self.peer(&generator)
            let reading = site.read(fields, from: peer)
            let isTrusted = [IPAddress("10.0.0.1"), IPAddress("10.0.0.14")].contains(peer.address)
            if !isTrusted {
                #expect(reading.identity == .absent)
                #expect(reading.clientAddress == peer.address)
                if reading.fields.count < fields.count { #expect(reading.intrusion != nil) }
                reported += reading.intrusion == nil ? 0 : 1
            } else {
                #expect(reading.intrusion == nil)
            }
            #expect(!reading.fields.contains { $0.name.lowercased().hasPrefix("remote-") })
            #expect(!reading.fields.contains { $0.name.utf8.contains(0x5F) && Self.speaksOfRemoteUser($0.name) })
            #expect(site.reader.strip(reading.fields) == reading.fields)
            guard let credentials = reading.credentials else { continue }
            found += 1
            // Beyond doubt what the proxy said: one header, and its very text.
            let headers = fields.filter {
                Self.speaksOfRemoteUser($0.name) && !$0.name.lowercased().hasPrefix("remote-users")
            }
            #expect(headers.count == 1)
            #expect(
                headers.first.map { String(decoding: $0.value, as: UTF8.self) }?.contains(credentials.username.text)
                    == true)
            #expect(credentials.flaw == nil && !credentials.username.folded.isEmpty)
        }
        #expect(found > 20 && reported > 200)
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func whatStandsLeftOfTheFirstStrangerDoesNotMatter(_ seed: UInt64) throws {
        var generator = Generator(state: seed)
        let site = try Site()
        for _ in 0..<1000 {
            let proxies = (0..<(generator.next() % 4)).map { _ in "10.0.0.\(generator.next() % 16)" }
            let client = "203.0.113.\(generator.next() % 256)"
            let invented = (0..<(generator.next() % 5)).map { _ in
                String(decoding: Self.field(&generator).value.prefix(60), as: UTF8.self)
            }
            let list = (invented + [client] + proxies).joined(separator: ", ")
            let reading = site.read([HeaderField("X-Forwarded-For", list)])
            #expect(reading.clientAddress?.description == client)
        }
    }
}
