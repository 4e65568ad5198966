import Testing

@testable import LDAPClient

@Suite struct LDIFReaderTests {
    private func records(
        _ text: String, _ options: LDIFReader.Options = LDIFReader.Options()
    ) throws(LDIFError) -> [LDIFRecord] {
        try LDIFReader.records(in: text.utf8, options: options)
    }

    private func entry(_ dn: String, _ attributes: [(String, [String])]) -> LDIFRecord {
        .entry(
            LDAPEntry(
                dn: dn, attributes: attributes.map { .init(name: $0, values: $1.map { LDAPValue($0) }) }))
    }

    @Test func anEntryIsRead() throws {
        let text = """
            version: 1
            dn: cn=Barbara Jensen,
              ou=people,dc=example
            # a comment that
             goes on: here
            objectclass: top
            objectClass: person
            cn:Barbara Jensen
            cn:   Babs
            sn:: TcO8bGxlcg==
            title;lang-de: Ä
            description:
            description::
            seeAlso: cn=x
              y

            """
        let expected = entry(
            "cn=Barbara Jensen, ou=people,dc=example",
            [
                ("objectclass", ["top", "person"]), ("cn", ["Barbara Jensen", "Babs"]), ("sn", ["Müller"]),
                ("title;lang-de", ["Ä"]), ("description", ["", ""]), ("seeAlso", ["cn=x y"]),
            ])
        #expect(try records(text) == [expected])
        #expect(
            try records(text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")) == [
                expected
            ])
    }

    @Test func recordsAreSeparatedByEmptyLines() throws {
        let two = [entry("cn=a", [("cn", ["a"])]), entry("cn=b", [("cn", ["b"])])]
        for text in [
            "dn: cn=a\ncn: a\n\ndn: cn=b\ncn: b", "\n\n\ndn: cn=a\ncn: a\n\n\n\ndn: cn=b\ncn: b\n\n\n",
            "version: 1\n\ndn: cn=a\ncn: a\n# end\n\n# begin\n\n# more\ndn: cn=b\ncn: b\n# end",
            "\u{FEFF}version: 1\r\ndn: cn=a\r\ncn: a\r\n\r\nDN: cn=b\r\ncn: b\r\n",
            "# top\nversion: 1\ndn: cn=a\ncn: a\n\ndn: cn=b\ncn: b\n",
        ] {
            #expect(try records(text) == two, "\(text)")
        }
        #expect(try records("") == [])
        #expect(try records("\n\n# nothing\n\n") == [])
        #expect(try records("version: 1\n") == [])
        #expect(try records("dn:\nobjectClass: top\n") == [entry("", [("objectClass", ["top"])])])
        #expect(try records("dn: cn=a\n") == [entry("cn=a", [])])
    }

    @Test func everyKindOfChangeIsRead() throws {
        let text = """
            dn: cn=a,dc=x
            control: 1.2.840.113556.1.4.805 true
            control: 1.2.3
            control: 1.2.4: text
            control: 1.2.5 false:: AAE=
            control: 1.2.6   TRUE  :
            changetype: add
            cn: a
            sn: b

            dn: cn=a,dc=x
            changetype: modify
            add: mail
            mail: one
            MAIL:: dHdv
            -
            delete: description
            -
            replace: sn
            -
            increment: uidNumber
            uidNumber: 7

            dn: cn=a,dc=x
            changetype: ModRDN
            newrdn: cn=b+sn=c
            deleteoldrdn: 0

            dn: cn=b,dc=x
            changetype: moddn
            newrdn:: Y249w6Q=
            deleteoldrdn: 1
            newsuperior: dc=y

            dn: cn=c,dc=y
            changetype: delete
            """
        let x = try DistinguishedName("cn=a,dc=x")
        let expected: [LDIFChange] = [
            LDIFChange(
                dn: x,
                change: .add([
                    .init(name: "cn", values: [LDAPValue("a")]), .init(name: "sn", values: [LDAPValue("b")]),
                ]),
                controls: [
                    LDAPControl(oid: "1.2.840.113556.1.4.805", isCritical: true), LDAPControl(oid: "1.2.3"),
                    LDAPControl(oid: "1.2.4", value: Array("text".utf8)), LDAPControl(oid: "1.2.5", value: [0, 1]),
                    LDAPControl(oid: "1.2.6", isCritical: true, value: []),
                ]),
            LDIFChange(
                dn: x,
                change: .modify([
                    .add("mail", ["one", "two"]), .delete("description"), .replace("sn", []),
                    .increment("uidNumber", by: 7),
                ])),
            LDIFChange(
                dn: x,
                change: .modifyDN(newRDN: try DistinguishedName("cn=b+sn=c").relativeNames[0], deleteOldRDN: false)),
            LDIFChange(
                dn: try DistinguishedName("cn=b,dc=x"),
                change: .modifyDN(
                    newRDN: try DistinguishedName("cn=ä").relativeNames[0], deleteOldRDN: true,
                    newSuperior: try DistinguishedName("dc=y"))),
            LDIFChange(dn: try DistinguishedName("cn=c,dc=y"), change: .delete),
        ]
        #expect(try records(text) == expected.map { .change($0) })
    }

    /// Each text with the line that is wrong in it.
    @Test(
        arguments: [
            ("version: 2\n", 1), ("version: 1\n\nversion: 1\n", 3), ("cn: a\n", 1), ("dn: cn=a\n\ncn: b\n", 3),
            ("dn: cn=a\nno colon\n", 2), ("dn: cn=a\n: x\n", 2), ("dn: cn=a\nc n: x\n", 2), ("dn: no dn\n", 1),
            ("dn:: ////\n", 1), ("dn: cn=a\ncn:: ***\n", 2), ("dn: cn=a\ncn:: QQ\n", 2), ("dn: cn=a\ncn:: QQ= =\n", 2),
            ("dn: cn=a\ncn:: QR==\n", 2), ("dn: cn=a\ncn:: =QQ=\n", 2), ("dn: cn=a\ncn:: QQ==QQ==\n", 2),
            (" dn: cn=a\n", 1), ("dn: cn=a\ncn: a\n\n b\n", 4), ("dn: cn=a\ncn: \0\n", 2), ("dn: cn=a\ncn: a\rb\n", 2),
            ("dn: cn=a\ncn: a\n # x\nsn: a\n-\n", 5), ("dn: cn=a\njpegPhoto:< file:///etc/shadow\n", 2),
            ("dn: cn=a\ncontrol: 1.2\ncn: a\n", 3), ("dn: cn=a\ncontrol: x\nchangetype: delete\n", 2),
            ("dn: cn=a\ncontrol: 1.2 maybe\nchangetype: delete\n", 2),
            ("dn: cn=a\ncontrol: 1.2 true x\nchangetype: delete\n", 2),
            ("dn: cn=a\nchangetype: destroy\n", 2), ("dn: cn=a\nchangetype: delete\ncn: a\n", 3),
            ("dn: cn=a\nchangetype: add\n", 2), ("dn: cn=a\nchangetype: modify\n", 2),
            ("dn: cn=a\nchangetype: modify\nadd: cn\n-\n", 3), ("dn: cn=a\nchangetype: modify\nadd: cn\nsn: x\n-\n", 4),
            ("dn: cn=a\nchangetype: modify\ncn: x\n", 3), ("dn: cn=a\nchangetype: modify\n-\n", 3),
            ("dn: cn=a\nchangetype: modify\nincrement: n\n-\n", 3),
            ("dn: cn=a\nchangetype: modify\nadd: c n\nc n: x\n", 3),
            ("dn: cn=a\nchangetype: modrdn\n", 2), ("dn: cn=a\nchangetype: modrdn\nnewrdn: cn=b\n", 3),
            ("dn: cn=a\nchangetype: modrdn\nnewrdn: cn=b,cn=c\ndeleteoldrdn: 1\n", 3),
            ("dn: cn=a\nchangetype: modrdn\nnewrdn: cn=b\ndeleteoldrdn: yes\n", 4),
            ("dn: cn=a\nchangetype: modrdn\nnewrdn: cn=b\ndeleteoldrdn: 1\nnewsuperior: x\n", 5),
            ("dn: cn=a\ncn: a\n\n# c\n#\n  \n\ndn cn=b\n", 8),
        ])
    func mistakesAreNamedByTheirLine(_ text: String, _ line: Int) throws {
        do throws(LDIFError) {
            let records = try records(text)
            Issue.record("read as \(records)")
        } catch {
            #expect(error.line == line, "\(error)")
            #expect(error.description.hasPrefix("LDIF, line \(line): "))
        }
    }

    @Test func aReaderThatFailedStaysFailed() throws {
        var reader = LDIFReader()
        reader.append("dn: cn=a\nbad\n\ndn: cn=b\ncn: b\n\n".utf8)
        for _ in 0..<3 {
            #expect { try reader.next() } throws: { ($0 as? LDIFError)?.line == 2 }
        }
    }

    @Test func limitsHoldBeforeMemoryIsUsed() throws {
        let long = "dn: cn=a\ncn: " + String(repeating: "x", count: 200)
        let folded = "dn: cn=a\ncn: x" + String(repeating: "\n " + String(repeating: "x", count: 20), count: 10)
        for text in [long, long + "\n", folded] {
            #expect { try records(text, .init(maximumLineBytes: 100)) } throws: {
                LDIFError.Code.limitExceeded ~= $0
            }
            #expect(try records(text, .init(maximumLineBytes: 300)).count == 1)
        }
        let many = "dn: cn=a\n" + String(repeating: "cn: x\n", count: 100)
        #expect { try records(many, .init(maximumRecordBytes: 200)) } throws: { LDIFError.Code.limitExceeded ~= $0 }
        // A line that never ends is refused as it comes.
        var reader = LDIFReader(options: .init(maximumLineBytes: 1000))
        var count = 0
        do throws(LDIFError) {
            while count < 100 {
                reader.append([UInt8](repeating: 0x61, count: 100))
                _ = try reader.next()
                count += 1
            }
        } catch {
            #expect(error.code == .limitExceeded)
        }
        #expect(count == 10)
    }

    @Test func urlsAreReadOnlyWhereAllowed() throws {
        struct NoSuchFile: Error {}
        let options = LDIFReader.Options { url throws in
            guard url == "file:///photo" else { throw NoSuchFile() }
            return [0, 1]
        }
        let text = "dn: cn=a\njpegPhoto:< file:///photo\n"
        #expect { try records(text) } throws: { LDIFError.Code.urlRefused ~= $0 }
        guard case .entry(let entry) = try records(text, options).first else {
            Issue.record("no entry")
            return
        }
        #expect(entry["jpegphoto"] == [LDAPValue([0, 1])])
        #expect { try records("dn: cn=a\njpegPhoto:<file:///other\n", options) } throws: {
            LDIFError.Code.urlRefused ~= $0
        }
    }
}
