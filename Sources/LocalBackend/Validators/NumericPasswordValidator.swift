public import AuthCore

/// Refuses passwords that are digits and nothing else, in whatever script (Python's `isdigit`).
public struct NumericPasswordValidator: PasswordValidator {
    /// A validator.
    public init() {}

    public var helpText: String { "Use more than digits." }

    public func flaw(in password: Secret, of user: User?) -> PasswordFlaw? {
        let isDigits = password.text.unicodeScalars.allSatisfy {
            $0.properties.numericType == .decimal || $0.properties.numericType == .digit
        }
        guard isDigits, !password.isEmpty else { return nil }
        return PasswordFlaw(.entirelyNumeric, "The password consists of digits only.")
    }
}
