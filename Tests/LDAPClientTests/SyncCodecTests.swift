import Testing

@testable import LDAPClient

/// The values of RFC 4533, octet by octet.
@Suite struct SyncCodecTests {
    private let uuid = SyncMessages.uuid(7)
    private let uuidOctets: [UInt8] = [UInt8](repeating: 0xAB, count: 12) + [0, 0, 0, 7]

    @Test func uuidsHaveSixteenOctetsAndOneText() throws {
        let text = "597ae2f6-16a6-1027-98f4-d28b5365dc14"
        let uuid = try #require(SyncUUID(text))
        #expect(uuid.octets.prefix(4) == [0x59, 0x7A, 0xE2, 0xF6] && uuid.octets.last == 0x14)
        #expect(uuid.description == text)
        #expect(SyncUUID(text.uppercased()) == uuid)
        #expect(SyncUUID(uuid.octets) == uuid)
        #expect(SyncUUID(uuid.octets.dropLast()) == nil && SyncUUID(uuid.octets + [0]) == nil)
        for wrong in ["", "597ae2f6", text + "0", text.replacing("-", with: ""), text.replacing("9", with: "g")] {
            #expect(SyncUUID(wrong) == nil, "\(wrong)")
        }
        var random = Splitmix(seed: 1)
        for _ in 0..<200 {
            let octets = (0..<16).map { _ in UInt8.random(in: 0...255, using: &random) }
            let other = try #require(SyncUUID(octets))
            #expect(other.octets == octets && SyncUUID(other.description) == other)
            #expect((uuid < other) == uuid.octets.lexicographicallyPrecedes(octets))
        }
    }

    @Test func requestsAreWrittenWithoutDefaults() {
        #expect(SyncRequestControl.request(mode: .refreshOnly).value == [0x30, 3, 0x0A, 1, 1])
        #expect(SyncRequestControl.request(mode: .refreshAndPersist).value == [0x30, 3, 0x0A, 1, 3])
        #expect(
            SyncRequestControl.request(mode: .refreshOnly, cookie: SyncCookie([0x61, 0]), reloadHint: true).value
                == [0x30, 10, 0x0A, 1, 1, 4, 2, 0x61, 0, 1, 1, 0xFF])
        #expect(SyncRequestControl.request(mode: .refreshOnly).isCritical)
        #expect(SyncRequestControl.request(mode: .refreshOnly).oid == "1.3.6.1.4.1.4203.1.9.1.1")
    }

    @Test func statesAreRead() throws {
        let plain: [UInt8] = [0x30, 0x15, 0x0A, 1, 1, 4, 16] + uuidOctets
        let state = try #require(SyncStateControl(decoding: plain))
        #expect(state.state == .add && state.uuid == uuid && state.cookie == nil)
        let long: [UInt8] =
            [0x30, 0x84, 0, 0, 0, 0x1C, 0x0A, 0x81, 1, 3, 4, 0x82, 0, 16] + uuidOctets + [4, 2, 0x63, 0x6B]
        let deleted = try #require(SyncStateControl(decoding: long))
        #expect(deleted.state == .delete && deleted.cookie == SyncCookie(text: "ck"))
        #expect(SyncStateControl(decoding: [0x30, 0x17, 0x0A, 1, 0, 4, 16] + uuidOctets + [4, 0])?.cookie == nil)
        #expect(SyncStateControl(decoding: [0x30, 0x15, 0x0A, 1, 4, 4, 16] + uuidOctets) == nil, "no such state")
        #expect(SyncStateControl(decoding: [0x30, 0x14, 0x0A, 1, 1, 4, 15] + uuidOctets.dropLast()) == nil)
        #expect(SyncStateControl(decoding: [0x30, 0x15, 0x0A, 1, 1, 5, 16] + uuidOctets) == nil, "no octet string")
        #expect(SyncStateControl(decoding: plain + [0]) == nil)
        #expect(SyncStateControl(decoding: []) == nil)
    }

    @Test func endsAreRead() throws {
        #expect(SyncDoneControl(decoding: [0x30, 0]).map { $0.cookie == nil && !$0.refreshDeletes } == true)
        let deletes = try #require(SyncDoneControl(decoding: [0x30, 0x81, 6, 4, 1, 0x61, 1, 1, 1]))
        #expect(deletes.refreshDeletes && deletes.cookie == SyncCookie(text: "a"))
        let empty = try #require(SyncDoneControl(decoding: [0x30, 5, 4, 0, 1, 1, 0xFF]))
        #expect(empty.refreshDeletes && empty.cookie == nil, "an empty cookie is none")
        #expect(SyncDoneControl(decoding: [0x30, 4, 1, 2, 0, 0]) == nil)
        #expect(SyncDoneControl(decoding: [0x30, 3, 2, 1, 1]) == nil)
        #expect(SyncDoneControl(decoding: [0x30, 6, 1, 1, 1, 4, 1, 0x61]) == nil, "out of order")
        #expect(SyncDoneControl(decoding: []) == nil)
    }

    @Test func infosAreRead() {
        let cookie = SyncCookie(text: "ck")
        #expect(SyncInfoMessage(decoding: [0x80, 2, 0x63, 0x6B]) == .newCookie(cookie))
        #expect(SyncInfoMessage(decoding: [0x80, 0]) == .newCookie(nil))
        #expect(SyncInfoMessage(decoding: [0xA1, 0]) == .refreshDelete(cookie: nil, refreshDone: true))
        #expect(
            SyncInfoMessage(decoding: [0xA2, 0x81, 7, 4, 2, 0x63, 0x6B, 1, 1, 0])
                == .refreshPresent(cookie: cookie, refreshDone: false))
        #expect(
            SyncInfoMessage(decoding: [0xA3, 20, 0x31, 18, 4, 16] + uuidOctets)
                == .idSet(cookie: nil, refreshDeletes: false, uuids: [uuid]))
        #expect(
            SyncInfoMessage(decoding: [0xA3, 5, 1, 1, 0xFF, 0x31, 0])
                == .idSet(cookie: nil, refreshDeletes: true, uuids: []))
        for wrong: [UInt8] in [
            [], [0x80], [0x80, 1], [0x81, 0], [0xA0, 0], [0xA4, 0], [0xA3, 0], [0x30, 0], [0xA1, 1, 0], [0xA1, 0, 0],
            [0xA2, 3, 2, 1, 0], [0xA3, 5, 0x31, 3, 4, 1, 0], [0xA3, 2, 0x30, 0],
            [0xA3, 5, 0x31, 0, 1, 1, 0xFF],
        ] {
            #expect(SyncInfoMessage(decoding: wrong) == nil, "\(wrong)")
        }
    }

    /// Values as servers write them, with every field in use.
    private var samples: [[UInt8]] {
        [
            SyncMessages.state(.modify, uuid, cookie: "rid=000,csn=1").value ?? [],
            SyncMessages.done(cookie: "rid=000,csn=1", refreshDeletes: true).value ?? [],
            SyncMessages.newCookie("rid=000"),
            SyncMessages.phaseEnd(present: true, cookie: "rid=000", refreshDone: false),
            SyncMessages.idSet((0..<20).map(SyncMessages.uuid), cookie: "rid=000", refreshDeletes: true),
        ]
    }

    @Test func aValueThatIsCutShortIsRefused() {
        for sample in samples {
            for count in 0..<sample.count {
                let part = Array(sample[..<count])
                #expect(SyncStateControl(decoding: part) == nil)
                #expect(SyncDoneControl(decoding: part) == nil)
                #expect(SyncInfoMessage(decoding: part) == nil)
            }
        }
    }

    @Test func damagedValuesAreRefusedOrReadAsSomethingElseWhole() {
        var random = Splitmix(seed: 4533)
        var refused = 0
        for round in 0..<3_000 {
            var value = samples[round % samples.count]
            for _ in 0...Int.random(in: 0...2, using: &random) {
                let index = Int.random(in: 0..<value.count, using: &random)
                switch Int.random(in: 0...2, using: &random) {
                case 0: value[index] = UInt8.random(in: 0...255, using: &random)
                case 1: value.remove(at: index)
                default: value.insert(UInt8.random(in: 0...255, using: &random), at: index)
                }
                if value.isEmpty { value = [0x30] }
            }
            let state = SyncStateControl(decoding: value)
            let done = SyncDoneControl(decoding: value)
            let info = SyncInfoMessage(decoding: value)
            // No octets mean two things.
            #expect([state != nil, done != nil, info != nil].count { $0 } <= 1)
            if state == nil, done == nil, info == nil { refused += 1 }
            if case .idSet(_, _, let uuids)? = info { #expect(uuids.count * 18 <= value.count) }
        }
        #expect(refused > 1_000)
    }

    @Test func onlySecretsThatNobodyAskedForAreTakenOut() {
        let entry = LDAPEntry(
            dn: "cn=x",
            attributes: ["cn", "userPassword", "userPassword;lang-de", "mail"].map {
                .init(name: $0, values: ["v"].map { LDAPValue($0) })
            })
        func names(_ asked: AttributeSelection) -> [String] {
            entry.withoutSecrets(except: asked).attributes.map(\.name)
        }
        #expect(names(.named(["cn"])) == ["cn", "mail"])
        #expect(names(.none) == ["cn", "mail"])
        #expect(names(.named(["USERPASSWORD"])).count == 4)
        #expect(names(.named(["*", "+"])).count == 4)
        #expect(names(.allUserAttributes).count == 4)
    }
}
