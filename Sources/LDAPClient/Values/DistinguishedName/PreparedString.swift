internal import Foundation

/// What two values must have in common to be the same name: string preparation in the spirit of RFC 4518.
///
/// Case folding and NFKC, blanks of any kind as one space between words and none at the ends, invisible characters
/// gone. Octets that are not UTF-8 compare as octets.
enum PreparedString {
    static func prepare(_ value: [UInt8]) -> [UInt8] {
        if value.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return squeezed(value.map(ASCII.lowercased)) }
        // No UTF-8 text starts with 0xFF, so such a value equals none that is text.
        guard let text = String(validating: value, as: UTF8.self) else { return [0xFF] + value }
        // Folding after normalisation finds what compatibility forms hide (full-width letters), and folding may leave
        // a form that is not normalised; a second round settles both.
        let folded = foldedAndNormalised(foldedAndNormalised(mapped(text)))
        return squeezed(Array(folded.utf8))
    }

    /// RFC 4518, 2.2: controls and format characters are mapped to nothing, blanks of any kind to a space.
    private static func mapped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar.properties.isWhitespace {
                result.append(" ")
            } else {
                switch scalar.properties.generalCategory {
                case .control, .format: break
                case _ where scalar.properties.isVariationSelector: break
                default: result.append(scalar)
                }
            }
        }
        return String(result)
    }

    /// Upper case first, so that "ß" meets "ss" and both small sigmas meet.
    private static func foldedAndNormalised(_ text: String) -> String {
        var result = ""
        for scalar in text.precomposedStringWithCompatibilityMapping.unicodeScalars {
            for upper in scalar.properties.uppercaseMapping.unicodeScalars {
                result += upper.properties.lowercaseMapping
            }
        }
        return result.precomposedStringWithCompatibilityMapping
    }

    /// RFC 4518, 2.6.1, for comparing whole values: one space between words, none outside.
    static func squeezed(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        for byte in bytes where byte != 0x20 || (result.last ?? 0x20) != 0x20 { result.append(byte) }
        if result.last == 0x20 { result.removeLast() }
        return result
    }
}
