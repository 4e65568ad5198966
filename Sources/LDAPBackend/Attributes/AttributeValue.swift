import Foundation
import LDAPClient

/// One value of an attribute, read as what it is.
enum AttributeValue: Sendable, Hashable {
    case text(String)
    case integer(Int64)
    case boolean(Bool)
    /// A day, as ``init(dayOf:)`` writes it.
    case date(String)
    /// A moment, as ``init(_:)`` writes it.
    case time(String)
    case binary([UInt8])

    /// A moment in UTC as RFC 3339 section 5.6 writes it; `nil` where the year has more than four digits there.
    init?(_ time: DirectoryTime) {
        guard let digits = time.generalizedTime.map(Array.init), digits.count > 14 else { return nil }
        func part(_ range: Range<Int>) -> String { String(digits[range]) }
        // What follows the seconds is a fraction, if there is one, and the Z.
        let clock = "\(part(8..<10)):\(part(10..<12)):\(part(12..<14))\(part(14..<digits.count))"
        self = .time("\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(clock)")
    }

    /// The day in UTC of a moment; `nil` where the year has more than four digits.
    init?(dayOf time: DirectoryTime) {
        guard case .time(let text)? = AttributeValue(time) else { return nil }
        self = .date(String(text.prefix(10)))
    }

    /// The canonical form, in which the value is kept.
    var text: String {
        switch self {
        case .text(let text): text
        case .integer(let number): String(number)
        case .boolean(let value): value ? "true" : "false"
        case .date(let text), .time(let text): text
        case .binary(let octets): Data(octets).base64EncodedString()
        }
    }

    /// How many octets ``text`` has. Nothing is encoded to find out: what is too large is refused for that.
    var size: Int {
        switch self {
        case .binary(let octets): (octets.count + 2) / 3 * 4
        default: text.utf8.count
        }
    }

    /// The value in a JSON array (RFC 8259): numbers and truth values as such, all else as strings.
    var json: String {
        switch self {
        case .integer, .boolean: text
        default: JSONString.write(text)
        }
    }
}

/// Strings in JSON.
enum JSONString {
    /// RFC 8259 section 7: quotation mark, reverse solidus and the control characters are escaped, nothing else.
    static func write(_ text: String) -> String {
        var json = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": json += "\\\""
            case "\\": json += "\\\\"
            case "\n": json += "\\n"
            case "\r": json += "\\r"
            case "\t": json += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                json += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: json.unicodeScalars.append(scalar)
            }
        }
        return json + "\""
    }
}
