/// Turns many DNs into keys: ``DistinguishedName/canonicalKey`` of each, at a fraction of the cost.
///
/// Members of groups come by the hundred thousand, and nearly all are plain ASCII below few parents. A relative name without escapes is
/// copied in lower case, and the keys of parents are remembered; what is not plain is read in full.
/// ```swift
/// var keys = DistinguishedNameKeys()
/// let members = entry["member"].compactMap { keys.key(for: $0.bytes) }
/// ```
public struct DistinguishedNameKeys: Sendable {
    /// More parents than a directory has; the limit keeps a hostile one from filling memory.
    private static let parentLimit = 4096

    private var parents: [[UInt8]: [UInt8]] = [:]
    /// The parent of the DN before, and the end of its key: members of a group tend to come from one place.
    private var lastParent: [UInt8] = []
    private var lastParentKey: [UInt8] = []
    /// The attribute type of the DN before, as it was written, and what its names have in common.
    private var lastType: [UInt8] = []
    private var lastTypeKey: [UInt8] = []
    private var lastTypeIgnoresCase = false

    /// Keys with nothing remembered yet.
    public init() {}

    /// The key of the DN that an attribute value holds.
    /// - Parameter bytes: RFC 4514 text as UTF-8.
    /// - Returns: ``DistinguishedName/canonicalKey``; `nil` if the octets are no DN.
    public mutating func key(for bytes: [UInt8]) -> String? {
        octets(bytes).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The key of a DN.
    /// - Parameter text: RFC 4514 text.
    /// - Returns: ``DistinguishedName/canonicalKey``; `nil` if the text is no DN.
    public mutating func key(for text: String) -> String? {
        key(for: Array(text.utf8))
    }

    private mutating func octets(_ bytes: [UInt8]) -> [UInt8]? {
        guard let plain = PlainRelativeName(bytes) else { return Self.parsed(bytes) }
        var key: [UInt8] = []
        key.reserveCapacity(bytes.count)
        let type = bytes[..<plain.typeEnd]
        if !type.elementsEqual(lastType) {
            lastType = Array(type)
            let name = AttributeTypeNames.canonical(String(decoding: type, as: UTF8.self))
            lastTypeKey = Array(name.utf8)
            lastTypeIgnoresCase = AttributeTypeNames.ignoresCase(name)
        }
        key += lastTypeKey
        for index in plain.typeEnd..<plain.end {
            key.append(lastTypeIgnoresCase ? ASCII.lowercased(bytes[index]) : bytes[index])
        }
        if plain.end < bytes.count {
            guard rememberParent(bytes[(plain.end + 1)...]) else { return nil }
            key.append(UInt8(ascii: ","))
            key += lastParentKey
        }
        return key
    }

    /// Makes what follows the first comma the last parent; `false` if it is no DN. It must not be empty either: that would be the root, and
    /// the comma would separate nothing.
    private mutating func rememberParent(_ bytes: ArraySlice<UInt8>) -> Bool {
        if !lastParent.isEmpty, bytes.elementsEqual(lastParent) { return true }
        let parent = Array(bytes)
        guard let key = parents[parent] ?? Self.parsed(parent), !key.isEmpty else { return false }
        if parents.count == Self.parentLimit { parents = [:] }
        parents[parent] = key
        (lastParent, lastParentKey) = (parent, key)
        return true
    }

    /// ``DistinguishedName/looseKey`` of the DN that has a key.
    /// - Parameter key: What ``key(for:)-(String)`` answered. A key is a DN too.
    public static func looseKey(for key: String) -> String {
        // What holds no escape, no octets in digits, no capital letter and no two spaces has nothing left to fold.
        var before: UInt8 = 0
        let isPlain = key.utf8.allSatisfy { byte in
            defer { before = byte }
            switch byte {
            case UInt8(ascii: "\\"), UInt8(ascii: "#"), UInt8(ascii: "A")...UInt8(ascii: "Z"): return false
            case UInt8(ascii: " "): return before != byte
            default: return true
            }
        }
        if isPlain { return key }
        return (try? DistinguishedName(key).looseKey) ?? key
    }

    private static func parsed(_ bytes: [UInt8]) -> [UInt8]? {
        guard let text = String(validating: bytes, as: UTF8.self), let name = try? DistinguishedName(text) else {
            return nil
        }
        return Array(name.canonicalKey.utf8)
    }
}

/// The first relative name of a DN, where it needs nothing but lower case to be canonical.
private struct PlainRelativeName {
    /// Where the equals sign is.
    let typeEnd: Int
    /// Where the name ends: at a comma or at the end of the text.
    let end: Int

    /// `nil` where the name is not plain, which says nothing about whether it is one.
    init?(_ bytes: [UInt8]) {
        var index = 0
        while index < bytes.count, bytes[index] != UInt8(ascii: "=") {
            let byte = bytes[index]
            // An OID is no letter at the start; a type with a prefix or an option holds a dot or a semicolon.
            guard ASCII.isLetter(byte) || (index > 0 && (ASCII.isDigit(byte) || byte == UInt8(ascii: "-"))) else {
                return nil
            }
            index += 1
        }
        guard index > 0, index < bytes.count else { return nil }
        typeEnd = index
        var before = UInt8(ascii: " ")
        index += 1
        if index < bytes.count, bytes[index] == UInt8(ascii: "#") { return nil }
        while index < bytes.count, bytes[index] != UInt8(ascii: ",") {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: " "):
                // Spaces at the ends and double ones are not significant.
                if before == byte { return nil }
            case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "+"), UInt8(ascii: ";"), UInt8(ascii: "<"),
                UInt8(ascii: ">"), 0..<0x20, 0x7F...0xFF:
                return nil
            default: break
            }
            before = byte
            index += 1
        }
        // An empty value leaves `before` as it was, and is read in full as well.
        if before == UInt8(ascii: " ") { return nil }
        end = index
    }
}
