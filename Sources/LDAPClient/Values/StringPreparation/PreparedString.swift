/// The string preparation of RFC 4518, whose steps have these names there. Its first step, transcoding, has nothing to do: LDAP's strings
/// are UTF-8.
///
/// The tables are those of the Unicode version that the program runs with, where the RFC names 3.2: characters that were assigned later
/// are compared like those that were there before, instead of not at all. The time this takes is proportional to the length of the value,
/// whatever is in it, but for the logarithm that sorting costs.
enum PreparedString {
    static func prepare(_ value: [UInt8], for rule: StringMatchingRule = .caseIgnore) -> [UInt8] {
        if value.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) {
            let folded = rule.ignoresCase ? value.map(ASCII.lowercased) : value
            return withoutInsignificant(folded, for: rule)
        }
        // With an octet before them that no UTF-8 has, so that they are equal to themselves and to no text.
        guard let text = String(validating: value, as: UTF8.self) else { return [0xFF] + value }
        var prepared = CompatibilityForm.decomposed(mapped(text.unicodeScalars, foldingCase: rule.ignoresCase))
        if rule.ignoresCase {
            // Compatibility forms hide capitals (℡ is TEL), which table B.2 of RFC 3454 folds at once. Folding what is normalised comes to
            // the same, and it may leave a form that is not normalised.
            prepared = CompatibilityForm.decomposed(mapped(prepared, foldingCase: true))
        }
        return withoutInsignificant(prepared, for: rule)
    }

    /// Whether the steps fail for a value: it is no UTF-8, or holds a prohibited character.
    static func isUndefined(_ value: [UInt8]) -> Bool {
        if value.allSatisfy({ $0 < 0x80 }) { return false }
        guard let text = String(validating: value, as: UTF8.self) else { return true }
        return CompatibilityForm.decomposed(mapped(text.unicodeScalars, foldingCase: false)).contains(
            where: isProhibited)
    }

    // MARK: Map (section 2.2)

    private static func mapped(_ scalars: some Sequence<Unicode.Scalar>, foldingCase: Bool) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        for scalar in scalars {
            if scalar.properties.isWhitespace {
                result.append(" ")
            } else if isMappedToNothing(scalar) {
                continue
            } else if foldingCase {
                appendFolded(scalar, to: &result)
            } else {
                result.append(scalar)
            }
        }
        return result
    }

    static func isMappedToNothing(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format: true
        // Combining grapheme joiner, Mongolian todo soft hyphen, object replacement character.
        default: scalar.properties.isVariationSelector || [0x034F, 0x1806, 0xFFFC].contains(scalar.value)
        }
    }

    /// Upper case first, so that "ß" meets "SS" and both small sigmas meet.
    private static func appendFolded(_ scalar: Unicode.Scalar, to result: inout [Unicode.Scalar]) {
        // The dotless i of Turkish is a letter of its own, although its capital is that of "i".
        if scalar.value == 0x0131 { return result.append(scalar) }
        for upper in scalar.properties.uppercaseMapping.unicodeScalars {
            result.append(contentsOf: upper.properties.lowercaseMapping.unicodeScalars)
        }
    }

    // MARK: Prohibit (section 2.4)

    private static func isProhibited(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .unassigned, .privateUse, .surrogate: true
        default: scalar.value == 0xFFFD
        }
    }
}
