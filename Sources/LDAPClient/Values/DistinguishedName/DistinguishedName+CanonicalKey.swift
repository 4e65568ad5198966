extension DistinguishedName {
    /// A text that two names have in common only if every directory takes them for the same, as a key for tables and files.
    ///
    /// Directories differ in what they take for the same beyond letters that come in pairs: "ß" and "ss", full-width letters, composed and
    /// decomposed accents. A key that folded more than the directory does would give one person's groups to another. So equal names may
    /// have different keys; ``looseKey`` finds these.
    ///
    /// It is plain ASCII, so that comparing it as text compares its octets, and it is a DN itself.
    public var canonicalKey: String {
        key { part, key in
            if part.isEncoded {
                key.append(UInt8(ascii: "#"))
                for byte in part.value { key += [ASCII.hexDigits[Int(byte >> 4)], ASCII.hexDigits[Int(byte & 15)]] }
            } else {
                Self.append(part.exactValue, to: &key)
            }
        }
    }

    /// A text that two names have in common exactly if they are equal, which is when some directory may take them for the same.
    public var looseKey: String {
        key { part, key in Self.append(part.preparedValue, to: &key) }
    }

    private func key(_ appendValue: (AttributeTypeAndValue, inout [UInt8]) -> Void) -> String {
        var key: [UInt8] = []
        for name in relativeNames {
            if !key.isEmpty { key.append(UInt8(ascii: ",")) }
            for (index, part) in name.unordered.enumerated() {
                if index > 0 { key.append(UInt8(ascii: "+")) }
                key += Array(part.preparedType.utf8)
                key.append(UInt8(ascii: "="))
                appendValue(part, &key)
            }
        }
        return String(decoding: key, as: UTF8.self)
    }

    private static func append(_ value: [UInt8], to key: inout [UInt8]) {
        for (index, byte) in value.enumerated() {
            let isAtEdge = index == 0 || index == value.count - 1
            switch byte {
            case UInt8(ascii: ","), UInt8(ascii: "+"), UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: ";"),
                UInt8(ascii: "<"), UInt8(ascii: ">"), 0..<0x20, 0x7F...0xFF:
                ASCII.appendEscaped(byte, to: &key)
            case UInt8(ascii: "#") where index == 0, UInt8(ascii: " ") where isAtEdge:
                ASCII.appendEscaped(byte, to: &key)
            default:
                key.append(byte)
            }
        }
    }
}

extension AttributeTypeAndValue {
    /// The value with nothing folded but what every directory folds: repeated spaces, and letters that come in pairs of a capital and a small one.
    fileprivate var exactValue: [UInt8] {
        guard AttributeTypeNames.ignoresCase(preparedType) else { return value }
        if value.allSatisfy({ $0 < 0x80 }) { return PreparedString.withoutInsignificant(value.map(ASCII.lowercased)) }
        guard let text = String(validating: value, as: UTF8.self) else { return value }
        var folded: [Unicode.Scalar] = []
        for scalar in text.unicodeScalars {
            let small = scalar.properties.lowercaseMapping.unicodeScalars
            if small.count == 1, let letter = small.first,
                letter.properties.uppercaseMapping.unicodeScalars.elementsEqual([scalar])
            {
                folded.append(letter)
            } else {
                folded.append(scalar)
            }
        }
        // An invisible character between a space and a mark decides whether the space means something: such spaces stay.
        if folded.contains(where: PreparedString.isMappedToNothing) { return folded.flatMap { Array(String($0).utf8) } }
        return PreparedString.withoutInsignificant(folded)
    }
}
