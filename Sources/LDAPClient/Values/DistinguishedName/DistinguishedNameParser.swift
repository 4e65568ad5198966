/// Reads RFC 4514 text.
struct DistinguishedNameParser {
    private let text: [UInt8]
    private var position = 0

    /// Where and why a text is no DN.
    private struct SyntaxError: Error {
        var offset: Int
        var problem: String
    }

    static func parse(_ string: String) throws(LDAPError) -> [RelativeDistinguishedName] {
        var parser = DistinguishedNameParser(text: Array(string.utf8))
        do throws(SyntaxError) {
            return try parser.distinguishedName()
        } catch {
            throw LDAPError(
                .invalidDN, operation: "read the DN “\(LDAPError.printable(String(string.prefix(200))))”",
                reason: "\(error.problem) (at offset \(error.offset))")
        }
    }

    private init(text: [UInt8]) {
        self.text = text
    }

    private var next: UInt8? {
        position < text.count ? text[position] : nil
    }

    private mutating func skipSpaces() {
        while next == 0x20 { position += 1 }
    }

    private mutating func distinguishedName() throws(SyntaxError) -> [RelativeDistinguishedName] {
        skipSpaces()
        guard next != nil else { return [] }
        var names: [RelativeDistinguishedName] = []
        while true {
            var parts = [try typeAndValue()]
            while next == UInt8(ascii: "+") {
                position += 1
                parts.append(try typeAndValue())
            }
            names.append(RelativeDistinguishedName(parts))
            guard let separator = next else { return names }
            guard separator == UInt8(ascii: ",") else {
                throw SyntaxError(offset: position, problem: "this character must be escaped with “\\”")
            }
            position += 1
        }
    }

    private mutating func typeAndValue() throws(SyntaxError) -> AttributeTypeAndValue {
        skipSpaces()
        let start = position
        while let byte = next, byte != UInt8(ascii: "="), byte != UInt8(ascii: ",") { position += 1 }
        guard next == UInt8(ascii: "=") else {
            throw SyntaxError(offset: start, problem: "expected an attribute type and “=”")
        }
        var type = text[start..<position]
        while type.last == 0x20 { type.removeLast() }
        guard Self.isType(type) else { throw SyntaxError(offset: start, problem: "expected an attribute type") }
        position += 1
        skipSpaces()
        let name = String(decoding: type, as: UTF8.self)
        if next == UInt8(ascii: "#") { return try hexadecimalValue(type: name) }
        return AttributeTypeAndValue(type: name, value: try stringValue(), isEncoded: false)
    }

    private static func isType(_ type: ArraySlice<UInt8>) -> Bool {
        let prefix = Array("oid.".utf8)
        let hasPrefix = type.prefix(4).map(ASCII.lowercased) == prefix
        return ASCII.isAttributeDescription(hasPrefix ? type.dropFirst(4) : type, allowOptions: false)
    }

    /// `string` of RFC 4514, section 3; unescaped spaces at its ends belong to the separators.
    private mutating func stringValue() throws(SyntaxError) -> [UInt8] {
        var value: [UInt8] = []
        var significant = 0
        while let byte = next, byte != UInt8(ascii: ","), byte != UInt8(ascii: "+") {
            switch byte {
            case UInt8(ascii: "\\"):
                value.append(try escape())
                significant = value.count
                continue
            case UInt8(ascii: "\""), UInt8(ascii: ";"), UInt8(ascii: "<"), UInt8(ascii: ">"), 0:
                throw SyntaxError(offset: position, problem: "this character must be escaped with “\\”")
            default:
                value.append(byte)
                if byte != 0x20 { significant = value.count }
            }
            position += 1
        }
        value.removeSubrange(significant...)
        return value
    }

    /// A backslash and two hexadecimal digits, or one of the characters that have a meaning of their own.
    private mutating func escape() throws(SyntaxError) -> UInt8 {
        let start = position
        position += 1
        guard let first = next else { throw SyntaxError(offset: start, problem: "“\\” at the end of the text") }
        position += 1
        if let high = ASCII.hexValue(first) {
            guard let second = next, let low = ASCII.hexValue(second) else {
                throw SyntaxError(offset: start, problem: "“\\” must be followed by two hexadecimal digits")
            }
            position += 1
            return high << 4 | low
        }
        guard "\\\"+,;<>=# ".utf8.contains(first) else {
            throw SyntaxError(offset: start, problem: "“\\” before a character that needs no escape")
        }
        return first
    }

    /// `#` and the BER of the value; of the string types the text is taken, so that both forms of a name are equal.
    private mutating func hexadecimalValue(type: String) throws(SyntaxError) -> AttributeTypeAndValue {
        let start = position
        position += 1
        var encoded: [UInt8] = []
        while let byte = next, let high = ASCII.hexValue(byte) {
            guard position + 1 < text.count, let low = ASCII.hexValue(text[position + 1]) else {
                throw SyntaxError(offset: position, problem: "“#” takes pairs of hexadecimal digits")
            }
            encoded.append(high << 4 | low)
            position += 2
        }
        skipSpaces()
        guard next == nil || next == UInt8(ascii: ",") || next == UInt8(ascii: "+") else {
            throw SyntaxError(offset: position, problem: "expected a hexadecimal digit")
        }
        var reader = BERReader(encoded[...])
        guard let element = reader.next(), reader.isAtEnd else {
            throw SyntaxError(offset: start, problem: "the octets after “#” are no BER value")
        }
        // OCTET STRING, UTF8String, PrintableString, TeletexString, IA5String.
        let isString = [0x04, 0x0C, 0x13, 0x14, 0x16].contains(element.tag)
        return AttributeTypeAndValue(
            type: type, value: isString ? Array(element.content) : encoded, isEncoded: !isString)
    }
}
