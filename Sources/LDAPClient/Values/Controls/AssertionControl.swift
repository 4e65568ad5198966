/// Assertion (RFC 4528): the operation takes place only if the entry matches a filter at that moment.
///
/// With it a change can be made to depend on what was read before; the server answers
/// ``LDAPError/Code/assertionFailed`` where the entry has changed since.
public enum AssertionControl {
    /// The request control.
    public static let oid = "1.3.6.1.1.12"

    /// Asks for it. Critical: a server that ignored it would change the entry in any case.
    ///
    /// - Parameter filter: What the entry must match.
    public static func request(_ filter: Filter) -> LDAPControl {
        LDAPControl(oid: oid, isCritical: true, value: filter.node.encoded)
    }
}

extension FilterNode where Value == [UInt8] {
    /// The filter as BER (RFC 4511, 4.5.1.7).
    var encoded: [UInt8] {
        switch self {
        case .and(let nodes): BERWriter.element(0xA0, nodes.flatMap(\.encoded))
        case .or(let nodes): BERWriter.element(0xA1, nodes.flatMap(\.encoded))
        case .not(let node): BERWriter.element(0xA2, node.encoded)
        case .present(let attribute): BERWriter.element(0x87, Array(attribute.utf8))
        case .comparison(let comparison, let attribute, let value):
            BERWriter.element(
                comparison.tag, BERWriter.octetString(attribute.utf8) + BERWriter.octetString(value))
        case .substrings(let attribute, let initial, let any, let final):
            BERWriter.element(
                0xA4,
                BERWriter.octetString(attribute.utf8)
                    + BERWriter.sequence(
                        (initial.map { [BERWriter.element(0x80, $0)] } ?? [])
                            + any.map { BERWriter.element(0x81, $0) }
                            + (final.map { [BERWriter.element(0x82, $0)] } ?? [])))
        case .extensible(let attribute, let rule, let dnAttributes, let value):
            BERWriter.element(
                0xA9,
                (rule.map { BERWriter.element(0x81, Array($0.utf8)) } ?? [])
                    + (attribute.map { BERWriter.element(0x82, Array($0.utf8)) } ?? [])
                    + BERWriter.element(0x83, value) + (dnAttributes ? BERWriter.element(0x84, [0xFF]) : []))
        }
    }
}

extension FilterComparison {
    fileprivate var tag: UInt8 {
        switch self {
        case .equal: 0xA3
        case .greaterOrEqual: 0xA5
        case .lessOrEqual: 0xA6
        case .approximate: 0xA8
        }
    }
}
