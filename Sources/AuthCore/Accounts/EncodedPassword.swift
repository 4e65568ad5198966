/// What stands in the password column: a hash in Django's format, or the mark that no password can ever match.
public struct EncodedPassword: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// The most characters the column holds (Django's `auth_user.password`).
    public static let maximumLength = 128

    /// The column's text.
    public let encoded: String

    /// The column's text, as read.
    public init(encoded: String) {
        self.encoded = encoded
    }

    /// A mark that no password matches: `!` and 40 random letters and digits (Django's `make_password(None)`).
    ///
    /// Set once and never again: the session auth hash covers this column, so a new random suffix would end the person's sessions.
    public static func unusable() -> EncodedPassword {
        EncodedPassword(encoded: "!" + randomText(length: 40))
    }

    /// Letters and digits that nobody can guess, about six bits each (Django's `get_random_string`). For salts and for the mark.
    package static func randomText(length: Int) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
        var random = SystemRandomNumberGenerator()
        return String((0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] })
    }

    /// Whether some password could match. Django's `is_password_usable`: all but those that begin with `!`.
    public var isUsable: Bool { !encoded.hasPrefix("!") }

    /// Says only what kind it is; a hash is a secret too.
    public var description: String {
        guard isUsable else { return "(unusable)" }
        return encoded.isEmpty ? "(empty)" : "(hash)"
    }

    public var customMirror: Mirror { Mirror(self, children: []) }
}
