/// A control that accompanies a request or a response (RFC 4511, 4.1.11).
public struct LDAPControl: Sendable, Hashable {
    /// The control's object identifier.
    public var oid: String
    /// Whether the server must refuse the operation if it does not know the control.
    public var isCritical: Bool
    /// The control's value, BER for nearly all of them; `nil` if there is none.
    public var value: [UInt8]?

    /// Creates a control.
    public init(oid: String, isCritical: Bool = false, value: [UInt8]? = nil) {
        self.oid = oid
        self.isCritical = isCritical
        self.value = value
    }
}

/// Simple paged results (RFC 2696).
enum PagedResultsControl {
    static let oid = "1.2.840.113556.1.4.319"

    static func request(size: Int, cookie: [UInt8]) -> LDAPControl {
        // Critical: a server that ignored it would cut the result at its size limit.
        LDAPControl(
            oid: oid, isCritical: true,
            value: BERWriter.sequence([BERWriter.integer(size), BERWriter.octetString(cookie)]))
    }

    /// The cookie of a response, empty on the last page; `nil` if the value is malformed.
    static func cookie(of value: [UInt8]) -> [UInt8]? {
        var outer = BERReader(value[...])
        guard let sequence = outer.next(), sequence.tag == 0x30, outer.isAtEnd else { return nil }
        var inner = BERReader(sequence.content)
        guard let size = inner.next(), size.tag == 0x02, let cookie = inner.next(), cookie.tag == 0x04 else {
            return nil
        }
        return Array(cookie.content)
    }
}
