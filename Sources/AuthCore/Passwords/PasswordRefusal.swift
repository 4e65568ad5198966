/// Why a password was not changed, with one text for administrators and one for the person. Neither holds a password.
public struct PasswordRefusal: Error, Sendable, Hashable {
    /// The reason, from a closed vocabulary that command, audit and API share.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        // The new password.
        /// It is too short.
        case tooShort
        /// It is too long.
        case tooLong
        /// It is too simple: too few kinds of characters, a word, part of a name.
        case tooSimple
        /// It was used before.
        case inHistory
        /// It is the present one.
        case sameAsOld
        /// Nobody could ever log in with it: empty, absurdly long, or with a NUL byte or a line break.
        case unusable
        /// It breaks a rule that the directory does not name.
        case policy

        // The old one.
        /// The old password is not the account's.
        case wrongPassword
        /// The directory wants the old password to set a new one.
        case mustSupplyOldPassword
        /// The present password was set too short a while ago.
        case tooYoung

        // The account.
        /// Nobody of that name is known.
        case unknownUser
        /// More than one account goes by this name.
        case ambiguousUser
        /// Locked, mostly after too many wrong passwords.
        case accountLocked
        /// Switched off.
        case accountDisabled
        /// The account's time is over.
        case accountExpired
        /// The password has expired, and the directory takes no other one from its owner.
        case passwordExpired
        /// The directory keeps the person out for another reason.
        case barred
        /// Too many wrong passwords: one more could lock the account.
        case throttled

        // The way.
        /// The person, or the service account, may not change this password.
        case notAllowed
        /// The connection is not encrypted, so nothing was sent.
        case notEncrypted
        /// Whoever owns the account cannot change passwords from here, or cannot ask for a change at the next login.
        case notSupported
    }

    /// The reason.
    public var reason: Reason
    /// What exactly happened and what would help, for administrators, with the directory's own words where it gave some.
    public var explanation: String
    /// What is wrong with the new password by the site's own rules, all of it, as codes (Django's, such as `password_too_short`). Empty where
    /// somebody else refused it.
    public var codes: [String]

    /// A refusal.
    /// - Parameters:
    ///   - reason: The reason.
    ///   - explanation: A sentence for administrators. Never with a password in it.
    ///   - codes: What is wrong by the site's own rules. Default: nothing.
    public init(_ reason: Reason, _ explanation: String, codes: [String] = []) {
        self.reason = reason
        self.explanation = explanation
        self.codes = codes
    }

    /// What the person may be told: what helps them choose, and nothing about the account that the right password did not bring forth.
    public var textForPerson: String {
        switch reason {
        case .tooShort: "The new password is too short."
        case .tooLong, .unusable: "This cannot be used as a password. Choose another one."
        case .tooSimple:
            "The new password is too simple. Make it longer, mix upper and lower case, digits and other characters, and leave out names and words."
        case .inHistory: "You have used this password before. Choose one that is new."
        case .sameAsOld: "The new password is the same as the old one."
        case .policy:
            "The new password breaks a rule of your organisation: it may be too short, too simple, used before, or set too soon after the last one."
        case .tooYoung: "The password was changed only a short while ago. Try again later."
        case .notAllowed, .mustSupplyOldPassword, .passwordExpired, .notSupported:
            "You cannot change this password yourself. Ask your administrator."
        case .notEncrypted: "The password cannot be changed at the moment. Tell your administrator."
        case .throttled: "Too many attempts. Try again later."
        case .wrongPassword, .unknownUser, .ambiguousUser, .accountLocked, .accountDisabled, .accountExpired, .barred:
            // What a stranger is told is one text for all of them.
            "The name or the old password is not right, or the account cannot be used."
        }
    }
}

extension PasswordRefusal.Reason {
    /// The reason for which somebody who may not log in may not change the password either.
    public init(_ denial: DenialReason) {
        switch denial {
        case .accountDisabled: self = .accountDisabled
        case .accountLocked: self = .accountLocked
        case .accountExpired: self = .accountExpired
        case .passwordExpired: self = .passwordExpired
        case .throttled: self = .throttled
        case .ambiguousUser: self = .ambiguousUser
        default: self = .barred
        }
    }
}
