@testable import LDAPClient

/// Writes what a server says in a synchronization (RFC 4533).
enum SyncMessages {
    static func uuid(_ number: Int) -> SyncUUID {
        // Sixteen octets whatever the number, so there is one.
        SyncUUID(
            [UInt8](repeating: 0xAB, count: 12) + (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) })
            ?? uuid(0)
    }

    private static func cookie(_ text: String?) -> [UInt8] {
        text.map { BERWriter.octetString($0.utf8) } ?? []
    }

    /// A sync state control.
    static func state(_ state: SyncStateControl.State, _ uuid: SyncUUID, cookie: String? = nil) -> LDAPControl {
        LDAPControl(
            oid: SyncStateControl.oid,
            value: BERWriter.sequence([
                BERWriter.element(BERTag.enumerated, [UInt8(state.rawValue)]), BERWriter.octetString(uuid.octets),
                self.cookie(cookie),
            ]))
    }

    /// A sync done control; `refreshDeletes` is left out where it is `nil`.
    static func done(cookie: String? = nil, refreshDeletes: Bool? = nil) -> LDAPControl {
        LDAPControl(
            oid: SyncDoneControl.oid,
            value: BERWriter.sequence([self.cookie(cookie), refreshDeletes.map(BERWriter.boolean) ?? []]))
    }

    /// The value of a `refreshDelete` or `refreshPresent`; `refreshDone` is left out where it is `nil`.
    static func phaseEnd(present: Bool, cookie: String? = nil, refreshDone: Bool? = nil) -> [UInt8] {
        BERWriter.element(
            present ? 0xA2 : 0xA1, self.cookie(cookie) + (refreshDone.map(BERWriter.boolean) ?? []))
    }

    /// The value of a `newcookie`.
    static func newCookie(_ text: String) -> [UInt8] {
        BERWriter.element(0x80, Array(text.utf8))
    }

    /// The value of a `syncIdSet`; `refreshDeletes` is left out where it is `nil`.
    static func idSet(_ uuids: [SyncUUID], cookie: String? = nil, refreshDeletes: Bool? = nil) -> [UInt8] {
        BERWriter.element(
            0xA3,
            self.cookie(cookie) + (refreshDeletes.map(BERWriter.boolean) ?? [])
                + BERWriter.element(BERTag.set, uuids.flatMap { BERWriter.octetString($0.octets) }))
    }

    /// An intermediate response as an operation of LDAP (RFC 4511, 4.13).
    static func intermediate(_ value: [UInt8], oid: String = SyncInfoMessage.oid) -> [UInt8] {
        BERWriter.element(0x79, BERWriter.element(0x80, Array(oid.utf8)) + BERWriter.element(0x81, value))
    }
}

extension SyncCookie {
    /// A cookie of this text, for tests: there is always one.
    init(text: String) {
        self = SyncCookie(text.utf8) ?? SyncCookie(text: "empty")
    }
}
