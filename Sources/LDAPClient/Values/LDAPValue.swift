/// One attribute value as the server sent it: bytes.
///
/// Two values are equal when their bytes are. Swift strings compare by canonical equivalence and repair bad UTF-8, so a
/// string made of a value is for showing it, never for telling values apart.
public struct LDAPValue: Sendable, Hashable {
    /// The octets of the value.
    public var bytes: [UInt8]

    /// Creates a value of these octets.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Creates a value of the text's UTF-8 octets.
    public init(_ string: String) {
        bytes = Array(string.utf8)
    }

    /// The value as text, `nil` if it is not valid UTF-8.
    public var string: String? {
        String(validating: bytes, as: UTF8.self)
    }
}

extension LDAPValue: CustomStringConvertible {
    /// The text, or the number of octets where the value is no text.
    public var description: String {
        string ?? "<\(bytes.count) octets>"
    }
}
