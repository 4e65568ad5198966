/// Pre-read (RFC 4527): the entry as it was right before a change, in the answer to the change.
public struct PreReadControl: LDAPResponseControl, Hashable {
    /// The request control, and the response control of the same OID.
    public static let oid = "1.3.6.1.1.13.1"

    /// The entry.
    public var entry: LDAPEntry

    /// Asks for it.
    ///
    /// - Parameters:
    ///   - attributes: The attributes to return.
    ///   - isCritical: Whether a server that does not know it must refuse; false by default.
    public static func request(_ attributes: AttributeSelection, isCritical: Bool = false) -> LDAPControl {
        LDAPControl(oid: oid, isCritical: isCritical, value: attributes.encoded)
    }

    /// Reads the value of a response.
    public init?(decoding value: [UInt8]) {
        guard let entry = LDAPEntry(decoding: value) else { return nil }
        self.entry = entry
    }
}

/// Post-read (RFC 4527): the entry as it is right after a change, in the answer to the change.
public struct PostReadControl: LDAPResponseControl, Hashable {
    /// The request control, and the response control of the same OID.
    public static let oid = "1.3.6.1.1.13.2"

    /// The entry.
    public var entry: LDAPEntry

    /// Asks for it.
    ///
    /// - Parameters:
    ///   - attributes: The attributes to return.
    ///   - isCritical: Whether a server that does not know it must refuse; false by default.
    public static func request(_ attributes: AttributeSelection, isCritical: Bool = false) -> LDAPControl {
        LDAPControl(oid: oid, isCritical: isCritical, value: attributes.encoded)
    }

    /// Reads the value of a response.
    public init?(decoding value: [UInt8]) {
        guard let entry = LDAPEntry(decoding: value) else { return nil }
        self.entry = entry
    }
}

extension AttributeSelection {
    /// `AttributeSelection` as BER (RFC 4511, 4.5.1).
    fileprivate var encoded: [UInt8] {
        BERWriter.sequence(list.map { BERWriter.octetString($0.utf8) })
    }
}

extension LDAPEntry {
    /// Reads a `SearchResultEntry` (RFC 4511, 4.5.2); `nil` if it is malformed.
    init?(decoding value: [UInt8]) {
        var outer = BERReader(value[...])
        // [APPLICATION 4]; some servers write a plain sequence.
        let tag: UInt8 = outer.nextTag == BERTag.sequence ? BERTag.sequence : 0x64
        guard var reader = outer.nested(tag), outer.isAtEnd, let dn = reader.next(BERTag.octetString)?.string,
            var list = reader.nested(BERTag.sequence), reader.isAtEnd
        else {
            return nil
        }
        var attributes: [Attribute] = []
        while !list.isAtEnd {
            guard var attribute = list.nested(BERTag.sequence),
                let name = attribute.next(BERTag.octetString)?.string, var set = attribute.nested(BERTag.set),
                attribute.isAtEnd
            else {
                return nil
            }
            var values: [LDAPValue] = []
            while !set.isAtEnd {
                guard let value = set.next(BERTag.octetString) else { return nil }
                values.append(LDAPValue(Array(value.content)))
            }
            attributes.append(Attribute(name: name, values: values))
        }
        self.init(dn: dn, attributes: attributes)
    }
}
