/// Simple paged results (RFC 2696).
///
/// ``SearchRequest/pageSize`` uses it; by itself it is for those who ask for pages one by one.
public struct PagedResultsControl: LDAPResponseControl, Hashable {
    /// The request control, and the response control of the same OID.
    public static let oid = "1.2.840.113556.1.4.319"

    /// How many entries there are in all as far as the server knows. 0 where it does not; no proof of anything.
    public var estimate: Int
    /// What the next request has to send, empty after the last page.
    public var cookie: [UInt8]

    /// Asks for a page.
    ///
    /// - Parameters:
    ///   - size: The most entries to return; above 0. 0 with a cookie gives the remaining pages up.
    ///   - cookie: That of the page before; empty for the first. All else in the request must stay the same.
    /// - Returns: A critical control: a server that ignored it would cut the result at its size limit.
    public static func request(size: Int, cookie: [UInt8] = []) -> LDAPControl {
        LDAPControl(
            oid: oid, isCritical: true,
            value: BERWriter.sequence([BERWriter.integer(size), BERWriter.octetString(cookie)]))
    }

    /// Reads the value of a response.
    public init?(decoding value: [UInt8]) {
        guard var reader = BERReader(sequence: value), let size = reader.next(BERTag.integer)?.integer,
            let cookie = reader.next(BERTag.octetString), reader.isAtEnd
        else {
            return nil
        }
        estimate = max(0, size)
        self.cookie = Array(cookie.content)
    }
}
