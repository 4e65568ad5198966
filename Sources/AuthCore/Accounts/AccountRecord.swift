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
    /// When the person last logged in.
    public var lastLogin: Date?
    /// When the account was made.
    public var dateJoined: Date

    /// A record.
    public init(
        user: User, password: EncodedPassword, link: ExternalLink? = nil, deactivation: Deactivation? = nil,
        lastLogin: Date? = nil, dateJoined: Date
    ) {
        self.user = user
        self.password = password
        self.link = link
        self.deactivation = deactivation
        self.lastLogin = lastLogin
        self.dateJoined = dateJoined
    }

    /// Who may let this account in.
    public var owner: AccountOwner {
        if let link { return .external(source: link.source) }
        return password.isUsable ? .local : .nobody
    }
}

/// Who decides whether the credentials for an account are right. Only the owner is ever asked.
public enum AccountOwner: Sendable, Hashable {
    /// The local backend: the account has a usable password and no link.
    case local
    /// The backend of that name: the account is linked to it.
    case external(source: String)
    /// Nobody yet: no link and no usable password. Such accounts were brought along from elsewhere; a backend whose policy adopts
    /// them becomes the owner.
    case nobody
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
