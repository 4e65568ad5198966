/// What 389 Directory Server writes into cookies: `HOST:PORT#IDENTITY:BASE:FILTER#NUMBER`, the last being the number of
/// a change.
extension SyncCookie {
    /// Whether the server that gave it names what is gone in every refresh from a cookie (RFC 4533, 3.3.2: delete phase),
    /// although it says at the end that it has named what is left.
    var isOfDirectoryServer389: Bool {
        let parts = octets.split(separator: UInt8(ascii: "#"), omittingEmptySubsequences: false)
        guard parts.count >= 3, let server = parts.first, let number = parts.last, !number.isEmpty,
            number.allSatisfy(ASCII.isDigit), let colon = server.lastIndex(of: UInt8(ascii: ":"))
        else { return false }
        let port = server[server.index(after: colon)...]
        return colon > server.startIndex && !port.isEmpty && port.allSatisfy(ASCII.isDigit)
    }
}
