/// The four comparisons that share one shape, by their RFC 4515 operator.
enum FilterComparison: String, Sendable, Hashable {
    case equal = "="
    case approximate = "~="
    case greaterOrEqual = ">="
    case lessOrEqual = "<="
}

/// The tree of a search filter (RFC 4511, 4.5.1.7), over the octets of a filter or the pieces of a template.
indirect enum FilterNode<Value: Sendable & Hashable>: Sendable, Hashable {
    case and([FilterNode])
    case or([FilterNode])
    case not(FilterNode)
    case present(String)
    case comparison(FilterComparison, attribute: String, value: Value)
    case substrings(attribute: String, initial: Value?, any: [Value], final: Value?)
    case extensible(attribute: String?, rule: String?, dnAttributes: Bool, value: Value)

    /// The same tree over other values.
    func map<New: Sendable & Hashable>(
        _ transform: (Value) throws(LDAPError) -> New
    ) throws(LDAPError) -> FilterNode<New> {
        switch self {
        case .and(let nodes): return .and(try Self.mapped(nodes, transform))
        case .or(let nodes): return .or(try Self.mapped(nodes, transform))
        case .not(let node): return FilterNode<New>.not(try node.map(transform))
        case .present(let attribute): return .present(attribute)
        case .comparison(let comparison, let attribute, let value):
            return .comparison(comparison, attribute: attribute, value: try transform(value))
        case .substrings(let attribute, let initial, let any, let final):
            var middle: [New] = []
            for value in any { middle.append(try transform(value)) }
            return .substrings(
                attribute: attribute, initial: try Self.mapped(initial, transform), any: middle,
                final: try Self.mapped(final, transform))
        case .extensible(let attribute, let rule, let dnAttributes, let value):
            return .extensible(
                attribute: attribute, rule: rule, dnAttributes: dnAttributes, value: try transform(value))
        }
    }

    private static func mapped<New: Sendable & Hashable>(
        _ nodes: [FilterNode], _ transform: (Value) throws(LDAPError) -> New
    ) throws(LDAPError) -> [FilterNode<New>] {
        var result: [FilterNode<New>] = []
        for node in nodes { result.append(try node.map(transform)) }
        return result
    }

    private static func mapped<New>(
        _ value: Value?, _ transform: (Value) throws(LDAPError) -> New
    ) throws(LDAPError) -> New? {
        guard let value else { return nil }
        return try transform(value)
    }

    /// Appends the RFC 4515 text; `append` writes a value with everything escaped that needs it.
    func write(to text: inout [UInt8], append: (Value, inout [UInt8]) -> Void) {
        text.append(UInt8(ascii: "("))
        switch self {
        case .and(let nodes):
            text.append(UInt8(ascii: "&"))
            for node in nodes { node.write(to: &text, append: append) }
        case .or(let nodes):
            text.append(UInt8(ascii: "|"))
            for node in nodes { node.write(to: &text, append: append) }
        case .not(let node):
            text.append(UInt8(ascii: "!"))
            node.write(to: &text, append: append)
        case .present(let attribute):
            Self.append(attribute, to: &text)
            text += "=*".utf8
        case .comparison(let comparison, let attribute, let value):
            Self.append(attribute, to: &text)
            text += comparison.rawValue.utf8
            append(value, &text)
        case .substrings(let attribute, let initial, let any, let final):
            Self.append(attribute, to: &text)
            text.append(UInt8(ascii: "="))
            if let initial { append(initial, &text) }
            text.append(UInt8(ascii: "*"))
            for value in any {
                append(value, &text)
                text.append(UInt8(ascii: "*"))
            }
            if let final { append(final, &text) }
        case .extensible(let attribute, let rule, let dnAttributes, let value):
            if let attribute { Self.append(attribute, to: &text) }
            if dnAttributes { text += ":dn".utf8 }
            if let rule {
                text.append(UInt8(ascii: ":"))
                Self.append(rule, to: &text)
            }
            text += ":=".utf8
            append(value, &text)
        }
        text.append(UInt8(ascii: ")"))
    }

    /// An attribute description has no escape form. Octets that cannot stand in one are written as an escape all the
    /// same: such a filter is refused by whoever parses it and can never become a different filter.
    private static func append(_ name: String, to text: inout [UInt8]) {
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ";"),
                UInt8(ascii: "_"):
                text.append(byte)
            default:
                ASCII.appendEscaped(byte, to: &text)
            }
        }
    }
}
