import AuthCore
import RemoteUserBackend
import Testing

/// What a client can send through a trusted proxy that is not set up well, and what a stranger can send past it.
@Suite struct HeaderAttackTests {
    private func refusal(_ fields: [HeaderField]) throws -> HeaderRefusal.Code? {
        try Site().read(fields).refusal?.code
    }

    private func refusal(_ value: String) throws -> HeaderRefusal.Code? { try refusal(.user(value)) }

    // MARK: Names

    @Test(arguments: ["Remote-User", "Remote-Name", "Remote-Email", "Remote-Groups"])
    func aHeaderThatComesTwiceIsRefusedAlsoWithTheSameValue(_ header: String) throws {
        for second in ["a", "b", ""] {
            for name in [header, header.lowercased(), header.uppercased()] {
                let fields = [HeaderField(header, "a"), HeaderField("Accept", "*/*"), HeaderField(name, second)]
                #expect(try refusal(fields + (header == "Remote-User" ? [] : .user("ann"))) == .duplicate)
            }
        }
    }

    @Test(arguments: [
        "Remote_User", "remote_user", "REMOTE_USER", "Remote-User ", " Remote-User", "Remote-User\t", "Remote.User",
        "Remote User", "Remote--User", "Remote__User", "Remote\u{2010}User", "_Remote-User", "Remote-User_",
        "Remote_Groups",
        "Remote_Name", "remote.email",
    ])
    func aHeaderThatOtherSoftwareTakesForOneIsRefused(_ name: String) throws {
        #expect(try refusal([HeaderField(name, "admin")]) == .lookalike)
        #expect(try refusal(.user("ann") + [HeaderField(name, "admin")]) == .lookalike)
        #expect(try refusal([HeaderField(name, "admin")] + .user("ann")) == .lookalike)
    }

    @Test(arguments: ["remote-user", "REMOTE-USER", "rEmOtE-uSeR"]) func caseDoesNotTellHeadersApart(_ name: String)
        throws
    {
        #expect(try Site().credentials([HeaderField(name, "ann")]).username.text == "ann")
    }

    @Test(arguments: ["Remote-User", "close, remote-user", "keep-alive,REMOTE-GROUPS ", "Remote_User"])
    func aConnectionHeaderThatNamesOneIsRefused(_ options: String) throws {
        #expect(try refusal([HeaderField("Connection", options)]) == .hopByHop)
        #expect(try refusal(.user("ann") + [HeaderField("connection", options)]) == .hopByHop)
        #expect(try refusal(.user("ann") + [HeaderField("Connection", "keep-alive, Upgrade")]) == nil)
    }

    // MARK: Values

    @Test(arguments: [
        "ann\r\nX: y", "ann\n bob", "ann\r", "a\u{0}nn", "ann\u{0}", "a\tnn", "ann\u{7F}", "ann\u{1B}[0m", "ann\u{85}",
        "ann\u{2028}", "ann\u{2029}bob", "\u{1}",
    ])
    func controlCharactersAreRefusedInEveryHeader(_ value: String) throws {
        #expect(try refusal(value) == .controlCharacter)
        for header in ["Remote-Name", "Remote-Email", "Remote-Groups"] {
            #expect(try refusal(.user("ann") + [HeaderField(header, value)]) == .controlCharacter)
        }
    }

    @Test(arguments: [
        [0xFF], [0x61, 0xC3], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xEF, 0xBF, 0xBD],
    ])
    func bytesThatAreNoTextAreRefusedAlsoWhereSomebodyRepairedThem(_ value: [UInt8]) throws {
        #expect(try refusal([HeaderField("Remote-User", value)]) == .invalidUTF8)
        for header in ["Remote-Name", "Remote-Email", "Remote-Groups"] {
            #expect(try refusal(.user("ann") + [HeaderField(header, value)]) == .invalidUTF8)
        }
    }

    @Test(arguments: [
        "ann\u{200B}", "\u{FEFF}ann", "\u{202E}nna", "a\u{AD}nn", "ａｎｎ", "ann\u{A0}", "ﬁona", "\u{212A}im",
        "\u{212B}sa",
        "a\u{34F}nn", "ann\u{E0061}", "ann  lee", "ann\u{3000}lee", "\u{200B}", "\u{2060}",
    ])
    func aNameThatFoldingMakesSomebodyElsesIsRefused(_ name: String) throws {
        #expect(try refusal(name) == .ambiguousName)
    }

    @Test(arguments: [
        "Žofie", "Z\u{30C}ofie", "o'brien", "x.y+z", "ann@example.org", "CORP\\ann", "日本", "a%62c", "ann lee",
    ])
    func namesOfPeopleArePassedOnAsTheyAre(_ name: String) throws {
        let text = try Site().credentials(.user(name)).username.text
        #expect(Array(text.unicodeScalars) == Array(name.unicodeScalars))
    }

    @Test(arguments: ["ann,bob", "ann, ann", ",", "ann,", ",ann"]) func joinedHeadersAreRefused(_ value: String) throws
    {
        #expect(try refusal(value) == .severalValues)
        #expect(try refusal(.user("ann") + [HeaderField("Remote-Email", value)]) == .severalValues)
        #expect(try refusal(.user("ann") + [HeaderField("Remote-Name", value)]) == nil)
    }

    @Test func valuesThatAreTooLongAreRefusedAndNotCut() throws {
        let site = try Site(limits: HeaderLimits(valueBytes: 8, groupBytes: 8, groups: 2))
        #expect(site.read(.user("12345678")).credentials != nil)
        #expect(site.read(.user("123456789")).refusal?.code == .tooLong)
        for header in ["Remote-Name", "Remote-Email", "Remote-Groups"] {
            let fields = [HeaderField].user("ann") + [HeaderField(header, "123456789")]
            #expect(site.read(fields).refusal?.code == .tooLong)
        }
        #expect(site.read(.user("ann") + [HeaderField("Remote-Groups", "a,b,b,a")]).credentials != nil)
        #expect(site.read(.user("ann") + [HeaderField("Remote-Groups", "a,b,c")]).refusal?.code == .tooManyGroups)
    }

    @Test func whatIsRefusedIsSaidWithoutTheValue() throws {
        for fields in [[HeaderField].user("s3cret\n"), .user("s3cret,x"), .user("s3cret") + .user("s3cret")] {
            let refusal = try #require(try Site().read(fields).refusal)
            #expect(!refusal.message.contains("s3cret") && refusal.message.contains("Remote-User"))
        }
    }

    // MARK: Strangers

    @Test(arguments: [
        "Remote-User", "Remote_User", "remote-user", "REMOTE-USER ", "X-Forwarded-User", "X_Forwarded_User",
        "x-forwarded-email", "X-Auth-Request-User", "X-authentik-username", "X-Remote-User", "X-WEBAUTH-USER",
        "Remote-Groups", "X-Forwarded-Preferred-Username",
    ])
    func whatAStrangerSaysIsReportedAndTakenOut(_ name: String) throws {
        let fields = [
            HeaderField("Accept", "*/*"), HeaderField(name, "admin\r\nSet-Cookie: x"),
            HeaderField("X-Forwarded-For", "10.0.0.1"),
        ]
        let reading = try Site().read(fields, from: Site.stranger)
        #expect(reading.identity == .absent)
        #expect(reading.fields == [fields[0], fields[2]])
        let intrusion = try #require(reading.intrusion)
        #expect(intrusion.peer == Site.stranger)
        #expect(intrusion.description.hasPrefix("203.0.113.66 is no trusted proxy"))
        #expect(
            !intrusion.description.contains("admin") && intrusion.description.allSatisfy { $0.isASCII && !$0.isNewline }
        )
    }

    @Test func aReportStaysShortWhateverIsSent() throws {
        let fields = (0..<500).map { HeaderField("Remote-\($0)\n" + String(repeating: "x", count: 9000), "a") }
        let intrusion = try #require(try Site().read(fields, from: Site.stranger).intrusion)
        #expect(intrusion.description.utf8.count < 600 && !intrusion.description.contains("\n"))
    }

    @Test func anOrdinaryRequestOfAStrangerIsNoIntrusion() throws {
        let fields = ["Accept", "Cookie", "Authorization", "X-Forwarded-For", "X-Forwarded-Proto"].map {
            HeaderField($0, "a")
        }
        let reading = try Site().read(fields, from: Site.stranger)
        #expect(reading.intrusion == nil && reading.fields == fields)
    }

    @Test func theApplicationSeesNoHeaderOfTheProxyEither() throws {
        let fields = [HeaderField].user("ann") + [HeaderField("Remote-Groups", "a"), HeaderField("Accept", "*/*")]
        #expect(try Site().read(fields).fields == [HeaderField("Accept", "*/*")])
        #expect(try Site().read(fields).intrusion == nil)
    }
}
