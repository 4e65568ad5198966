import LDAPClient

extension LDAPEntry {
    /// The id that tells the entry apart for ever, in the one form in which it is compared here: a UUID in small letters, since directories
    /// compare UUIDs without regard to case (RFC 4530 section 2.1) and answer in the case in which they were loaded. The 16 octets of Active
    /// Directory's `objectGUID` are written as a UUID.
    /// - Parameter attribute: Holds the id. With several values there is none: an identity is never "the first of several".
    /// - Returns: `nil` if it cannot be read.
    func identity(_ attribute: String) -> String? {
        let values = self[attribute]
        guard values.count == 1 else { return nil }
        if Filter.isGUID(attribute) { return ObjectGUID(values[0].bytes)?.description }
        guard let id = values[0].string, !id.isEmpty else { return nil }
        return Self.isUUID(id) ? id.lowercased() : id
    }

    private static func isUUID(_ text: String) -> Bool {
        let octets = Array(text.utf8)
        return octets.count == 36
            && octets.indices.allSatisfy { index in
                [8, 13, 18, 23].contains(index)
                    ? octets[index] == UInt8(ascii: "-") : octets[index].isHexDigit
            }
    }
}

extension Filter {
    /// The filter for the entry with an id, as ``LDAPEntry/identity(_:)`` gives it.
    static func identity(_ attribute: String, _ id: String) -> Filter {
        if isGUID(attribute), let guid = ObjectGUID(id) { return guid.filter }
        return .equal(attribute, id)
    }

    fileprivate static func isGUID(_ attribute: String) -> Bool { attribute.lowercased() == "objectguid" }
}

extension UInt8 {
    fileprivate var isHexDigit: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}
