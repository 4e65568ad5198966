/// A distinguished name (RFC 4514): the place of an entry in a directory, as a value.
///
/// Two names are equal when a directory would say so: attribute types are compared by what they mean (`CN`, `cn` and
/// `2.5.4.3` are one), values without regard to case, insignificant spaces and Unicode form, the parts of a
/// multi-valued RDN in any order, and escapes by what they stand for. A DN's text is no key: it has no canonical form.
public struct DistinguishedName: Sendable, Hashable {
    /// The relative names, the entry's own first.
    public let relativeNames: [RelativeDistinguishedName]

    /// Creates a name of these relative names, the entry's own first; none is the root.
    public init(_ relativeNames: [RelativeDistinguishedName]) {
        self.relativeNames = relativeNames
    }

    /// Reads a name from RFC 4514 text. Spaces around separators are accepted, as RFC 2253 did; the empty text is the
    /// root.
    ///
    /// - Parameter string: The text; `#` values and both escape forms are understood.
    /// - Throws: ``LDAPError/Code/invalidDN`` that names the offset.
    public init(_ string: String) throws(LDAPError) {
        relativeNames = try DistinguishedNameParser.parse(string)
    }

    /// The name of the entry above, `nil` for the root.
    public var parent: DistinguishedName? {
        relativeNames.isEmpty ? nil : DistinguishedName(Array(relativeNames.dropFirst()))
    }

    /// Whether this is `base` itself or an entry somewhere below it.
    public func isEqualOrBelow(_ base: DistinguishedName) -> Bool {
        relativeNames.count >= base.relativeNames.count
            && relativeNames.suffix(base.relativeNames.count).elementsEqual(base.relativeNames)
    }

    /// Escapes a value for RFC 4514 text (section 2.4). NUL and other control characters become `\00` forms.
    ///
    /// - Parameter value: A raw value, such as a user name; it must not be escaped already.
    public static func escape(_ value: String) -> String {
        var text: [UInt8] = []
        AttributeTypeAndValue.appendEscaped(Array(value.utf8), to: &text)
        return String(decoding: text, as: UTF8.self)
    }
}

extension DistinguishedName: CustomStringConvertible {
    /// RFC 4514 text, with attribute types and values spelled as they came.
    public var description: String {
        var text: [UInt8] = []
        for (index, name) in relativeNames.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            name.write(to: &text)
        }
        return String(decoding: text, as: UTF8.self)
    }
}

/// One level of a distinguished name: one or more attribute values that name an entry among its siblings.
public struct RelativeDistinguishedName: Sendable, Hashable {
    /// The parts in the order in which they were written.
    public let attributes: [AttributeTypeAndValue]
    /// The parts in an order of their own: the written order means nothing.
    let unordered: [AttributeTypeAndValue]

    /// Creates a relative name; more than one part makes it multi-valued.
    public init(_ first: AttributeTypeAndValue, _ others: AttributeTypeAndValue...) {
        self.init([first] + others)
    }

    init(_ attributes: [AttributeTypeAndValue]) {
        self.attributes = attributes
        unordered = attributes.count == 1 ? attributes : attributes.sorted { $0.precedes($1) }
    }

    /// Whether a directory would take the two for the same.
    public static func == (left: RelativeDistinguishedName, right: RelativeDistinguishedName) -> Bool {
        left.unordered == right.unordered
    }

    /// Hashes what equality looks at.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(unordered)
    }
}

extension RelativeDistinguishedName: CustomStringConvertible {
    /// RFC 4514 text.
    public var description: String {
        var text: [UInt8] = []
        write(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    func write(to text: inout [UInt8]) {
        for (index, attribute) in attributes.enumerated() {
            if index > 0 { text.append(UInt8(ascii: "+")) }
            attribute.write(to: &text)
        }
    }
}
