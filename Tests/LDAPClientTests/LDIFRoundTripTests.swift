import TestSupport
import Testing

@testable import LDAPClient

@Suite struct LDIFRoundTripTests {
    private func text(_ records: [LDIFRecord], foldingAt length: Int? = 76) throws -> [UInt8] {
        var writer = LDIFWriter(foldingAt: length)
        var text: [UInt8] = []
        for record in records { text += try writer.write(record) }
        return text
    }

    @Test func linesAreFoldedAndValuesEncodedWhereTheyMustBe() throws {
        let values = ["plain", " a", "a ", ":a", "<a", "a\nb", "Ä", "", "a\u{1B}b"].map { LDAPValue($0) }
        let entry = LDAPEntry(
            dn: "cn=a",
            attributes: [
                .init(name: "cn", values: values + [LDAPValue([0xFF])]),
                .init(name: "description", values: [LDAPValue(String(repeating: "x", count: 150))]),
                .init(name: "none", values: []),
            ])
        #expect(
            String(decoding: try text([.entry(entry)]), as: UTF8.self) == """
                version: 1

                dn: cn=a
                cn: plain
                cn:: IGE=
                cn:: YSA=
                cn:: OmE=
                cn:: PGE=
                cn:: YQpi
                cn:: w4Q=
                cn:
                cn:: YRti
                cn:: /w==
                description: \(String(repeating: "x", count: 63))
                 \(String(repeating: "x", count: 75))
                 \(String(repeating: "x", count: 12))


                """)
    }

    @Test(arguments: ["c n", "cn\ndn: cn=b", "", "cn:", "changetype", "Control", "cn\0"])
    func namesThatWouldBecomeSomethingElseAreNotWritten(_ name: String) {
        let entry = LDAPEntry(dn: "cn=a", attributes: [.init(name: name, values: [LDAPValue("delete")])])
        #expect { try text([.entry(entry)]) } throws: { LDIFError.Code.notExpressible ~= $0 }
    }

    @Test func namesThatAreNoDNAreNotWritten() {
        #expect { try text([.entry(LDAPEntry(dn: "x\ndn: cn=b", attributes: []))]) } throws: {
            LDIFError.Code.notExpressible ~= $0
        }
    }

    @Test func base64IsWhatTheRFCSays() {
        for (plain, encoded) in [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            #expect(Base64.encode(Array(plain.utf8)) == Array(encoded.utf8))
            #expect(Base64.decode(Array(encoded.utf8)[...]) == Array(plain.utf8))
        }
    }

    // MARK: Generated records

    private func bytes(_ random: inout Splitmix, upTo count: Int) -> [UInt8] {
        let set: [UInt8] = Array(" :<#-\n\r\0\\,=+\"aé€😀".utf8) + [0xFF, 0x7F, 0x20, 0x41]
        return (0..<Int.random(in: 0...count, using: &random)).map { _ in
            Bool.random(using: &random)
                ? UInt8.random(in: 0x20...0x7E, using: &random) : set.randomElement(using: &random) ?? 0
        }
    }

    private func name(_ random: inout Splitmix) throws -> DistinguishedName {
        DistinguishedName(
            try (0..<Int.random(in: 1...3, using: &random)).map { _ in
                RelativeDistinguishedName(
                    try AttributeTypeAndValue("cn", String(decoding: bytes(&random, upTo: 12), as: UTF8.self) + "x"))
            })
    }

    private func attributes(_ random: inout Splitmix, from names: [String]) -> [LDAPEntry.Attribute] {
        names.filter { _ in Bool.random(using: &random) }.map { name in
            LDAPEntry.Attribute(
                name: name,
                values: (0..<Int.random(in: 1...3, using: &random)).map { _ in LDAPValue(bytes(&random, upTo: 200)) })
        }
    }

    private func record(_ random: inout Splitmix) throws -> LDIFRecord {
        let names = ["cn", "sn", "userCertificate;binary", "2.5.4.13", "member;range=0-9"]
        let dn = try name(&random)
        let controls = (0..<Int.random(in: 0...2, using: &random)).map { number in
            LDAPControl(
                oid: "1.2.\(number)", isCritical: Bool.random(using: &random),
                value: Bool.random(using: &random) ? bytes(&random, upTo: 90) : nil)
        }
        let more = attributes(&random, from: names)
        let change: DirectoryChange
        switch Int.random(in: 0..<6, using: &random) {
        case 0: change = .delete
        case 1:
            change = .modifyDN(
                newRDN: try name(&random).relativeNames[0], deleteOldRDN: Bool.random(using: &random),
                newSuperior: Bool.random(using: &random) ? try name(&random) : nil)
        case 2 where !more.isEmpty: change = .add(more)
        case 3 where !more.isEmpty:
            change = .modify(
                more.map { attribute in
                    let kind = Modification.Kind.allCases.randomElement(using: &random) ?? .add
                    let count = kind == .add || kind == .increment ? 1 : Int.random(in: 0...1, using: &random)
                    return Modification(kind, attribute.name, Array(attribute.values.prefix(count)))
                })
        default: return .entry(LDAPEntry(dn: dn.description, attributes: more))
        }
        return .change(LDIFChange(dn: dn, change: change, controls: controls))
    }

    @Test func whateverIsWrittenIsReadBack() throws {
        var random = Splitmix(seed: 2849)
        for round in 0..<60 {
            let records = try (0..<Int.random(in: 1...6, using: &random)).map { _ in try record(&random) }
            var written = try text(records, foldingAt: [76, nil, 2, 3, 17][round % 5])
            if round % 2 == 0 { written = written.flatMap { $0 == 10 ? [13, 10] : [$0] } }
            // In pieces that end anywhere.
            var reader = LDIFReader()
            var read: [LDIFRecord] = []
            var rest = written[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...40, using: &random))
                reader.append(piece)
                rest = rest.dropFirst(piece.count)
                while let record = try reader.next() { read.append(record) }
            }
            reader.end()
            while let record = try reader.next() { read.append(record) }
            #expect(read == records)
        }
    }

    @Test func damagedTextIsRefusedOrMeansTheSameWhenWrittenAgain() throws {
        var random = Splitmix(seed: 1)
        var readCount = 0
        for _ in 0..<600 {
            var text = try text([try record(&random)], foldingAt: 20)
            for _ in 0..<Int.random(in: 1...2, using: &random) {
                let index = Int.random(in: 0..<text.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: text[index] = bytes(&random, upTo: 1).first ?? 10
                case 1: text.remove(at: index)
                default: text.insert(contentsOf: bytes(&random, upTo: 3), at: index)
                }
            }
            guard let records = try? LDIFReader.records(in: text) else { continue }
            readCount += 1
            guard let again = try? self.text(records) else { continue }
            #expect(try LDIFReader.records(in: again) == records)
        }
        #expect(readCount > 40)
    }
}
