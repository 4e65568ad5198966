#if canImport(LDAPClient)
@testable import LDAPClient
#endif

extension FuzzTarget {
    private static let uuid = [UInt8](1...16)

    /// The values of content synchronization, and cookies, of which OpenLDAP's are looked into.
    static let sync = FuzzTarget(
        "sync",
        corpus: [
            [0x30, 0x15, 0x0A, 0x01, 0x01, 0x04, 0x10] + uuid,
            [0x30, 0x84, 0, 0, 0, 0x18, 0x0A, 0x01, 0x03, 0x04, 0x81, 0x10] + uuid + [0x04, 0x01, 0x61],
            [0x30, 0x00], [0x30, 0x05, 0x04, 0x00, 0x01, 0x01, 0xFF], [0x30, 0x03, 0x01, 0x01, 0x00],
            [0x80, 0x01, 0x61], [0xA1, 0x00], [0xA2, 0x06, 0x04, 0x01, 0x61, 0x01, 0x01, 0x00],
            [0xA3, 0x17, 0x01, 0x01, 0xFF, 0x31, 0x12, 0x04, 0x10] + uuid,
            Array("rid=001,sid=002,csn=20261121124527.098976Z#000000#001#000000;2#0#002#0,delcsn=2#0#002#0".utf8),
        ],
        words: ["\u{4}\u{0}", "\u{1}\u{1}", "\u{4}\u{10}", "1\u{12}", "rid=", ",csn=", ",sid=", "#", ";", "delcsn="]
    ) { octets in
        let state = SyncStateControl(decoding: octets)
        let done = SyncDoneControl(decoding: octets)
        let info = SyncInfoMessage(decoding: octets)
        guard [state != nil, done != nil, info != nil].count(where: { $0 }) <= 1 else { return "means two things" }
        if let state, SyncUUID(state.uuid.description) != state.uuid { return "its UUID does not survive" }
        for cookie in [state?.cookie, done?.cookie] where cookie?.octets.isEmpty == true { return "an empty cookie" }
        if case .idSet(_, _, let uuids)? = info, uuids.count * 18 > octets.count { return "UUIDs from nowhere" }
        guard let cookie = SyncCookie(octets) else { return nil }
        // Sent back as it came, unless the one before it is of the same kind.
        let place = SyncCookie(corpusCookie)
        let next = cookie.succeeding(place)
        guard next.succeeding(next) == next || next == cookie else { return "it does not stay: \(next)" }
        guard cookie.succeeding(nil) == cookie else { return "changed without need" }
        return nil
    }

    private static let corpusCookie = Array("rid=001,csn=20261121124527.098976Z#000000#003#000000".utf8)
}
