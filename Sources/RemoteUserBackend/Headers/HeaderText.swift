/// Makes text of the bytes of a header, or says why it is none.
struct HeaderText {
    /// The header, as configured.
    let header: String
    /// Whether the value is percent-encoded (RFC 3986 section 2.1).
    let isPercentEncoded: Bool

    /// The value without the spaces and tabs around it, which are not part of it (RFC 9110 section 5.5).
    static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
        guard let first = bytes.firstIndex(where: { !isSpace($0) }), let last = bytes.lastIndex(where: { !isSpace($0) })
        else { return [] }
        return bytes[first...last]
    }

    /// The text of a trimmed value.
    ///
    /// What Apache's mod_headers writes for a variable that is not set, `(null)`, is nobody's name and no value.
    func text(_ bytes: ArraySlice<UInt8>) throws(HeaderRefusal) -> String {
        let decoded = isPercentEncoded ? try percentDecoded(bytes) : bytes
        // U+FFFD is what others make of bytes that are no text; two different names would be one.
        guard let text = String(validating: decoded, as: UTF8.self), !text.unicodeScalars.contains("\u{FFFD}") else {
            throw refusal(.invalidUTF8, "is not UTF-8; let the portal send UTF-8")
        }
        let hasControl = text.unicodeScalars.contains { scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: true
            default: false
            }
        }
        if hasControl {
            throw refusal(
                .controlCharacter, "holds a control character; let the portal take it out of the person's attributes")
        }
        return text == "(null)" ? "" : text
    }

    func refusal(_ code: HeaderRefusal.Code, _ reason: String) -> HeaderRefusal {
        HeaderRefusal(code, header, "\(header) from a trusted proxy \(reason).")
    }

    private func percentDecoded(_ bytes: ArraySlice<UInt8>) throws(HeaderRefusal) -> ArraySlice<UInt8> {
        var decoded: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                decoded.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(Self.hexDigit), let low = rest.popFirst().flatMap(Self.hexDigit)
            else {
                throw refusal(
                    .percentEncoding, "has a percent sign that no two hexadecimal digits follow; is it encoded at all?")
            }
            decoded.append(high << 4 | low)
        }
        return decoded[...]
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
