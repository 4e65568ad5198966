internal import AuthCore

/// The salts that Django writes as text.
enum Salt {
    /// Letters and digits in a new salt: 22 of 62 hold at least 128 bits, as in Django.
    static let length = 22

    static func random() -> String { EncodedPassword.randomText(length: length) }

    /// - Throws: ``PasswordHashError`` if the salt is empty or holds a `$`, which ends it.
    static func check(_ salt: String) throws {
        guard !salt.isEmpty, !salt.contains("$") else {
            throw PasswordHashError(.invalidSalt, "A salt must not be empty and must not hold a '$'.")
        }
    }

    /// Whether a salt holds less than 128 bits (Django's `must_update_salt`).
    static func isShort(_ salt: some StringProtocol) -> Bool { salt.unicodeScalars.count < length }
}
