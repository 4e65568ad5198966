/// Who somebody is for the access rights of Windows: `objectSid`, `tokenGroups` (MS-DTYP 2.4.2).
///
/// The identifier of an account is that of its domain and one number more, the relative identifier (RID):
/// `S-1-5-21-3623811015-3361044348-30300820-1013`.
public struct SecurityIdentifier: Sendable, Hashable {
    /// Who gave the identifier out, 48 bits; 5 is Windows itself.
    public let authority: UInt64
    /// The numbers after the authority, 1 to 15 of them.
    public let subAuthorities: [UInt32]

    /// Creates an identifier of its numbers.
    /// - Returns: `nil` if the authority has more than 48 bits, or there are not 1 to 15 numbers.
    public init?(authority: UInt64, subAuthorities: [UInt32]) {
        guard authority < 1 << 48, (1...15).contains(subAuthorities.count) else { return nil }
        self.authority = authority
        self.subAuthorities = subAuthorities
    }

    /// Reads the octets of an attribute value.
    /// - Returns: `nil` unless they are of revision 1 and exactly as long as they say.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count >= 8, bytes[0] == 1, bytes.count == 8 + 4 * Int(bytes[1]) else { return nil }
        let authority = bytes[2..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let numbers = stride(from: 8, to: bytes.count, by: 4).map { start in
            bytes[start..<(start + 4)].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        }
        self.init(authority: authority, subAuthorities: numbers)
    }

    /// Reads the text form, `S-1-5-21-…`; the authority is decimal, or `0x` and 12 hexadecimal digits.
    /// - Returns: `nil` if the text is of another form.
    public init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0].elementsEqual("S".utf8) || parts[0].elementsEqual("s".utf8),
            parts[1].elementsEqual("1".utf8), let authority = Self.authority(Array(parts[2]))
        else { return nil }
        var numbers: [UInt32] = []
        for part in parts[3...] {
            guard let number = DecimalNumber.read(Array(part)).flatMap(UInt32.init(exactly:)),
                part.first != UInt8(ascii: "-")
            else { return nil }
            numbers.append(number)
        }
        self.init(authority: authority, subAuthorities: numbers)
    }

    private static func authority(_ text: [UInt8]) -> UInt64? {
        guard text.starts(with: Array("0x".utf8)) || text.starts(with: Array("0X".utf8)) else {
            // MS-DTYP 2.4.2.1: what has more than 32 bits is written in hexadecimal digits; more is read.
            return DecimalNumber.read(text).flatMap(UInt64.init(exactly:))
        }
        let digits = text.dropFirst(2)
        guard digits.count == 12, digits.allSatisfy({ ASCII.hexValue($0) != nil }) else { return nil }
        return UInt64(String(decoding: digits, as: UTF8.self), radix: 16)
    }

    /// The octets, as an attribute value or a filter holds them.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = [1, UInt8(subAuthorities.count)]
        for shift in stride(from: 40, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: authority >> shift))
        }
        for number in subAuthorities {
            for shift in stride(from: 0, through: 24, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: number >> shift))
            }
        }
        return bytes
    }

    /// The filter that finds the entry.
    public var filter: Filter { .equal("objectSid", bytes) }
}

extension SecurityIdentifier: CustomStringConvertible {
    /// The text form.
    public var description: String {
        var digits = String(authority)
        if authority >= 1 << 32 {
            let hexadecimal = String(authority, radix: 16)
            digits = "0x" + String(repeating: "0", count: 12 - hexadecimal.count) + hexadecimal
        }
        return subAuthorities.reduce("S-1-\(digits)") { "\($0)-\($1)" }
    }
}
