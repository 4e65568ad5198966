import Testing

@testable import LDAPDiagnostics

/// The pure parts: names, and what servers may answer.
@Suite struct ProbeValueTests {
    @Test(arguments: [
        ("ldap1.example.org", "LDAP1.example.org", true), ("ldap1.example.org", "ldap1.example.org.", true),
        ("ldap1.example.org", "ldap2.example.org", false), ("*.example.org", "ldap1.example.org", true),
        // A wildcard is one whole label (RFC 6125, 6.4.3), and never a whole domain.
        ("*.example.org", "a.b.example.org", false), ("*.example.org", "example.org", false), ("*.org", "a.org", false),
        ("l*.example.org", "ldap.example.org", false), ("*", "ldap", false), ("", "", true), ("*.", "a.", false),
    ])
    func namesAreCompared(_ pattern: String, _ host: String, _ expected: Bool) {
        #expect(HostNames.matches(pattern, host) == expected)
    }

    @Test func refusalOfStartTLSIsRead() {
        let message: [UInt8] =
            [0x30, 0x81, 20, 0x02, 1, 1, 0x78, 15, 0x0A, 1, 52, 0x04, 0, 0x04, 8] + Array("shutting".utf8)
        #expect(ProbeMessages.length(of: message) == message.count)
        let result = ProbeMessages.extendedResult(message)
        #expect(result?.code == 52)
        #expect(result?.text == "shutting")
        for count in 0..<message.count {
            #expect(ProbeMessages.extendedResult(Array(message[..<count])) == nil)
            let length = ProbeMessages.length(of: Array(message[..<count]))
            #expect(length == nil || length == message.count)
        }
    }

    @Test(arguments: [[0x48], [0x30, 0x80], [0x30, 0x85, 1, 1, 1, 1, 1], [0x15, 3, 1]] as [[UInt8]])
    func whatIsNoLDAPIsRecognised(_ bytes: [UInt8]) {
        #expect(ProbeMessages.length(of: bytes) == 0)
    }

    @Test func anyBytesAreRead() {
        var state: UInt64 = 1
        for _ in 0..<20_000 {
            var bytes: [UInt8] = [0x30]
            for _ in 0..<Int(state % 40) {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes.append(
                    [0x30, 0x02, 0x78, 0x0A, 0x04, 0x01, 0x81, 0x84, UInt8(state >> 56)][Int(state >> 33) % 9])
            }
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            if let length = ProbeMessages.length(of: bytes) { #expect(length >= 0) }
            if let result = ProbeMessages.extendedResult(bytes) { #expect(result.code >= 0) }
        }
    }

    @Test func textsOfServersAreMadePrintable() {
        #expect(ShownCertificate.printable("a\u{1B}[2Jb\u{202E}c\n") == "a [2Jb c ")
        #expect(ShownCertificate.printable(String(repeating: "x", count: 1000)).count == 500)
    }
}
