import Foundation

extension LoginName {
    /// The form in which two names are the same name: compatibility-composed (NFKC), in lower case, without characters that show nothing,
    /// and with single spaces between words only.
    ///
    /// This follows what directories do when they match names (RFC 4518 section 2: map, normalise, fold, insignificant spaces), so that the
    /// local account and the directory entry are found under the same spellings. It is idempotent.
    /// - Parameter text: Any text.
    /// - Returns: The folded form; equal forms mean "the same name".
    public static func fold(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return singleSpaced(text.lowercased()) }
        var folded = text
        // Lower-casing can undo composition and the reverse; two rounds reach the fixed point for every scalar there is.
        for _ in 0..<2 {
            folded = folded.precomposedStringWithCompatibilityMapping.lowercased()
        }
        folded.unicodeScalars.removeAll { $0.properties.isDefaultIgnorableCodePoint }
        return singleSpaced(folded.precomposedStringWithCompatibilityMapping)
    }

    /// RFC 4518 section 2.6.1: spaces at the ends and runs of spaces do not tell names apart.
    private static func singleSpaced(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: " ")) else { return text }
        return text.split(separator: " ").joined(separator: " ")
    }

    /// A username as it is stored: NFKC, as Django's `AbstractBaseUser.normalize_username` does, with its case kept.
    public static func normalized(_ username: String) -> String {
        if username.utf8.allSatisfy({ $0 < 0x80 }) { return username }
        return username.precomposedStringWithCompatibilityMapping
    }
}
