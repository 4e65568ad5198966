public import AuthCore
public import Foundation

/// What becomes of the people a portal names.
public struct RemoteUserConfiguration: Sendable {
    /// What the portal's groups are here.
    public enum Groups: Sendable, Hashable {
        /// Nothing. Memberships that the portal gave earlier are taken back.
        case none
        /// The local groups of exactly the same names, as far as there are any. Whoever names groups in the portal decides so who gets their
        /// permissions: exclude those that must be given here.
        case existing
        /// As ``existing``, and those that there are not are created. They have no permissions at first.
        case created
    }

    /// What the person's full name becomes.
    public enum NameParts: Sendable, Hashable {
        /// First and last name: `Ann Mary Lee` and `Lee, Ann Mary` are `Ann Mary` and `Lee`. One word is a last name.
        case split
        /// The last name, all of it, as Authelia's guide for Django has it. The first name is left alone.
        case lastName
    }

    /// Whether people without an account get one. Default: they do (Django's `create_unknown_user`).
    public var newUsers: MirrorPolicy.NewUsers
    /// Whether an account that nobody owns becomes that of the person of its name. Default: never.
    public var adopt: MirrorPolicy.Adoption
    /// What the portal's groups are here. Default: ``Groups/existing``.
    public var groups: Groups
    /// Names of groups in which the portal has no say: nobody is put there, and nobody taken out. Default: none.
    public var excludedGroups: Set<String>
    /// What the person's full name becomes. Default: ``NameParts/split``.
    public var nameParts: NameParts
    /// Who is staff, by the names of the portal's groups; decided at each login for which the portal names groups. `nil`, the default: the
    /// portal has no say in it.
    public var staff: Rule?
    /// Makes a local name of the portal's, as by cutting off a domain (Django's `clean_username`); `nil` where it is nobody's. Two people of
    /// the portal must never get one name. It must be quick, and pure.
    public var cleanUsername: @Sendable (String) -> String?
    /// Makes a local group's name of the portal's; `nil` for groups that are of no interest.
    public var cleanGroupName: @Sendable (String) -> String?
    /// Whether somebody stays logged in on pages for which the proxy says nothing (Django's `PersistentRemoteUserMiddleware`). Default: `false`.
    public var isPersistent: Bool
    /// Where the portal ends its own session: without that, whoever logs out here comes in again with the next request. `nil`, the default:
    /// there is no such page.
    public var logoutAddress: URL?

    /// A configuration; everything is optional.
    public init(
        newUsers: MirrorPolicy.NewUsers = .create, adopt: MirrorPolicy.Adoption = .never, groups: Groups = .existing,
        excludedGroups: Set<String> = [], nameParts: NameParts = .split, staff: Rule? = nil,
        cleanUsername: @escaping @Sendable (String) -> String? = { $0 },
        cleanGroupName: @escaping @Sendable (String) -> String? = { $0 },
        isPersistent: Bool = false, logoutAddress: URL? = nil
    ) {
        self.newUsers = newUsers
        self.adopt = adopt
        self.groups = groups
        self.excludedGroups = excludedGroups
        self.nameParts = nameParts
        self.staff = staff
        self.cleanUsername = cleanUsername
        self.cleanGroupName = cleanGroupName
        self.isPersistent = isPersistent
        self.logoutAddress = logoutAddress
    }

    /// What the reconciler may do.
    var mirrorPolicy: MirrorPolicy {
        let mirrored: MirrorPolicy.GroupMirroring =
            groups == .none ? .none : excludedGroups.isEmpty ? .all : .except(excludedGroups)
        return MirrorPolicy(
            adopt: adopt, newUsers: newUsers, groups: mirrored, groupTie: .name(creates: groups == .created))
    }

    func requireSense() throws(RemoteUserConfigurationError) {
        for leaf in staff?.leaves ?? [] {
            if case .name = leaf { continue }
            throw RemoteUserConfigurationError(
                .staffRule,
                "\(leaf) cannot decide who is staff: headers tell the names of groups only, and a pattern would trust groups that are not made yet; name each group."
            )
        }
        if let address = logoutAddress {
            guard ["https", "http"].contains(address.scheme?.lowercased()), address.host?.isEmpty == false else {
                throw RemoteUserConfigurationError(
                    .logoutAddress,
                    "'\(address)' is not the address of a web page; write it with https:// and the host.")
            }
        }
    }
}
