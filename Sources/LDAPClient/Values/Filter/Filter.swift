/// A search filter (RFC 4511, 4.5.1.7; text form RFC 4515), built of parts rather than pasted together.
///
/// ```swift
/// let filter = Filter.and([.equal("objectClass", "person"), .equal("uid", name)])
/// ```
///
/// Values are escaped exactly once, by ``description``, so a name such as `alice)(uid=*` stays a name.
public struct Filter: Sendable, Hashable {
    let node: FilterNode<[UInt8]>

    init(_ node: FilterNode<[UInt8]>) {
        self.node = node
    }

    /// Reads a filter from RFC 4515 text, such as one in a configuration.
    ///
    /// - Parameter string: At most 8 KiB, at most 32 levels deep, the outer parentheses included.
    /// - Throws: ``LDAPError/Code/filterInvalid`` that names the offset.
    public init(parsing string: String) throws(LDAPError) {
        node = try FilterParser.parse(string, makeValue: FilterSyntaxError.unescape)
    }

    /// Entries that match all of these; an empty list matches every entry (RFC 4526).
    public static func and(_ filters: [Filter]) -> Filter { Filter(.and(filters.map(\.node))) }

    /// Entries that match any of these; an empty list matches none (RFC 4526).
    public static func or(_ filters: [Filter]) -> Filter { Filter(.or(filters.map(\.node))) }

    /// Entries that do not match.
    public static func not(_ filter: Filter) -> Filter { Filter(.not(filter.node)) }

    /// Entries that have the attribute.
    public static func present(_ attribute: String) -> Filter { Filter(.present(attribute)) }

    /// Entries of which one value of the attribute equals this text.
    public static func equal(_ attribute: String, _ value: String) -> Filter { equal(attribute, Array(value.utf8)) }

    /// Entries of which one value of the attribute equals these octets, such as an `objectGUID`.
    public static func equal(_ attribute: String, _ value: [UInt8]) -> Filter {
        Filter(.comparison(.equal, attribute: attribute, value: value))
    }

    /// Entries of which one value is at least this one, by the attribute's ordering rule.
    public static func greaterOrEqual(_ attribute: String, _ value: String) -> Filter {
        Filter(.comparison(.greaterOrEqual, attribute: attribute, value: Array(value.utf8)))
    }

    /// Entries of which one value is at most this one, by the attribute's ordering rule.
    public static func lessOrEqual(_ attribute: String, _ value: String) -> Filter {
        Filter(.comparison(.lessOrEqual, attribute: attribute, value: Array(value.utf8)))
    }

    /// Entries of which one value is about this one, by a rule of the server's own.
    public static func approximate(_ attribute: String, _ value: String) -> Filter {
        Filter(.comparison(.approximate, attribute: attribute, value: Array(value.utf8)))
    }

    /// Entries of which one value starts with, contains in this order, and ends with these texts.
    ///
    /// - Parameters:
    ///   - attribute: The attribute.
    ///   - initial: What the value starts with, `nil` for anything.
    ///   - any: What it contains, in this order; empty texts are left out.
    ///   - final: What it ends with, `nil` for anything.
    public static func substrings(
        _ attribute: String, initial: String? = nil, any: [String] = [], final: String? = nil
    ) -> Filter {
        let octets = { (text: String?) in text.flatMap { $0.isEmpty ? nil : Array($0.utf8) } }
        let parts = (octets(initial), any.compactMap(octets), octets(final))
        if parts.0 == nil, parts.1.isEmpty, parts.2 == nil { return .present(attribute) }
        return Filter(.substrings(attribute: attribute, initial: parts.0, any: parts.1, final: parts.2))
    }

    /// An extensible match (RFC 4511, 4.5.1.7.7), such as Active Directory's chain rule.
    ///
    /// - Parameters:
    ///   - attribute: The attribute, `nil` for all that the rule applies to.
    ///   - rule: The matching rule's name or OID.
    ///   - dnAttributes: Whether the attributes of the DN count too.
    ///   - value: The value to compare with.
    public static func extensible(
        _ attribute: String?, rule: String, dnAttributes: Bool = false, _ value: String
    ) -> Filter {
        Filter(.extensible(attribute: attribute, rule: rule, dnAttributes: dnAttributes, value: Array(value.utf8)))
    }
}

extension Filter: CustomStringConvertible {
    /// The RFC 4515 text. Every octet that is not printable ASCII, and `( ) * \`, is written as an escape.
    public var description: String {
        var text: [UInt8] = []
        node.write(to: &text, append: Self.appendEscaped)
        return String(decoding: text, as: UTF8.self)
    }

    static func appendEscaped(_ value: [UInt8], to text: inout [UInt8]) {
        for byte in value {
            switch byte {
            case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "*"), UInt8(ascii: "\\"), 0...0x1F, 0x7F...0xFF:
                ASCII.appendEscaped(byte, to: &text)
            default:
                text.append(byte)
            }
        }
    }
}
