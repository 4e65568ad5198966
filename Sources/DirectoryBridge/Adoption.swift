public import AuthCore

/// What became of the accounts that a directory might take over.
public struct Adoption: Sendable {
    /// An account that is linked now, or would be.
    public struct Linked: Sendable, Hashable {
        /// The account, as it was before.
        public var user: User
        /// What it is linked to.
        public var link: ExternalLink
    }

    /// An account that was left as it was.
    public struct Left: Sendable, Hashable {
        /// The account.
        public var user: User
        /// The kind of reason.
        public var reason: Reason
        /// The reason in words.
        public var explanation: String
    }

    /// Why an account is not linked by its name alone.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        /// It has a usable password, so it is a local account.
        case hasPassword
        /// It is not active.
        case inactive
        /// It is staff.
        case staff
        /// It is a superuser.
        case superuser
        /// Another account has a name that differs in case or Unicode form only.
        case twins
        /// The directory has no entry for the name.
        case noEntry
        /// It has several.
        case severalEntries
        /// It has one, found by the mail address or the like, that goes by another name.
        case otherName
        /// It has one, which is another account's.
        case entryTaken
        /// The account changed meanwhile, or the entry's name cannot be used.
        case refused
    }

    /// The directory's name.
    public let directory: String
    /// Those that are linked now, or would be, by username.
    public internal(set) var linked: [Linked] = []
    /// Those that were left, by username.
    public internal(set) var left: [Left] = []
    /// How many accounts had a link before.
    public internal(set) var alreadyLinked = 0
    /// How many were not asked about because something was down.
    public internal(set) var notAsked = 0
    /// What was down; `nil` if all went well.
    public internal(set) var outage: AuthenticationOutage?

    init(directory: String) {
        self.directory = directory
    }
}

extension Adoption {
    /// Why an account is not even looked up; `nil` if it may be taken over.
    static func obstacle(to record: AccountRecord, among holders: [AccountRecord]) -> Left? {
        func left(_ reason: Reason, _ explanation: String) -> Left {
            Left(user: record.user, reason: reason, explanation: explanation)
        }
        if record.password.isUsable { return left(.hasPassword, "it has a password of its own") }
        if record.user.isSuperuser { return left(.superuser, "it is a superuser") }
        if record.user.isStaff { return left(.staff, "it is staff") }
        if !record.user.isActive { return left(.inactive, "it is not active") }
        if let twin = holders.first(where: { $0.user.id != record.user.id }) {
            return left(.twins, "its name and '\(twin.user.username)' differ in case or form only")
        }
        return nil
    }
}
