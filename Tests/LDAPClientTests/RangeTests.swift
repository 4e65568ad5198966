import Synchronization
import TestSupport
import Testing

@testable import LDAPClient

/// Values that come in parts, from a server that cuts them unasked, as Active Directory does.
@Suite struct RangeTests {
    /// A directory of groups that answers searches for a part of `member`.
    final class Directory: Sendable {
        struct Group: Sendable {
            var members: Int
            var guid = "0123456789abcdef"
            var usn: String? = "1"
            var cut = 1500
        }

        let groups = Mutex<[String: Group]>([:])
        /// How many requests for a part have come.
        let parts = Mutex(0)
        /// Changes the answer to a request for a part; gets the number of the request and the part's first place.
        let change: @Sendable (_ part: Int, _ low: Int, _ directory: Directory) -> [UInt8]?

        init(
            _ groups: [String: Group],
            change: @escaping @Sendable (Int, Int, Directory) -> [UInt8]? = { _, _, _ in nil }
        ) {
            self.change = change
            self.groups.withLock { $0 = groups }
        }

        var behaviour: ToyServer.Behaviour {
            LDAPMessages.server { request in
                var reader = BERReader(request.content)
                let base = reader.next()?.string ?? ""
                let attributes = request.attributes
                guard let range = attributes.lazy.compactMap({ AttributeRange($0) }).first else {
                    let names = self.groups.withLock { $0.keys.sorted() }
                    return names.flatMap { self.entry($0, from: 0, attributes, id: request.id) }
                        + LDAPMessages.message(request.id, LDAPMessages.done())
                }
                let part = self.parts.withLock { parts in
                    parts += 1
                    return parts
                }
                if let operation = self.change(part, range.low, self) {
                    return operation.isEmpty
                        ? LDAPMessages.message(request.id, LDAPMessages.done(32))
                        : LDAPMessages.message(request.id, operation)
                            + LDAPMessages.message(request.id, LDAPMessages.done())
                }
                return self.entry(base, from: range.low, attributes, id: request.id)
                    + LDAPMessages.message(request.id, LDAPMessages.done())
            }
        }

        private func entry(_ name: String, from low: Int, _ wanted: [String], id: Int) -> [UInt8] {
            guard let group = groups.withLock({ $0[name] }) else { return [] }
            var attributes: [(String, [String])] = [("cn", [name])]
            if wanted.contains("objectGUID") { attributes.append(("objectGUID", [group.guid])) }
            if wanted.contains("uSNChanged"), let usn = group.usn { attributes.append(("uSNChanged", [usn])) }
            let end = min(group.members, low + group.cut)
            let values = (min(low, end)..<end).map { "cn=m\($0)" }
            if low == 0, end == group.members {
                attributes.append(("member", values))
            } else {
                if low == 0 { attributes.append(("member", [])) }
                attributes.append(("Member;Range=\(low)-\(end == group.members ? "*" : "\(end - 1)")", values))
            }
            return LDAPMessages.message(id, LDAPMessages.entry(name, attributes))
        }
    }

    private static func request(_ attributes: [String] = ["cn", "member"], pageSize: Int? = nil) -> SearchRequest {
        SearchRequest(
            base: DistinguishedName([]), filter: .present("cn"), attributes: .named(attributes), pageSize: pageSize)
    }

    private func search(_ directory: Directory, _ request: SearchRequest = request()) async throws -> SearchResult {
        try await withToyServer(directory.behaviour) { server in
            let connection = try await LDAPConnection.connect(to: LDAPURL(server.uri))
            let result = try await connection.search(request)
            await connection.close()
            return result
        }
    }

    private static func members(_ count: Int) -> [String] { (0..<count).map { "cn=m\($0)" } }

    @Test(arguments: [0, 1, 1499, 1500, 1501, 3000, 3001, 20_000])
    func allValuesComeUnderThePlainName(_ count: Int) async throws {
        for usn in ["1", nil] {
            let directory = Directory(["cn=g": .init(members: count, usn: usn)])
            for attributes in [["member"], ["member", "uSNChanged", "objectGUID"]] {
                let result = try await search(directory, Self.request(attributes))
                let entry = try #require(result.entries.first)
                #expect(entry.strings("member") == Self.members(count))
                #expect(entry.attributes.count { $0.name.lowercased().hasPrefix("member") } == 1)
                #expect(!entry.hasRange)
                #expect(result.completeness == .complete)
            }
        }
    }

    @Test func aKnownVersionIsNotReadFromItsStartAgain() async throws {
        let directory = Directory(["cn=g": .init(members: 4000)])
        #expect(try await search(directory, Self.request(["member", "uSNChanged"])).completeness == .complete)
        #expect(directory.parts.withLock { $0 } == 2)
        #expect(try await search(directory).completeness == .complete)
        #expect(directory.parts.withLock { $0 } == 5)
    }

    @Test(arguments: [nil, 2])
    func aStreamCompletesEntriesToo(_ pageSize: Int?) async throws {
        let groups = [
            "cn=a": Directory.Group(members: 3), "cn=b": .init(members: 4000), "cn=c": .init(members: 1501),
            "cn=d": .init(members: 0),
        ]
        try await withToyServer(Directory(groups).behaviour) { server in
            let connection = try await LDAPConnection.connect(to: LDAPURL(server.uri))
            let stream = LDAPEntryStream(connection, Self.request(pageSize: pageSize), deadline: nil)
            var counts: [String: Int] = [:]
            for try await entry in stream { counts[entry.dn] = Set(entry.strings("member")).count }
            #expect(counts == groups.mapValues(\.members))
            #expect(await stream.completeness == .complete)
        }
    }

    @Test func aStreamThatIsFullStillCompletesItsEntries() async throws {
        // More entries than a stream holds for a slow reader, with one that has to be completed at the front.
        var groups = Dictionary(uniqueKeysWithValues: (0..<3000).map { ("cn=g\($0)", Directory.Group(members: 1)) })
        groups["cn=a"] = .init(members: 1501)
        try await withToyServer(Directory(groups).behaviour) { server in
            let connection = try await LDAPConnection.connect(to: LDAPURL(server.uri))
            let stream = LDAPEntryStream(connection, Self.request(), deadline: nil)
            var count = 0
            for try await entry in stream { count += entry["member"].count }
            #expect(count == 4501)
            #expect(await stream.completeness == .complete)
        }
    }

    @Test func switchedOffPartsStayParts() async throws {
        var request = Self.request()
        request.fetchesRanges = false
        let result = try await search(Directory(["cn=g": .init(members: 4000)]), request)
        #expect(result.completeness == .incomplete(.rangeCut))
        #expect(result.entries.first?["member;range=0-1499"].count == 1500)
        #expect(result.entries.first?["member"] == [])
    }

    @Test func rangesThatWereAskedForAreLeftAlone() async throws {
        let directory = Directory(["": .init(members: 4000)])
        let result = try await search(directory, Self.request(["member;range=1500-*"]))
        #expect(directory.parts.withLock { $0 } == 1)
        #expect(result.completeness == .incomplete(.rangeCut))
        #expect(result.entries.first?["member;range=1500-2999"].count == 1500)
    }

    @Test func rangesOfDirSyncAreChangesAndNoParts() async throws {
        var request = Self.request()
        request.controls = [DirSyncControl.request(flags: .incrementalValues)]
        let directory = Directory(["cn=g": .init(members: 4000)])
        _ = try await search(directory, request)
        #expect(directory.parts.withLock { $0 } == 0)
    }

    /// Answers that must never make a whole.
    enum Trick: CaseIterable {
        case repeatsTheSamePart, goesBackwards, skips, overlaps, sendsNothing, sendsFewerThanItSays, otherAttribute
        case vanishes, becomesAnotherEntry, plainName, nonsense, changesEachTime, twoParts, movesInMiddle
    }

    @Test(arguments: Trick.allCases)
    func whatDoesNotFitTogetherIsIncomplete(_ trick: Trick) async throws {
        let directory = Directory(["cn=g": .init(members: 4000)]) { part, low, _ in
            func answer(_ name: String, _ count: Int, usn: String = "1", guid: String = "0123456789abcdef") -> [UInt8] {
                LDAPMessages.entry(
                    "cn=g",
                    [
                        ("objectGUID", [guid]), ("uSNChanged", [usn]),
                        (name, (0..<count).map { "cn=trick\($0)" }),
                    ])
            }
            guard part > 1 else { return nil }
            switch trick {
            case .repeatsTheSamePart: return answer("member;range=0-1499", 1500)
            case .goesBackwards: return answer("member;range=\(low - 2)-\(low - 1)", 2)
            case .skips: return answer("member;range=\(low + 1)-*", 1)
            case .overlaps: return answer("member;range=\(low - 1)-\(low + 8)", 10)
            case .sendsNothing: return LDAPMessages.entry("cn=g")
            case .sendsFewerThanItSays: return answer("member;range=\(low)-\(low + 99)", 50)
            case .otherAttribute: return answer("owner;range=\(low)-*", 1)
            case .vanishes: return []
            case .becomesAnotherEntry: return answer("member;range=\(low)-*", 1, guid: "another entry...")
            case .plainName: return answer("member", 4000)
            case .nonsense: return answer("member;range=\(low)-x", 1)
            case .changesEachTime: return answer("member;range=\(low)-\(low)", 1, usn: "\(part)")
            case .twoParts:
                return LDAPMessages.entry(
                    "cn=g", [("member;range=\(low)-*", ["cn=x"]), ("member;range=\(low)-\(low)", ["cn=y"])])
            case .movesInMiddle: return LDAPMessages.done(32)
            }
        }
        let result = try await search(directory)
        #expect(result.completeness == .incomplete(.rangeCut))
        #expect(directory.parts.withLock { $0 } < 20)
        let entry = try #require(result.entries.first)
        #expect(entry.hasRangeCut)
        #expect(entry["member"].isEmpty)
    }

    @Test func aGroupThatChangesOnceIsReadAgain() async throws {
        let directory = Directory(["cn=g": .init(members: 4000)]) { part, _, directory in
            if part == 3 {
                directory.groups.withLock { $0["cn=g"] = .init(members: 4001, usn: "2") }
            }
            return nil
        }
        let result = try await search(directory)
        #expect(result.completeness == .complete)
        #expect(result.entries.first?.strings("member") == Self.members(4001))
    }

    @Test func aServerThatNeverComesToAnEndIsLeft() async throws {
        // One value at a time, for ever.
        let directory = Directory(["cn=g": .init(members: .max, cut: 1)])
        let result = try await search(directory)
        #expect(result.completeness == .incomplete(.rangeCut))
        #expect(directory.parts.withLock { $0 } == RangeRetriever.maximumParts)
    }

    @Test func aServerThatBreaksInTheMiddleIsAnErrorAndNoResult() async throws {
        let directory = Directory(["cn=g": .init(members: 40_000)]) { part, _, _ in
            part < 3 ? nil : LDAPMessages.result(0x61)
        }
        try await withToyServer(directory.behaviour) { server in
            let connection = try await LDAPConnection.connect(to: LDAPURL(server.uri))
            let error = try await failure { () async throws(LDAPError) in
                try await connection.search(Self.request())
            }
            #expect(error.code == .unexpectedResponse)
        }
    }

    @Test(
        arguments: [
            ("member;range=0-1499", "member", 0, 1499), ("MEMBER;Range=1500-*", "MEMBER", 1500, nil),
            ("member;binary;range=5-5;x-y", "member;binary;x-y", 5, 5),
        ] as [(String, String, Int, Int?)])
    func rangesAreRead(_ text: String, _ attribute: String, _ low: Int, _ high: Int?) throws {
        let range = try #require(AttributeRange(text))
        #expect(range.attribute == attribute)
        #expect(range.low == low)
        #expect(range.high == high)
    }

    @Test(arguments: [
        "member", "member;lang-de", "member;range=", "member;range=1", "member;range=-", "member;range=*-*",
        "member;range=5-4", "member;range=-1-2", "member;range=0-99999999999999999999", "member;range=0-+5",
        "member;range=0-1;range=0-*", ";range=0-1", "member;range=0-1-2", "member;ranges=0-1", "range=0-1",
    ])
    func otherOptionsAreNoRanges(_ text: String) {
        #expect(AttributeRange(text) == nil)
    }
}
