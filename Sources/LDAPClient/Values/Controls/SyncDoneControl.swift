/// How a refresh ended (RFC 4533, 2.4).
public struct SyncDoneControl: LDAPResponseControl, Hashable {
    /// The control's object identifier.
    public static let oid = "1.3.6.1.4.1.4203.1.9.1.3"

    /// Where the copy stands now; `nil` if the server did not say or wrote an empty one.
    public var cookie: SyncCookie?
    /// Whether the server named what is gone instead of all that is left.
    public var refreshDeletes = false

    /// Reads a value.
    public init?(decoding value: [UInt8]) {
        guard var reader = BERReader(sequence: value) else { return nil }
        cookie = reader.next(BERTag.octetString).flatMap { SyncCookie($0.content) }
        if let element = reader.next(BERTag.boolean) {
            guard let flag = element.boolean else { return nil }
            refreshDeletes = flag
        }
        guard reader.isAtEnd else { return nil }
    }
}
