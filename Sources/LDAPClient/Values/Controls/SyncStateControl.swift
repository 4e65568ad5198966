/// What an entry of a synchronization means (RFC 4533, 2.3).
public struct SyncStateControl: LDAPResponseControl, Hashable {
    /// The control's object identifier.
    public static let oid = "1.3.6.1.4.1.4203.1.9.1.2"

    /// What has become of the entry. The raw values are those of the protocol.
    public enum State: Int, Sendable, Hashable, CaseIterable {
        /// It is there and has not changed; it comes without attributes.
        case present = 0
        /// It is new, or changed.
        case add = 1
        /// It has changed.
        case modify = 2
        /// It is gone; it comes without attributes, and with a DN that need not be its old one.
        case delete = 3
    }

    /// What has become of the entry.
    public var state: State
    /// Which entry it is.
    public var uuid: SyncUUID
    /// A cookie, which counts after the refresh only.
    public var cookie: SyncCookie?

    /// Reads a value.
    public init?(decoding value: [UInt8]) {
        guard var reader = BERReader(sequence: value),
            let state = reader.next(BERTag.enumerated)?.integer.flatMap(State.init),
            let uuid = reader.next(BERTag.octetString).flatMap({ SyncUUID($0.content) })
        else {
            return nil
        }
        self.state = state
        self.uuid = uuid
        cookie = reader.next(BERTag.octetString).flatMap { SyncCookie($0.content) }
        guard reader.isAtEnd else { return nil }
    }
}
