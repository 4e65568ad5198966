import LDAPClient

/// Turns members of groups, and what people's entries show of themselves, into keys that are equal where the one means the other.
struct MemberKeys {
    private let type: GroupType?
    private var names = DistinguishedNameKeys()

    /// - Parameter type: The kind of group; `nil` where none are configured.
    init(_ type: GroupType?) {
        self.type = type
    }

    /// The key of an entry's DN.
    mutating func key(ofDN dn: String) -> String? {
        names.key(for: dn)
    }

    /// The keys of a person; `nil` if the DN cannot be read.
    mutating func key(ofPerson entry: LDAPEntry) -> PersonKey? {
        guard let dn = names.key(for: entry.dn) else { return nil }
        guard let type else { return PersonKey(dn: dn, names: [], isComplete: true) }
        let identity = MemberIdentity(entry, type)
        var keys = identity.values.map(Self.key(ofValue:))
        keys += identity.bitStrings.map { Self.key(ofDN: dn, bitString: $0) }
        if let primary = identity.primary { keys.append(Self.key(of: primary)) }
        return PersonKey(dn: dn, names: keys, isComplete: identity.gaps.isEmpty)
    }

    /// The key of a member, from a value of ``GroupType/memberAttribute``; `nil` if the value is none of those.
    mutating func key(ofMember value: LDAPValue) -> String? {
        switch type?.memberForm {
        case nil, .distinguishedName?: return names.key(for: value.bytes)
        case .value?: return value.bytes.isEmpty ? nil : Self.key(ofValue: value.bytes)
        case .nameAndOptionalUID?:
            let (dn, bitString) = NameAndOptionalUID.split(value.bytes)
            guard let key = names.key(for: dn) else { return nil }
            return bitString.map { Self.key(ofDN: key, bitString: $0) } ?? key
        }
    }

    /// The key of those whose primary group this is; `nil` if the group does not show what tells that.
    func key(ofPrimaryGroup group: LDAPEntry, _ kind: PrimaryGroup) -> String? {
        MemberIdentity.Primary(ofGroup: group, kind).map(Self.key(of:))
    }

    private static func key(of primary: MemberIdentity.Primary) -> String {
        switch primary {
        case .number(let number): "#number:\(number)"
        case .identifier(let identifier): "#sid:\(identifier)"
        }
    }

    private static func key(ofDN key: String, bitString: String) -> String {
        "#\(bitString):\(key)"
    }

    /// Printable ASCII: all else is written as `\XX`. Spaces at the ends and double ones are not significant (RFC 4518 section 2.6.1, for
    /// caseExactIA5Match of `memberUid`).
    private static func key(ofValue octets: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var key = Array("#name:".utf8)
        for (index, word) in octets.split(separator: UInt8(ascii: " ")).enumerated() {
            if index > 0 { key.append(UInt8(ascii: " ")) }
            for octet in word {
                if (0x21..<0x7F).contains(octet), octet != UInt8(ascii: "\\") {
                    key.append(octet)
                } else {
                    key += [UInt8(ascii: "\\"), digits[Int(octet >> 4)], digits[Int(octet & 15)]]
                }
            }
        }
        return String(decoding: key, as: UTF8.self)
    }
}

/// Values of `uniqueMember`: a DN, and perhaps `#'0101'B` after it (RFC 4517 section 3.3.21). A `#` in the DN itself is not escaped.
enum NameAndOptionalUID {
    /// The octets of the DN, and the bit string as `'0101'B`.
    static func split(_ value: [UInt8]) -> (dn: [UInt8], bitString: String?) {
        guard value.last == UInt8(ascii: "B"), let mark = value.lastIndex(of: UInt8(ascii: "#")) else {
            return (value, nil)
        }
        let bits = value[(mark + 1)...].dropLast()
        guard bits.count >= 2, bits.first == UInt8(ascii: "'"), bits.last == UInt8(ascii: "'"),
            bits.dropFirst().dropLast().allSatisfy({ $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: "1") })
        else { return (value, nil) }
        return (Array(value[..<mark]), String(decoding: value[(mark + 1)...], as: UTF8.self))
    }
}
