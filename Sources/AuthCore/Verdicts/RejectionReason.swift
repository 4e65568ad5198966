/// Why credentials did not prove an account. A right password would have helped (or a right name).
public enum RejectionReason: String, Sendable, Hashable, CaseIterable {
    /// Nobody of that name is known.
    case unknownUser
    /// The password is not the account's.
    case wrongPassword
    /// No password was given. Refused before any backend is asked.
    case emptyPassword
    /// The name cannot be anybody's: empty, too long, not UTF-8, or with control characters.
    case malformedName
}
