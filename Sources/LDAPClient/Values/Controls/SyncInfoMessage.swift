/// What a server says between entries of a synchronization (RFC 4533, 2.5): the value of an intermediate response.
public enum SyncInfoMessage: Sendable, Hashable {
    /// The response's object identifier.
    public static let oid = "1.3.6.1.4.1.4203.1.9.1.4"

    /// A cookie alone.
    case newCookie(SyncCookie?)
    /// The delete phase has ended; with `refreshDone` the refresh has.
    case refreshDelete(cookie: SyncCookie?, refreshDone: Bool)
    /// The present phase has ended; with `refreshDone` the refresh has.
    case refreshPresent(cookie: SyncCookie?, refreshDone: Bool)
    /// These entries are gone (`refreshDeletes`), or present without change.
    case idSet(cookie: SyncCookie?, refreshDeletes: Bool, uuids: [SyncUUID])

    /// Reads a value; `nil` if it is malformed.
    public init?(decoding value: [UInt8]) {
        var outer = BERReader(value[...])
        guard let tag = outer.nextTag else { return nil }
        if tag == 0x80 {
            guard let element = outer.next(), outer.isAtEnd else { return nil }
            self = .newCookie(SyncCookie(element.content))
            return
        }
        guard var reader = outer.nested(tag), outer.isAtEnd else { return nil }
        let cookie = reader.next(BERTag.octetString).flatMap { SyncCookie($0.content) }
        // refreshDone is true unless it is said, refreshDeletes false.
        var flag = tag != 0xA3
        if let element = reader.next(BERTag.boolean) {
            guard let said = element.boolean else { return nil }
            flag = said
        }
        switch tag {
        case 0xA1: self = .refreshDelete(cookie: cookie, refreshDone: flag)
        case 0xA2: self = .refreshPresent(cookie: cookie, refreshDone: flag)
        case 0xA3:
            guard let uuids = Self.uuids(&reader) else { return nil }
            self = .idSet(cookie: cookie, refreshDeletes: flag, uuids: uuids)
        default: return nil
        }
        guard reader.isAtEnd else { return nil }
    }

    private static func uuids(_ reader: inout BERReader) -> [SyncUUID]? {
        guard var set = reader.nested(BERTag.set) else { return nil }
        var uuids: [SyncUUID] = []
        while !set.isAtEnd {
            guard let uuid = set.next(BERTag.octetString).flatMap({ SyncUUID($0.content) }) else { return nil }
            uuids.append(uuid)
        }
        return uuids
    }
}
