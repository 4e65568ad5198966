public import Foundation

/// A local account with what deciding about it takes: the user, the password column and where the account comes from.
public struct AccountRecord: Sendable, Hashable {
    /// The user.
    public var user: User
    /// The password column.
    public var password: EncodedPassword
    /// The tie to an external account; `nil` for a local one.
    public var link: ExternalLink?
    /// Set where a source deactivated the account; `nil` where it is active or somebody deactivated it here.
    public var deactivation: Deactivation?
    /// Whether an administrator marked it so that its local password counts although it is linked.
    public var isBreakGlass: Bool
    /// When the person last logged in.
    public var lastLogin: Date?
    /// When the account was made.
    public var dateJoined: Date

    /// A record.
    public init(
        user: User, password: EncodedPassword, link: ExternalLink? = nil, deactivation: Deactivation? = nil,
        isBreakGlass: Bool = false,
        lastLogin: Date? = nil, dateJoined: Date
    ) {
        self.user = user
        self.password = password
        self.link = link
        self.deactivation = deactivation
        self.isBreakGlass = isBreakGlass
        self.lastLogin = lastLogin
        self.dateJoined = dateJoined
    }

    /// Who may let this account in.
    public var owner: AccountOwner {
        AccountOwner(link: link, hasUsablePassword: password.isUsable, isBreakGlass: isBreakGlass)
    }
}

/// Who decides whether the credentials for an account are right. Only the owner is ever asked.
public enum AccountOwner: Sendable, Hashable {
    /// The local backend: the account has a usable password, and no link or the break-glass mark.
    case local
    /// The backend of that name: the account is linked to it. A usable password that merely stands in the column changes nothing.
    case external(source: String)
    /// Nobody yet: no link and no usable password. Such accounts were brought along from elsewhere; a backend whose policy adopts
    /// them becomes the owner.
    case nobody

    /// The owner that follows from what is known about an account. This is the only place that decides it.
    ///
    /// A break-glass account with a usable password belongs to the local backend alone: since only the owner is asked, its password in the
    /// directory lets nobody in. Without a usable password the mark means nothing.
    init(link: ExternalLink?, hasUsablePassword: Bool, isBreakGlass: Bool) {
        if let link, !(isBreakGlass && hasUsablePassword) {
            self = .external(source: link.source)
        } else {
            self = hasUsablePassword ? .local : .nobody
        }
    }
}

/// What a name stands for locally.
public enum NameResolution: Sendable, Hashable {
    /// No local account goes by it.
    case none
    /// Exactly one does.
    case account(AccountRecord)
    /// Several do (twins that differ in case or Unicode form only), and none is spelled exactly so.
    case ambiguous([String])
}
