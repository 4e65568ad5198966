/// Makes a search a synchronization (RFC 4533, 2.2). ``SyncRequest`` uses it.
public enum SyncRequestControl {
    /// The control's object identifier.
    public static let oid = "1.3.6.1.4.1.4203.1.9.1.1"

    /// Asks for a synchronization.
    ///
    /// - Parameters:
    ///   - mode: Whether to go on after the refresh.
    ///   - cookie: Where the copy stands; `nil` asks for the whole content.
    ///   - reloadHint: Whether a server that cannot go on from the cookie should say so (4096) instead of sending the
    ///     whole content at once.
    /// - Returns: A critical control: without it this would be an ordinary search.
    public static func request(mode: SyncMode, cookie: SyncCookie? = nil, reloadHint: Bool = false) -> LDAPControl {
        var elements = [BERWriter.element(BERTag.enumerated, [UInt8(mode.rawValue)])]
        if let cookie { elements.append(BERWriter.octetString(cookie.octets)) }
        // Only what differs from the default (RFC 4511, 5.1).
        if reloadHint { elements.append(BERWriter.boolean(true)) }
        return LDAPControl(oid: oid, isCritical: true, value: BERWriter.sequence(elements))
    }
}
