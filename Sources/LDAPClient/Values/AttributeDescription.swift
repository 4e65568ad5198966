/// Attribute descriptions (RFC 4512, 2.5): an attribute's name or OID, and options after semicolons.
enum AttributeDescription {
    /// Why this cannot stand in a request, `nil` if it can.
    ///
    /// libldap takes descriptions as C strings: one with NUL in it would ask for something else. Options of Active
    /// Directory hold more than RFC 4512 allows (`;range=0-*`), so any visible character will do there.
    static func problem(_ description: String) -> String? {
        isValid(Array(description.utf8)[...])
            ? nil : "“\(LDAPError.printable(description))” is no attribute description"
    }

    static func isValid(_ bytes: ArraySlice<UInt8>) -> Bool {
        let end = bytes.firstIndex(of: UInt8(ascii: ";")) ?? bytes.endIndex
        guard ASCII.isAttributeDescription(bytes[..<end], allowOptions: false) else { return false }
        let options = bytes[end...].split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).dropFirst()
        return options.allSatisfy { option in
            !option.isEmpty && option.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
        }
    }

    /// Whether the two mean the same: descriptions are ASCII and compare without regard to case.
    static func isSame(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count
            && zip(left.utf8, right.utf8).allSatisfy { ASCII.lowercased($0) == ASCII.lowercased($1) }
    }
}
