/// What an application knows about people beside what a backend says: it adds attributes and groups before they are mirrored, or keeps
/// somebody out.
///
/// ```swift
/// let vip = ExternalGroup(id: "shop:vip", name: "VIP customers")
/// let hook = MirrorHook(groups: [vip]) { person in
///     if blocked.contains(person.link.id) { person.refuse("The shop has blocked this customer.") }
///     person.profile["shop_tier"] = tiers[person.link.id]
///     if vips.contains(person.link.id) { person.groups.append(vip) }
/// }
/// ```
///
/// It runs after the rules of the configuration have let the person in, and before the person is compared with the local account: at each
/// login, at each bind test, and for each person of a sync, also more than once and inside a transaction. Whatever a login adds is so what a
/// sync finds right. So it must be quick, must not wait for anything (load what it needs beforehand), must change nothing itself, and must
/// give the same answer for the same person until what it knows changes.
///
/// Where it throws, nobody can tell what should be mirrored: a login ends as ``AuthenticationOutcome/unavailable(_:)`` with
/// ``OutageReason/hookFailed`` or the reason of the ``AuthenticationOutage`` it throws, nobody else is shown the password, and a sync leaves
/// that person as they are. (Django's analogue is the signal `populate_user` of django-auth-ldap, which a sync there has no part in.)
public struct MirrorHook: Sendable {
    /// The groups that it may put people into, beside those the backend knows.
    public let groups: [ExternalGroup]

    private let body: @Sendable (inout MirroredPerson) throws -> Void

    /// A hook.
    /// - Parameters:
    ///   - groups: The groups that it may put people into. Each needs an id that no group of the backend has, and that stays. A sync makes
    ///     mirrors of all of them, if the mirror policy names them. Default: none.
    ///   - body: Adds, removes or refuses.
    public init(groups: [ExternalGroup] = [], _ body: @escaping @Sendable (inout MirroredPerson) throws -> Void) {
        self.groups = groups
        self.body = body
    }

    /// What is mirrored of an account, and why it is not, where the application keeps the person out. Logins and syncs decide by this.
    ///
    /// Whom the backend itself keeps out is not shown to the application, so that it cannot let anybody in.
    /// - Throws: ``AuthenticationOutage`` where the application cannot tell.
    package func applied(
        to account: ExternalAccount
    ) throws(AuthenticationOutage) -> (account: ExternalAccount, refusal: Refusal?) {
        if account.barred != nil { return (account, nil) }
        var person = MirroredPerson(account)
        do {
            try body(&person)
        } catch let outage as AuthenticationOutage {
            throw outage
        } catch {
            throw failed("The application's hook failed for '\(account.username)': \(error)", error)
        }
        if let stranger = person.groups.first(where: { !account.groups.contains($0) && !groups.contains($0) }) {
            throw failed(
                "The application's hook put '\(account.username)' into the group '\(stranger.name)', which it does not declare; name it in MirrorHook(groups:)."
            )
        }
        var result = account
        result.fields = person.fields
        result.profile = person.profile
        result.groups = person.groups
        result.barred = person.refusal?.reason
        return (result, person.refusal.map { Refusal(.denied($0.reason), $0.explanation) })
    }

    private func failed(_ message: String, _ error: (any Error)? = nil) -> AuthenticationOutage {
        AuthenticationOutage(.hookFailed, message, underlying: error)
    }
}

/// A person whom a ``MirrorHook`` may change before they are mirrored. Who they are, what flags they have and what rules give them is not
/// for it to change.
public struct MirroredPerson: Sendable {
    /// Who they are in their source.
    public let link: ExternalLink
    /// The name they should have locally.
    public let username: String
    /// The fields, as in ``ExternalAccount/fields``.
    public var fields: [UserField: String]
    /// The profile attributes, as in ``ExternalAccount/profile``: one that is set is written, one that is set to `.some(nil)` is cleared, one
    /// that is taken out is left alone. What the hook only needs to know can be mapped into the profile and taken out again.
    public var profile: [String: String?]
    /// The groups that are mirrored, as in ``ExternalAccount/groups``. Those of ``MirrorHook/groups`` can be added, any can be taken out. The
    /// rules have been decided on the backend's own.
    public var groups: [ExternalGroup]
    /// Whether the backend's groups are provably all of them.
    public let groupsAreComplete: Bool
    /// The flags that rules decide.
    public let flags: [UserFlag: Bool]

    var refusal: (reason: DenialReason, explanation: String)?

    init(_ account: ExternalAccount) {
        link = account.link
        username = account.username
        fields = account.fields
        profile = account.profile
        groups = account.groups
        groupsAreComplete = account.groupsAreComplete
        flags = account.flags
    }

    /// Keeps the person out: a login is denied and changes nothing; a sync makes no account, and deactivates the one there is.
    /// - Parameters:
    ///   - explanation: Why, in a sentence for administrators. Strangers do not see it.
    ///   - reason: The reason, from the closed vocabulary. Default: ``DenialReason/refusedByApplication``.
    public mutating func refuse(_ explanation: String, as reason: DenialReason = .refusedByApplication) {
        refusal = (reason, explanation)
    }
}
