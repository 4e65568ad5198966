internal import Foundation

/// Normalisation (RFC 4518, section 2.3; Unicode Standard Annex 15).
///
/// Form KD where the RFC says form KC, which is form KD put together again: two texts have the same one exactly if they have the same other.
enum CompatibilityForm {
    static func decomposed(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        result.reserveCapacity(scalars.count)
        for scalar in scalars {
            if scalar.value < 0x80 {
                result.append(scalar)
            } else {
                // One at a time: for a whole text, Foundation takes the square of the time that the longest run of marks is long, leaves
                // some marks in the wrong order, and puts characters together that have nothing to do with each other.
                result.append(contentsOf: String(scalar).decomposedStringWithCompatibilityMapping.unicodeScalars)
            }
        }
        order(&result)
        return result
    }

    /// The canonical order of marks: by their class, and as they came where that is the same.
    private static func order(_ scalars: inout [Unicode.Scalar]) {
        var start = 0
        while start < scalars.count {
            guard combiningClass(scalars[start]) != 0 else {
                start += 1
                continue
            }
            var end = start + 1
            while end < scalars.count, combiningClass(scalars[end]) != 0 { end += 1 }
            if end - start > 1 {
                let marks = scalars[start..<end].enumerated().map { (combiningClass($1), $0, $1) }
                let sorted = marks.sorted { ($0.0, $0.1) < ($1.0, $1.1) }
                scalars.replaceSubrange(start..<end, with: sorted.map(\.2))
            }
            start = end
        }
    }

    private static func combiningClass(_ scalar: Unicode.Scalar) -> UInt8 {
        // Nothing before the combining diacritical marks combines.
        scalar.value < 0x300 ? 0 : scalar.properties.canonicalCombiningClass.rawValue
    }
}
