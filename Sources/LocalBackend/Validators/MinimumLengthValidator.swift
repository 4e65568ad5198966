public import AuthCore

/// Refuses passwords with few characters. As in Django, Unicode code points are counted.
public struct MinimumLengthValidator: PasswordValidator {
    /// The fewest characters.
    public let minimumLength: Int

    /// - Parameter minimumLength: The fewest characters. Default: 8, as in Django.
    public init(minimumLength: Int = 8) {
        self.minimumLength = minimumLength
    }

    public var helpText: String { "Use \(characters) or more." }

    public func flaw(in password: Secret, of user: User?) -> PasswordFlaw? {
        guard password.text.unicodeScalars.count < minimumLength else { return nil }
        return PasswordFlaw(.tooShort, "The password is shorter than \(characters).")
    }

    private var characters: String { minimumLength == 1 ? "1 character" : "\(minimumLength) characters" }
}
