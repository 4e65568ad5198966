/// A name with the ids of the entry that it names, as Active Directory writes it for ``ExtendedDNControl``:
/// `<GUID=…>;<SID=…>;CN=…` (MS-ADTS, 3.1.1.3.4.1.5).
public struct ExtendedDN: Sendable, Hashable {
    /// The 16 octets of `objectGUID` in the order in which the attribute holds them; `nil` if none came.
    public var objectGUID: [UInt8]?
    /// The octets of `objectSid`; `nil` if none came, as for entries that are no security principals.
    public var objectSID: [UInt8]?
    /// The plain name as the server wrote it.
    public var dn: String

    /// Reads a name, with ids in either form; a name without ids is one too.
    ///
    /// - Parameter text: What the server sent as a name. Parts in angle brackets that are not known are passed over.
    /// - Throws: ``LDAPError/Code/invalidDN`` if an id is malformed or comes twice.
    public init(_ text: String) throws(LDAPError) {
        func problem(_ reason: String) -> LDAPError {
            LDAPError(
                .invalidDN, operation: "read the extended name “\(LDAPError.printable(text))”", reason: reason,
                remedy: "check what stands between this machine and the server")
        }
        var rest = Array(text.utf8)[...]
        while rest.first == UInt8(ascii: "<") {
            guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { throw problem("“<” without “>”") }
            let part = rest[rest.startIndex + 1..<end]
            let value = part.drop { $0 != UInt8(ascii: "=") }.dropFirst()
            switch ASCII.lowercased(String(decoding: part.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self)) {
            case "guid":
                guard objectGUID == nil, let octets = Self.guid(value) else { throw problem("the GUID is malformed") }
                objectGUID = octets
            case "sid":
                guard objectSID == nil, let octets = Self.sid(value) else { throw problem("the SID is malformed") }
                objectSID = octets
            default:
                break
            }
            rest = rest[(end + 1)...]
            guard rest.isEmpty || rest.first == UInt8(ascii: ";") else { throw problem("“;” is missing after “>”") }
            rest = rest.dropFirst()
        }
        // Cut at an ASCII octet, so that this repairs nothing.
        dn = String(decoding: rest, as: UTF8.self)
    }

    /// The plain name as a value.
    ///
    /// - Throws: ``LDAPError/Code/invalidDN`` if it is none.
    public var distinguishedName: DistinguishedName {
        get throws(LDAPError) { try DistinguishedName(dn) }
    }

    private static func guid(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        if text.count == 32 { return hexadecimal(text) }
        let parts = text.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.map(\.count) == [8, 4, 4, 4, 12] else { return nil }
        let octets = parts.compactMap { hexadecimal($0) }
        guard octets.count == 5 else { return nil }
        // The first three fields of the text are numbers, which the attribute holds with the lowest octet first.
        return octets[0].reversed() + octets[1].reversed() + octets[2].reversed() + octets[3] + octets[4]
    }

    /// MS-DTYP, 2.4.2: revision, number of sub-authorities, six octets of authority, four octets per sub-authority.
    private static func sid(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard ASCII.lowercased(text.first ?? 0) == UInt8(ascii: "s") else {
            guard let octets = hexadecimal(text), octets.count >= 8, octets.count == 8 + 4 * Int(octets[1]) else {
                return nil
            }
            return octets
        }
        let parts = text.dropFirst().split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard (3...18).contains(parts.count), parts[0].isEmpty, parts[1].elementsEqual("1".utf8),
            let authority = number(parts[2]), authority < 1 << 48
        else {
            return nil
        }
        var octets: [UInt8] = [1, UInt8(parts.count - 3)]
        for shift in stride(from: 40, through: 0, by: -8) {
            octets.append(UInt8(truncatingIfNeeded: authority >> shift))
        }
        for part in parts[3...] {
            guard let value = number(part), value < 1 << 32 else { return nil }
            for shift in stride(from: 0, through: 24, by: 8) {
                octets.append(UInt8(truncatingIfNeeded: value >> shift))
            }
        }
        return octets
    }

    private static func number(_ text: ArraySlice<UInt8>) -> UInt64? {
        guard !text.isEmpty else { return nil }
        if text.count > 2, text.starts(with: "0x".utf8) || text.starts(with: "0X".utf8) {
            // Authorities beyond 32 bits are written this way.
            let digits = text.dropFirst(2).compactMap(ASCII.hexValue)
            guard digits.count == text.count - 2, digits.count <= 12 else { return nil }
            return digits.reduce(0) { $0 << 4 | UInt64($1) }
        }
        guard text.allSatisfy(ASCII.isDigit) else { return nil }
        return UInt64(String(decoding: text, as: UTF8.self))
    }

    private static func hexadecimal(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard text.count.isMultiple(of: 2) else { return nil }
        let digits = text.compactMap(ASCII.hexValue)
        guard digits.count == text.count else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
