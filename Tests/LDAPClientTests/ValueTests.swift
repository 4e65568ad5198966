import Testing

@testable import LDAPClient

@Suite struct ValueTests {
    @Test(arguments: [
        ("ldap://ldap1", "ldap://ldap1:389"), ("ldaps://LDAP1.example.org", "ldaps://ldap1.example.org:636"),
        ("ldap://127.0.0.1:1389/", "ldap://127.0.0.1:1389"), ("LDAPS://[::1]:1636", "ldaps://[::1]:1636"),
        ("ldap://[2001:db8::1]", "ldap://[2001:db8::1]:389"),
        ("LDAPI://%2frun%2Fan%20ldapi%C3%A9", "ldapi://%2Frun%2Fan%20ldapi%C3%A9"), ("ldapi://%2Fx/", "ldapi://%2Fx"),
        ("ldapi://", "ldapi://%2Fvar%2Frun%2Fslapd%2Fldapi"), ("ldapi:///", "ldapi://%2Fvar%2Frun%2Fslapd%2Fldapi"),
    ])
    func addressesAreRead(_ text: String, _ canonical: String) throws {
        #expect(try LDAPURL(text).description == canonical)
    }

    @Test(arguments: [
        "", "ldap1", "ldap:/x", "http://x", "ldapi:///x", "ldapi://x", "ldapi://%2", "ldapi://%2Fx?y",
        "ldapi://%2Fx%00",
        "ldapi://%2F\(String(repeating: "x", count: 107))", "ldap://", "ldap://:389", "ldap://x:", "ldap://x:0",
        "ldap://x:65536",
        "ldap://x:+1", "ldap://::1", "ldap://[::1", "ldap://[x]", "ldap://[::1]x", "ldap://x/dc=a", "ldap://a b",
        "ldap://u@x",
        "ldap://x\0y", "ldap://a%20b",
    ])
    func otherTextsAreNoAddresses(_ text: String) throws {
        #expect { try LDAPURL(text) } throws: { ($0 as? LDAPError)?.code == .invalidArgument }
    }

    @Test(arguments: [
        ("ldap://127.0.0.1", true), ("ldap://127.9.9.9", true), ("ldap://[::1]", true), ("ldap://localhost", true),
        ("ldapi:///", true),
        ("ldap://128.0.0.1", false), ("ldap://localhost.example.org", false), ("ldap://127.0.0.1.example.org", false),
        ("ldap://[::ffff:10.0.0.1]", false),
    ])
    func onlyThisMachineIsLoopback(_ text: String, _ expected: Bool) throws {
        #expect(try LDAPURL(text).isLoopback == expected)
    }

    @Test(
        arguments: [
            ([0x30, 0], PasswordPolicyResponse()),
            ([0x30, 3, 0x81, 1, 1], PasswordPolicyResponse(error: .accountLocked)),
            ([0x30, 0x83, 0, 0, 3, 0x81, 1, 0], PasswordPolicyResponse(error: .passwordExpired)),
            ([0x30, 5, 0xA0, 3, 0x80, 1, 3], PasswordPolicyResponse(timeBeforeExpiration: 3)),
            (
                [0x30, 8, 0xA0, 3, 0x81, 1, 0, 0x81, 1, 2],
                PasswordPolicyResponse(error: .changeAfterReset, graceAuthNsRemaining: 0)
            ),
            ([0x30, 5, 0x81, 3, 0, 0xFF, 0xFF], PasswordPolicyResponse()),
            ([0x30, 3, 0x81, 1, 99], PasswordPolicyResponse(error: .unknown(99))),
        ] as [([UInt8], PasswordPolicyResponse)])
    func policyResponsesAreDecoded(_ octets: [UInt8], _ expected: PasswordPolicyResponse) {
        #expect(PasswordPolicyResponse(decoding: octets) == expected)
    }

    @Test(
        arguments: [
            [], [0x30], [0x30, 1], [0x30, 0x80, 0, 0], [0x31, 0], [0x30, 2, 0x81, 1], [0x30, 2, 0x81, 0],
            [0x30, 3, 0x82, 1, 0],
            [0x30, 0, 0], [0x30, 3, 0x81, 1, 0xFF], [0x30, 5, 0xA0, 3, 0x82, 1, 0],
            [0x30, 0x89, 1, 1, 1, 1, 1, 1, 1, 1, 1],
        ] as [[UInt8]])
    func malformedPolicyResponsesAreNot(_ octets: [UInt8]) {
        #expect(PasswordPolicyResponse(decoding: octets) == nil)
    }

    @Test func expiryControlsAreRead() {
        let expired = BindResult(
            resultCode: 0, diagnosticMessage: "text\n\0",
            controls: [
                LDAPControl(oid: PasswordExpiredControl.oid, value: [0x30]),
                LDAPControl(oid: PasswordExpiringControl.oid, value: Array("3600".utf8)),
            ])
        #expect(
            expired
                == BindResult(
                    resultCode: 0, diagnosticMessage: "text", passwordExpired: true, passwordExpiresIn: 3600))
        let bad = LDAPControl(oid: PasswordExpiringControl.oid, value: [0xFF])
        #expect(BindResult(resultCode: 0, diagnosticMessage: "", controls: [bad]) == nil)
    }

    @Test(arguments: [0, 1, 127, 128, 255, 256, 65535, 65536, -1, -129])
    func integersSurviveBER(_ number: Int) {
        var reader = BERReader(BERWriter.integer(number)[...])
        #expect(reader.next()?.integer == number)
        #expect(reader.isAtEnd)
    }

    @Test(arguments: [0, 127, 128, 300, 70000])
    func octetStringsSurviveBER(_ count: Int) {
        let octets = [UInt8](repeating: 7, count: count)
        var reader = BERReader(BERWriter.octetString(octets)[...])
        #expect(reader.next().map { Array($0.content) } == octets)
    }

    @Test func deadlinesComeInOrder() {
        var queue = DeadlineQueue<Int>()
        let start = ContinuousClock.now
        let order = (0..<200).map { $0 * 73 % 200 }
        for number in order { queue.insert(number, at: start.advanced(by: .seconds(number))) }
        #expect(queue.earliest == start)
        var seen: [Int] = []
        while let next = queue.next(due: start.advanced(by: .seconds(99))) { seen.append(next) }
        #expect(seen == Array(0..<100))
        #expect(queue.earliest == start.advanced(by: .seconds(100)))
    }

    @Test func errorsMatchByCodeAndReadAsASentence() throws {
        let error = LDAPError(
            .invalidCredentials, step: .serviceBind, operation: "bind as cn=x at ldap://a:389", resultCode: 49,
            diagnosticMessage: "data 52e\n\0")
        #expect(
            error.description == "Could not bind as cn=x at ldap://a:389: the server refused the DN or the password "
                + "(result 49), the server says “data 52e”; check the DN and the password.")
        do {
            throw error
        } catch LDAPError.Code.timedOut {
            Issue.record("matched another code")
        } catch LDAPError.Code.invalidCredentials {
            #expect(LDAPError.Code(resultCode: 49) == .invalidCredentials)
        }
        #expect(LDAPError.Code(resultCode: 4096).description == "resultCode4096")
    }
}
