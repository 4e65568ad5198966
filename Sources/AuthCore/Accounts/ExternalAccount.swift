import Foundation

/// A person as another system describes them at this moment: the one form in which directory entries, proxy headers and claims arrive.
public struct ExternalAccount: Sendable, Hashable {
    /// Who describes the person, who they are there and under which DN.
    public var link: ExternalLink

    /// The name the person should have locally: the directory's own spelling, never what was typed.
    public var username: String

    /// The fields the source is responsible for. A field that is not here is left alone; an empty value clears it.
    public var fields: [UserField: String]

    /// The flags the source is responsible for: staff and superuser. One that is not here is left alone. Whether the account is active
    /// follows from ``barred``.
    public var flags: [UserFlag: Bool]

    /// Profile attributes the source is responsible for, by key, each value in the canonical text of its type. `nil` clears one.
    public var profile: [String: String?]

    /// The groups the person is in, nested ones included.
    public var groups: [ExternalGroup]

    /// Whether ``groups`` is provably all of them. Memberships are only taken away when it is.
    public var groupsAreComplete: Bool

    /// Names of local groups in which the source has no say: whom it had put there stays there.
    public var groupsLeftAlone: Set<String> = []

    /// Permissions that rules give the person, each with the rule in words.
    public var grants: [Permission: String]

    /// Permissions of which it cannot be told whether rules give them: not given, and not taken back.
    public var undecidedGrants: Set<Permission> = []

    /// Why no account may be made for the person: something that is required of new accounts is missing. Whoever has an account is not kept
    /// out by it. `nil` if nothing stands against it.
    public var creationObstacle: String? = nil

    /// Why the source says that the person must not come in; `nil` if they may.
    public var barred: DenialReason?

    /// Ids that the source says no longer go by ``username``. Only they can be made to give the name up.
    public var releasedIDs: Set<String>

    /// An external account.
    public init(
        link: ExternalLink, username: String, fields: [UserField: String] = [:], profile: [String: String?] = [:],
        groups: [ExternalGroup] = [], groupsAreComplete: Bool = true, grants: [Permission: String] = [:],
        flags: [UserFlag: Bool] = [:], barred: DenialReason? = nil, releasedIDs: Set<String> = []
    ) {
        self.link = link
        self.username = username
        self.fields = fields
        self.profile = profile
        self.groups = groups
        self.groupsAreComplete = groupsAreComplete
        self.grants = grants
        self.flags = flags
        self.barred = barred
        self.releasedIDs = releasedIDs
    }
}

/// A group in another system, and how the person came to be in it.
public struct ExternalGroup: Sendable, Hashable {
    /// The identity that never changes, as in ``ExternalLink/id``.
    public var id: String
    /// The group's name there, canonically composed, so that two forms of one name are one name in every table and dictionary.
    public let name: String
    /// The name that its mirror is to have here, canonically composed. Default: its own.
    public let localName: String
    /// Its distinguished name, if it has one.
    public var dn: String?
    /// How the membership was reached.
    public var path: MembershipPath

    /// An external group.
    public init(
        id: String, name: String, dn: String? = nil, path: MembershipPath = .direct, localName: String? = nil
    ) {
        self.id = id
        self.name = Self.composed(name)
        self.localName = localName.map(Self.composed) ?? self.name
        self.dn = dn
        self.path = path
    }

    private static func composed(_ name: String) -> String {
        name.utf8.allSatisfy { $0 < 0x80 } ? name : name.precomposedStringWithCanonicalMapping
    }
}

/// How a person came to be in a group.
public enum MembershipPath: Sendable, Hashable, CustomStringConvertible {
    /// Named in the group itself.
    case direct
    /// Through the named groups, from the person's own group upwards; without names, through groups that were not told apart.
    case nested([String])
    /// By what the person's own entry says of its primary group, such as `gidNumber` or `primaryGroupID`; the group does not name the person.
    case primary
    /// Listed by the directory among all that the person is in, which does not say how.
    case listed

    public var description: String {
        switch self {
        case .direct: "direct"
        case .nested([]): "through other groups"
        case .nested(let names): "through " + names.joined(separator: ", ")
        case .primary: "primary group"
        case .listed: "listed by the directory"
        }
    }
}

extension ExternalAccount {
    /// The most characters a username has (Django's `auth_user.username`).
    public static let maximumUsernameLength = 150

    /// The most octets that the profile keeps of one value.
    public static let maximumProfileSize = 1024 * 1024

    /// Why the username cannot be anybody's here, with the remedy; `nil` for a usable one.
    public var usernameProblem: String? {
        if let problem = LoginName(username).problem {
            return
                "'\(link.source)' gives a username that cannot be used (\(problem.rawValue)); look at attributes: username."
        }
        if username.unicodeScalars.count > Self.maximumUsernameLength {
            return
                "'\(link.source)' gives a username of \(username.unicodeScalars.count) characters; at most \(Self.maximumUsernameLength) fit."
        }
        return nil
    }
}
