/// An entry that a search returned: its DN and the attributes that were asked for.
public struct LDAPEntry: Sendable, Hashable {
    /// One attribute of an entry with all its values.
    public struct Attribute: Sendable, Hashable {
        /// The attribute description as the server spelled it, options such as `;lang-de` included (RFC 4512, 2.5).
        public var name: String
        /// The values in the order in which they came; empty where only types were asked for.
        public var values: [LDAPValue]

        /// Creates an attribute.
        public init(name: String, values: [LDAPValue]) {
            self.name = name
            self.values = values
        }
    }

    /// The DN as the server sent it.
    public var dn: String
    /// The attributes in the order in which they came.
    public var attributes: [Attribute]

    /// Creates an entry.
    public init(dn: String, attributes: [Attribute]) {
        self.dn = dn
        self.attributes = attributes
    }

    /// The DN as a value, which is what DNs are compared by.
    ///
    /// - Throws: ``LDAPError/Code/invalidDN`` if the server sent something that RFC 4514 does not allow.
    public var distinguishedName: DistinguishedName {
        get throws(LDAPError) { try DistinguishedName(dn) }
    }

    /// The values of the attribute with exactly this description, in any case; empty if there is none.
    public subscript(_ name: String) -> [LDAPValue] {
        for attribute in attributes where AttributeDescription.isSame(attribute.name, name) { return attribute.values }
        return []
    }

    /// The values of the attribute that are valid UTF-8, as text, in the order in which they came.
    public func strings(_ name: String) -> [String] {
        self[name].compactMap(\.string)
    }

    /// The first value of the attribute, if it is valid UTF-8.
    ///
    /// Attribute values have no order (RFC 4512, 2.5.1): use this for single-valued attributes or for showing one.
    public func firstString(_ name: String) -> String? {
        self[name].first?.string
    }
}
