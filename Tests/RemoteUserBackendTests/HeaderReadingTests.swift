import AuthCore
import RemoteUserBackend
import Testing

@Suite struct HeaderReadingTests {
    private func groups(_ value: String, decodesPercent: Bool = false, headers: IdentityHeaders = .remote) throws
        -> [String]?
    {
        let site = try Site(headers: headers, decodesPercent: decodesPercent)
        let name = try #require(headers.groups)
        return try site.credentials([HeaderField(headers.user, "ann"), HeaderField(name, value)]).groups
    }

    @Test func allFourHeadersAreRead() throws {
        let credentials = try Site().credentials(
            .user("ann") + [
                HeaderField("Remote-Name", "Žofie Lee"), HeaderField("Remote-Email", "ann@example.org"),
                HeaderField("Remote-Groups", "staff,editors"),
            ])
        #expect(credentials.source == "portal")
        #expect(credentials.username.text == "ann" && credentials.name == "Žofie Lee")
        #expect(credentials.email == "ann@example.org" && credentials.groups == ["staff", "editors"])
    }

    @Test func whatIsNotSentIsUnknownAndWhatIsEmptyIsEmpty() throws {
        let silent = try Site().credentials(.user("ann"))
        #expect(silent.name == nil && silent.email == nil && silent.groups == nil)
        let empty = try Site().credentials(
            .user("ann") + ["Remote-Name", "Remote-Email", "Remote-Groups"].map { HeaderField($0, " ") })
        #expect(empty.name == "" && empty.email == "" && empty.groups == [])
    }

    @Test(arguments: ["", " ", "\t ", "(null)"]) func anEmptyHeaderIsNobody(_ value: String) throws {
        #expect(try Site().read(.user(value)).identity == .nobody)
    }

    @Test func withoutTheHeaderThereIsNothing() throws {
        #expect(try Site().read([]).identity == .absent)
        #expect(try Site().read([HeaderField("Remote-Groups", "staff")]).identity == .absent)
    }

    @Test func spacesAroundAValueAreNotPartOfIt() throws {
        #expect(try Site().credentials(.user(" \tann \t")).username.text == "ann")
    }

    @Test(arguments: [
        ("staff", ["staff"]), ("a,b", ["a", "b"]), (" a ,\tb , ", ["a", "b"]), (",,a,,", ["a"]), (",", []),
        ("a,a, a", ["a"]), ("A,a", ["A", "a"]), ("two words, Žluť", ["two words", "Žluť"]), ("a%2Cb", ["a%2Cb"]),
        ("a|b", ["a|b"]), ("(null)", []),
    ])
    func groupsAreSplitAtCommas(_ value: String, _ expected: [String]) throws {
        #expect(try groups(value) == expected)
    }

    @Test func percentEncodingIsDecodedOnlyWhereItIsConfiguredAndOnce() throws {
        #expect(try Site().credentials(.user("a%6En")).username.text == "a%6En")
        let site = try Site(decodesPercent: true)
        #expect(try site.credentials(.user("%C5%BDofie")).username.text == "Žofie")
        #expect(try site.credentials(.user("100%2525")).username.text == "100%25")
        #expect(try groups("a%2Cb,c", decodesPercent: true) == ["a,b", "c"])
    }

    @Test(arguments: [
        ("a%0D%0Ab", HeaderRefusal.Code.controlCharacter), ("ann%00", .controlCharacter), ("%09ann", .controlCharacter),
        ("%FF", .invalidUTF8), ("%EF%BF%BD", .invalidUTF8), ("50%", .percentEncoding), ("%4", .percentEncoding),
        ("%zz", .percentEncoding), ("%20ann", .ambiguousName), ("ann%E2%80%8B", .ambiguousName),
    ])
    func whatIsDecodedIsHeldToTheSameRules(_ value: String, _ code: HeaderRefusal.Code) throws {
        #expect(try Site(decodesPercent: true).read(.user(value)).refusal?.code == code)
    }

    @Test func otherPortalsHaveOtherHeaders() throws {
        #expect(try groups("a|b,c", headers: .authentik) == ["a", "b,c"])
        #expect(try groups("a,b", headers: .oauth2Proxy) == ["a", "b"])
        let site = try Site(headers: IdentityHeaders(user: "X-Me"))
        #expect(try site.credentials([HeaderField("x-me", "ann"), HeaderField("Remote-Groups", "a")]).groups == nil)
        #expect(site.read(.user("ann")).identity == .absent)
        #expect(site.read([HeaderField("X-Me", "ann")]).fields == [])
        #expect(site.read([HeaderField("X_Me", "ann")], from: Site.stranger).intrusion?.names == ["x-me"])
    }

    @Test(arguments: ["", " ", "Remote_User", "Remote User", "Remote:User", "Remote--User", "-User", "Benutzer-Ä"])
    func aNameThatIsNoneIsAMistake(_ name: String) {
        #expect(throws: RemoteUserConfigurationError.self) { try IdentityHeaders(user: name) }
    }

    @Test func twoHeadersOfOneNameAreAMistake() {
        #expect(throws: RemoteUserConfigurationError.self) { try IdentityHeaders(user: "X-Me", name: "x-me") }
    }
}
