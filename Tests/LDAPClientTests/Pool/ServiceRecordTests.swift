import Testing

@testable import LDAPClient

@Suite struct ServiceRecordTests {
    /// An answer to `_ldap._tcp.example.org`, as BIND lays it out: each owner is a pointer to the question.
    static let golden: [UInt8] = {
        var message: [UInt8] = [0x12, 0x34, 0x81, 0x80, 0, 1, 0, 3, 0, 0, 0, 0]
        message += name(["_ldap", "_tcp", "example", "org"]) + [0, 33, 0, 1]
        message += record(0, 10, 389, name(["DC1", "example", "org"]))
        // The second target ends in a pointer to “example.org” in the question.
        message += record(0, 90, 3389, [3] + Array("dc2".utf8) + [0xC0, 23])
        message += record(5, 0, 389, name(["backup", "example", "org"]))
        return message
    }()

    static func name(_ labels: [String]) -> [UInt8] {
        labels.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }

    static func record(_ priority: UInt8, _ weight: UInt8, _ port: Int, _ target: [UInt8]) -> [UInt8] {
        [0xC0, 12, 0, 33, 0, 1, 0, 0, 0, 60, 0, UInt8(6 + target.count), 0, priority, 0, weight]
            + [UInt8(port >> 8), UInt8(port & 0xFF)] + target
    }

    private static func message(_ records: [[UInt8]]) -> [UInt8] {
        [0, 1, 0x81, 0x80, 0, 1, 0, UInt8(records.count), 0, 0, 0, 0] + name(["a"]) + [0, 33, 0, 1]
            + records.flatMap { $0 }
    }

    @Test func goldenMessageIsRead() throws {
        #expect(
            try ServiceRecordParser.records(in: Self.golden) == [
                ServiceRecord(priority: 0, weight: 10, port: 389, target: "dc1.example.org"),
                ServiceRecord(priority: 0, weight: 90, port: 3389, target: "dc2.example.org"),
                ServiceRecord(priority: 5, weight: 0, port: 389, target: "backup.example.org"),
            ])
    }

    @Test func anyDamageIsRefusedOrReadWithoutHarm() {
        var random = Splitmix(seed: 2782)
        for length in 0..<Self.golden.count {
            #expect(throws: ServiceRecordParser.Malformed.self) {
                try ServiceRecordParser.records(in: Array(Self.golden.prefix(length)))
            }
        }
        var read = 0
        for _ in 0..<20_000 {
            var message = Self.golden
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                message[Int.random(in: 0..<message.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            guard let records = try? ServiceRecordParser.records(in: message) else { continue }
            read += 1
            for record in records {
                #expect(ServiceRecordParser.isHostName(record.target))
                #expect((try? LDAPURL("ldap://\(record.target):\(record.port)")) != nil, "\(record)")
            }
        }
        #expect(read > 0)
    }

    @Test func pointersThatGoRoundOrForwardAreRefused() {
        for pointer in [[0xC0, 12], [0xC0, 200], [0xC0, 0xFF]] as [[UInt8]] {
            let loop = [0, 1, 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0] + pointer + [0, 33, 0, 1]
            #expect(throws: ServiceRecordParser.Malformed.self) { try ServiceRecordParser.records(in: loop) }
        }
    }

    @Test func answersThatAreErrorsOrQuestionsAreRefused() {
        for flags in [0x0180, 0x8183, 0x8182] {
            var message = Self.golden
            (message[2], message[3]) = (UInt8(flags >> 8), UInt8(flags & 0xFF))
            #expect(throws: ServiceRecordParser.Malformed.self) { try ServiceRecordParser.records(in: message) }
        }
    }

    @Test func targetsThatAreNoHostNamesAndOtherRecordsAreLeftOut() throws {
        let cname: [UInt8] = [0xC0, 12, 0, 5, 0, 1, 0, 0, 0, 60, 0, 3, 1, 0x61, 0]
        let records = [
            cname, Self.record(0, 0, 389, [0]), Self.record(0, 0, 0, Self.name(["x", "org"])),
            Self.record(0, 0, 389, Self.name(["a/b@c", "org"])), Self.record(0, 0, 389, Self.name(["ok", "org"])),
        ]
        #expect(try ServiceRecordParser.records(in: Self.message(records)).map(\.target) == ["ok.org"])
    }

    @Test func priorityOrdersAndWeightDecidesHowOften() {
        func record(_ priority: UInt16, _ weight: UInt16, _ target: String) -> ServiceRecord {
            ServiceRecord(priority: priority, weight: weight, port: 389, target: target)
        }
        let records = [record(9, 5, "late"), record(1, 75, "much"), record(1, 25, "some"), record(1, 0, "never")]
        var random = Splitmix(seed: 1)
        var first: [String: Int] = [:]
        for _ in 0..<10_000 {
            let order = ServiceRecord.ordered(records, using: &random)
            #expect(order.map(\.count) == [3, 1])
            #expect(Set(order.joined()) == Set(records))
            first[order[0][0].target, default: 0] += 1
        }
        #expect((7_200...7_700).contains(first["much"] ?? 0))
        #expect((2_200...2_700).contains(first["some"] ?? 0))
        #expect((1...300).contains(first["never"] ?? 0))
    }

    private func refuses(_ body: () throws(LDAPError) -> LDAPServiceDomain) -> Bool {
        do throws(LDAPError) {
            _ = try body()
            return false
        } catch {
            return error.code == .invalidArgument
        }
    }

    @Test func domainsAreReadFromNamesAndAddresses() throws {
        #expect(try LDAPServiceDomain(domain: "Example.ORG.").queryName == "_ldap._tcp.example.org")
        #expect(try LDAPServiceDomain(url: "ldaps:///DC=example, dc=org").queryName == "_ldaps._tcp.example.org")
        for url in ["ldap://host/dc=org", "ldap:///", "ldap:///cn=x,dc=org", "http:///dc=org", "ldap:///dc=a b", "x"] {
            #expect(refuses { () throws(LDAPError) in try LDAPServiceDomain(url: url) }, "\(url)")
        }
        for trusted in ["", ".example.com", "*.example.com", "a b"] {
            #expect(
                refuses { () throws(LDAPError) in
                    try LDAPServiceDomain(domain: "example.org", trustedDomains: ["example.net", trusted])
                }, "\(trusted)")
        }
        for domain in [
            "", "*.example.org", ".", "a..b", "a b", "a/b", "ldap://x", "a:389", String(repeating: "a", count: 300),
        ] {
            #expect(refuses { () throws(LDAPError) in try LDAPServiceDomain(domain: domain) }, "\(domain)")
        }
    }

    @Test func onlyHostsOfTheDomainOrATrustedOneAreAccepted() throws {
        let domain = try LDAPServiceDomain(domain: "example.org", trustedDomains: ["Hosting.example"])
        #expect(domain.accepts("dc1.example.org"))
        #expect(domain.accepts("ldap.hosting.example"))
        for host in ["example.org.evil.com", "badexample.org", "evil.com", "org"] { #expect(!domain.accepts(host)) }
    }
}
