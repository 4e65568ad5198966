/// Why somebody who is known must not come in, whatever the password (Django's `PermissionDenied`).
public enum DenialReason: String, Sendable, Hashable, CaseIterable {
    /// Switched off, locally or in the directory, or not valid there yet.
    case accountDisabled
    /// Locked, mostly after too many wrong passwords.
    case accountLocked
    /// The account's time is over.
    case accountExpired
    /// The password is right and too old.
    case passwordExpired
    /// The password is right and must be changed before anything else.
    case mustChangePassword
    /// The directory allows no login at this hour.
    case logonHours
    /// The directory allows no login from this place.
    case workstation
    /// The rule that people must satisfy is not satisfied.
    case notInRequiredGroup
    /// The rule that keeps people out is satisfied.
    case inDeniedGroup
    /// A rule could not be decided; nobody is let in on a guess.
    case ruleUnknown
    /// The person has no local account and the configuration creates none.
    case newUsersNotAllowed
    /// The account waits for an administrator's approval.
    case pendingApproval
    /// A local account of the same name exists and is not this person's.
    case nameCollision
    /// More than one account goes by this name.
    case ambiguousUser
    /// Too many attempts.
    case throttled
    /// The application's own hook keeps the person out.
    case refusedByApplication
}
