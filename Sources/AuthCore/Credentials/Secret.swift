/// Bytes that must not be seen: a password as it was typed, a token.
///
/// A secret has no textual form. Printing, dumping or interpolating one says `(secret)`, so that a log line written in a hurry holds
/// nothing worth stealing. It is neither `Hashable` nor `Codable`, on purpose.
public struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The bytes, exactly as presented: never trimmed, never normalised (RFC 4513 section 5.1.3 sends a password as octets).
    public let bytes: [UInt8]

    /// A secret made of `bytes`.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// A secret made of the UTF-8 bytes of `text`.
    public init(_ text: String) {
        self.bytes = Array(text.utf8)
    }

    /// Whether there is nothing in it. An empty password is refused before any backend is asked (RFC 4513 section 5.1.2).
    public var isEmpty: Bool { bytes.isEmpty }

    public var description: String { "(secret)" }
    public var debugDescription: String { "(secret)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
