/// The few octets that LDAP's text forms give a meaning to.
enum ASCII {
    static let hexDigits = Array("0123456789abcdef".utf8)

    static func lowercased(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }

    static func lowercased(_ text: String) -> String {
        String(decoding: text.utf8.map(lowercased), as: UTF8.self)
    }

    static func isLetter(_ byte: UInt8) -> Bool {
        let lower = lowercased(byte)
        return lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")
    }

    static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }

    /// The value of a hexadecimal digit.
    static func hexValue(_ byte: UInt8) -> UInt8? {
        switch lowercased(byte) {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): lowercased(byte) - UInt8(ascii: "a") + 10
        default: nil
        }
    }

    /// A backslash and two hexadecimal digits, as RFC 4514 and RFC 4515 both write an octet.
    static func appendEscaped(_ byte: UInt8, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "\\"))
        text.append(hexDigits[Int(byte >> 4)])
        text.append(hexDigits[Int(byte & 15)])
    }

    /// `descr` or `numericoid` of RFC 4512, 1.4; options after a semicolon where `allowOptions` says so (2.5).
    static func isAttributeDescription(_ bytes: ArraySlice<UInt8>, allowOptions: Bool) -> Bool {
        let parts = bytes.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
        guard let type = parts.first, let first = type.first, allowOptions || parts.count == 1 else { return false }
        let isKeychar = { (byte: UInt8) in isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "-") }
        let options = parts.dropFirst().allSatisfy { !$0.isEmpty && $0.allSatisfy(isKeychar) }
        if isLetter(first) {
            // Underscores are outside RFC 4512, but real schemas hold them.
            return options && type.allSatisfy { isKeychar($0) || $0 == UInt8(ascii: "_") }
        }
        let arcs = type.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return options && arcs.count > 1 && arcs.allSatisfy { !$0.isEmpty && $0.allSatisfy(isDigit) }
    }
}
