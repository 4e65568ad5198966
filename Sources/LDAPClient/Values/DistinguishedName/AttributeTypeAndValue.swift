/// An attribute type and one value of it, as distinguished names hold them.
public struct AttributeTypeAndValue: Sendable, Hashable {
    /// The attribute type as it was written.
    public let type: String
    /// The value's octets, without any escapes.
    public let value: [UInt8]
    /// Whether `value` is BER of a type that has no text form, written as `#` and hexadecimal digits.
    let isEncoded: Bool
    /// What equality looks at.
    let preparedType: String
    let preparedValue: [UInt8]

    /// Creates a part of a relative name.
    ///
    /// - Parameters:
    ///   - type: A name or an OID (RFC 4512, 1.4).
    ///   - value: The raw value, not escaped.
    /// - Throws: ``LDAPError/Code/invalidDN`` if the type is neither.
    public init(_ type: String, _ value: String) throws(LDAPError) {
        guard ASCII.isAttributeDescription(Array(type.utf8)[...], allowOptions: false) else {
            throw LDAPError(
                .invalidDN, operation: "build a DN", reason: "“\(type)” is no attribute type",
                remedy: "use a name such as uid or an OID")
        }
        self.init(type: type, value: Array(value.utf8), isEncoded: false)
    }

    init(type: String, value: [UInt8], isEncoded: Bool) {
        self.type = type
        self.value = value
        self.isEncoded = isEncoded
        preparedType = AttributeTypeNames.canonical(type)
        // Neither text nor what is prepared of octets that are no text begins with this one.
        preparedValue = isEncoded ? [0xFE] + value : PreparedString.prepare(value)
    }

    /// The value as text, `nil` if it is not valid UTF-8.
    public var string: String? {
        isEncoded ? nil : String(validating: value, as: UTF8.self)
    }

    /// Whether a directory would take the two for the same.
    public static func == (left: AttributeTypeAndValue, right: AttributeTypeAndValue) -> Bool {
        left.preparedType == right.preparedType && left.preparedValue == right.preparedValue
    }

    /// Hashes what equality looks at.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(preparedType)
        hasher.combine(preparedValue)
    }

    func precedes(_ other: AttributeTypeAndValue) -> Bool {
        preparedType == other.preparedType
            ? preparedValue.lexicographicallyPrecedes(other.preparedValue) : preparedType < other.preparedType
    }

    /// RFC 4514, 2.4; octets that are not UTF-8 are written as escapes too, so that the text stays text.
    static func appendEscaped(_ value: [UInt8], to text: inout [UInt8]) {
        let isText = value.allSatisfy { $0 < 0x80 } || String(validating: value, as: UTF8.self) != nil
        for (index, byte) in value.enumerated() {
            let isEdgeSpace = byte == 0x20 && (index == 0 || index == value.count - 1)
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "+"), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "<"),
                UInt8(ascii: ">"), UInt8(ascii: "\\"), UInt8(ascii: "="):
                text.append(UInt8(ascii: "\\"))
                text.append(byte)
            case UInt8(ascii: "#") where index == 0, 0x20 where isEdgeSpace:
                text.append(UInt8(ascii: "\\"))
                text.append(byte)
            case 0...0x1F, 0x7F:
                ASCII.appendEscaped(byte, to: &text)
            case 0x80... where !isText:
                ASCII.appendEscaped(byte, to: &text)
            default:
                text.append(byte)
            }
        }
    }
}

extension AttributeTypeAndValue: CustomStringConvertible {
    /// RFC 4514 text.
    public var description: String {
        var text: [UInt8] = []
        write(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    func write(to text: inout [UInt8]) {
        text += type.utf8
        text.append(UInt8(ascii: "="))
        guard isEncoded else { return Self.appendEscaped(value, to: &text) }
        text.append(UInt8(ascii: "#"))
        for byte in value {
            text.append(ASCII.hexDigits[Int(byte >> 4)])
            text.append(ASCII.hexDigits[Int(byte & 15)])
        }
    }
}
