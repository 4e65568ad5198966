/// Insignificant character handling (RFC 4518, section 2.6). Section 2.5, which checks the direction of text, asks for nothing.
///
/// The RFC writes two spaces between words and one at each end, so that a prepared substring is found in a prepared value. Here whole values
/// are compared: one space between words and none at the ends tells the same values apart.
extension PreparedString {
    static func withoutInsignificant(_ octets: [UInt8], for rule: StringMatchingRule = .caseIgnore) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(octets.count)
        var spaceIsDue = false
        for octet in octets {
            if octet == 0x20 {
                spaceIsDue = rule.keepsWordsApart && !result.isEmpty
            } else if rule != .telephoneNumber || octet != UInt8(ascii: "-") {
                if spaceIsDue { result.append(0x20) }
                spaceIsDue = false
                result.append(octet)
            }
        }
        return result
    }

    static func withoutInsignificant(_ scalars: [Unicode.Scalar], for rule: StringMatchingRule = .caseIgnore) -> [UInt8]
    {
        var result: [UInt8] = []
        result.reserveCapacity(scalars.count)
        var spaceIsDue = false
        for (index, scalar) in scalars.enumerated() {
            // With a combining mark on it, a space or a hyphen is a character like others.
            let isBare = index + 1 == scalars.count || !isCombiningMark(scalars[index + 1])
            if isBare, scalar.value == 0x20 {
                spaceIsDue = rule.keepsWordsApart && !result.isEmpty
            } else if !isBare || rule != .telephoneNumber || !isHyphen(scalar) {
                if spaceIsDue { result.append(0x20) }
                spaceIsDue = false
                result.append(contentsOf: String(scalar).utf8)
            }
        }
        return result
    }

    /// Appendix A of the RFC.
    private static func isCombiningMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: false
        }
    }

    /// The hyphens of section 2.6.3 that normalisation leaves.
    private static func isHyphen(_ scalar: Unicode.Scalar) -> Bool {
        [0x002D, 0x058A, 0x2010, 0x2212].contains(scalar.value)
    }
}

extension StringMatchingRule {
    fileprivate var keepsWordsApart: Bool { self == .caseIgnore || self == .caseExact }
}
