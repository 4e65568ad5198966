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
        var random = SystemRandomNumberGenerator()
        var text: [UInt8] = []
        text.reserveCapacity(length)
        while text.count < length {
            // Ten times six bits of a word, since each word is a system call; the two values too many are thrown away, so all are as likely.
            var word: UInt64 = random.next()
            for _ in 0..<10 where text.count < length {
                let place = Int(word & 63)
                if place < alphabet.count { text.append(alphabet[place]) }
                word >>= 6
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)

    /// Whether some password could match. Django's `is_password_usable`: all but those that begin with `!`.
    public var isUsable: Bool { !encoded.hasPrefix("!") }

    /// Says only what kind it is; a hash is a secret too.
    public var description: String {
        guard isUsable else { return "(unusable)" }
        return encoded.isEmpty ? "(empty)" : "(hash)"
    }

    public var customMirror: Mirror { Mirror(self, children: []) }
}
