public import AuthCore
public import LDAPClient

/// How one directory describes its people, and what follows from it here. How it is reached is the client's configuration.
public struct LDAPBackendConfiguration: Sendable {
    /// The backend's name: what accounts it owns are recorded under.
    public var name: String
    /// Where people are and how one is found.
    public var users: UserSearch
    /// Which attributes become which fields.
    public var attributes: AttributeMap
    /// Who must come in; `nil` lets everybody come in whom the directory knows.
    public var require: Rule?
    /// Who must not come in.
    public var deny: Rule?
    /// Where groups are; `nil` reads none.
    public var groups: GroupSearch?
    /// How the local mirrors of groups are called.
    public var groupNaming: GroupNaming
    /// Which rules give which permissions.
    public var permissions: [PermissionRule]
    /// Which rules decide who is staff and who is superuser; a flag that is not here is left alone. Whom the rule for
    /// ``UserFlag/isActive`` does not hold for must not come in, as if the directory had disabled the account.
    public var flags: [UserFlag: Rule]
    /// Which of the directory's records decide whether a person may log in.
    public var accountState: AccountStatePolicy
    /// What the directory may change here.
    public var mirrorPolicy: MirrorPolicy
    /// As whom a person's entry and groups are read at a login. Syncs and look-ups without a password read as the service account.
    public var readsAs: Reader
    /// What its outage means for names without an owner.
    public var onOutage: OutagePolicy
    /// How people are kept from being locked out.
    public var attempts: AttemptSettings

    /// A configuration.
    public init(
        name: String, users: UserSearch, attributes: AttributeMap = AttributeMap(), require: Rule? = nil,
        deny: Rule? = nil, groups: GroupSearch? = nil, groupNaming: GroupNaming = GroupNaming(),
        permissions: [PermissionRule] = [],
        flags: [UserFlag: Rule] = [:], accountState: AccountStatePolicy = AccountStatePolicy(),
        mirrorPolicy: MirrorPolicy = MirrorPolicy(), readsAs: Reader = .serviceAccount,
        onOutage: OutagePolicy = .next, attempts: AttemptSettings = AttemptSettings()
    ) {
        self.name = name
        self.users = users
        self.attributes = attributes
        self.require = require
        self.deny = deny
        self.groups = groups
        self.groupNaming = groupNaming
        self.permissions = permissions
        self.flags = flags
        self.accountState = accountState
        self.mirrorPolicy = mirrorPolicy
        self.readsAs = readsAs
        self.onOutage = onOutage
        self.attempts = attempts
    }

    /// Whose rights count for what is read.
    public enum Reader: String, Sendable, Hashable, CaseIterable {
        /// The service account's; nobody's where there is none.
        case serviceAccount = "service_account"
        /// The person's own, after their bind and on its connection. What a person may not read of themselves then is not there: no wider
        /// rights are needed, and every person's groups have to be readable by that person. Groups that rules name are looked up at each login.
        case person
    }

    /// All rules there are.
    var rules: [Rule] {
        [require, deny].compactMap { $0 } + permissions.map(\.rule)
            + flags.sorted { $0.key.rawValue < $1.key.rawValue }.map(\.value)
    }
}

/// How a person's entry is found by the name they log in with.
public struct UserSearch: Sendable {
    /// Where and by what.
    public enum Method: Sendable {
        /// By a search that must find exactly one entry below all bases together, of which none is below another. The filter's `{username}`
        /// stands for the name, without what names the ``LoginRealm``, and `{login}` for the name as it was typed; neither can change the
        /// filter's structure.
        case search(bases: [DistinguishedName], filter: FilterTemplate)
        /// By putting the name into a DN. Nothing is searched before the bind, so the bind is the look-up.
        case template(DNTemplate)

        /// By a search below one base.
        public static func search(base: DistinguishedName, filter: FilterTemplate) -> Method {
            .search(bases: [base], filter: filter)
        }
    }

    /// The method.
    public var method: Method
    /// The attribute that identifies an entry for ever. Default: `entryUUID` (RFC 4530).
    public var idAttribute: String
    /// Under what name people bind; `nil` for the DN of the entry that was found. With one, the bind goes first and the search after it, and
    /// whom the search finds must be who has bound, in the directory's own words. Not with a DN template.
    public var bindName: BindName?
    /// By what people say that they mean this directory; `nil` takes every name as it is.
    public var realm: LoginRealm?

    /// A user search.
    public init(
        _ method: Method, idAttribute: String = "entryUUID", bindName: BindName? = nil, realm: LoginRealm? = nil
    ) {
        self.method = method
        self.idAttribute = idAttribute
        self.bindName = bindName
        self.realm = realm
    }
}

/// Gives permissions to whom a rule speaks of.
public struct PermissionRule: Sendable, Hashable {
    /// Who.
    public var rule: Rule
    /// What.
    public var grant: [Permission]

    /// A rule.
    public init(rule: Rule, grant: [Permission]) {
        self.rule = rule
        self.grant = grant
    }
}
