/// The identity of an entry in Active Directory that never changes, `objectGUID`: 16 octets.
///
/// Its text swaps the octets of the first three groups (MS-DTYP 2.3.4): the octets `00 11 22 33 44 55 66 77 …` are written
/// `33221100-5544-7766-…`. OpenLDAP's `entryUUID` is text already and swaps nothing.
public struct ObjectGUID: Sendable, Hashable {
    /// The 16 octets in the order in which the directory sends them.
    public let bytes: [UInt8]

    /// Creates an identity of an attribute value.
    /// - Returns: `nil` if there are not 16 octets.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// Reads the text form, `8-4-4-4-12` hexadecimal digits in any case, also between braces.
    /// - Returns: `nil` if the text is of another form.
    public init?(_ text: String) {
        var text = Array(text.utf8)[...]
        if text.first == UInt8(ascii: "{"), text.last == UInt8(ascii: "}") { text = text.dropFirst().dropLast() }
        guard text.count == 36 else { return nil }
        var bytes: [UInt8] = []
        var high: UInt8?
        for (position, character) in text.enumerated() {
            if [8, 13, 18, 23].contains(position) {
                guard character == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let digit = ASCII.hexValue(character) else { return nil }
            if let first = high {
                bytes.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        self.bytes = Self.order.map { bytes[$0] }
    }

    /// The filter that finds the entry.
    public var filter: Filter { .equal("objectGUID", bytes) }

    /// The octets as a filter's text holds them: `\00\11…` (RFC 4515).
    public var filterText: String {
        var text: [UInt8] = []
        for byte in bytes { ASCII.appendEscaped(byte, to: &text) }
        return String(decoding: text, as: UTF8.self)
    }

    /// Which octet comes where in the other form; the same in both directions.
    private static let order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
}

extension ObjectGUID: CustomStringConvertible {
    /// The text form in lower case.
    public var description: String {
        var text: [UInt8] = []
        for (position, index) in Self.order.enumerated() {
            if [4, 6, 8, 10].contains(position) { text.append(UInt8(ascii: "-")) }
            text.append(ASCII.hexDigits[Int(bytes[index] >> 4)])
            text.append(ASCII.hexDigits[Int(bytes[index] & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
