/// How an external account may change the local store.
public struct MirrorPolicy: Sendable, Hashable {
    /// Whether an account that nobody owns may become the external account of the same name.
    public enum Adoption: String, Sendable, Hashable, CaseIterable {
        /// Never; the name is a collision.
        case never
        /// Accounts with an unusable password that are neither staff nor superuser. For sites that bring accounts along.
        case unusable
    }

    /// What happens to somebody who has no local account.
    public enum NewUsers: String, Sendable, Hashable, CaseIterable {
        /// One is created.
        case create
        /// They are refused with ``DenialReason/newUsersNotAllowed``.
        case refuse
        /// One is created that is not active: they are refused with ``DenialReason/pendingApproval`` until an administrator activates it. It
        /// follows the source meanwhile.
        case pending
    }

    /// Which external groups become local groups.
    public enum GroupMirroring: Sendable, Hashable {
        /// None; memberships that mirroring gave earlier are taken back.
        case none
        /// All.
        case all
        /// Those named; case and Unicode form do not matter.
        case only(Set<String>)
        /// All but those named; case and Unicode form do not matter.
        case except(Set<String>)

        /// Whether a group of this name is mirrored.
        public func includes(_ name: String) -> Bool {
            switch self {
            case .none: false
            case .all: true
            case .only(let names): Self.holds(names, name)
            case .except(let names): !Self.holds(names, name)
            }
        }

        private static func holds(_ names: Set<String>, _ name: String) -> Bool {
            if names.contains(name) { return true }
            let folded = LoginName.fold(name)
            return names.contains { LoginName.fold($0) == folded }
        }
    }

    /// How an external group finds the local one that stands for it.
    public enum GroupTie: Sendable, Hashable {
        /// By its id, which is kept with the local group. A local group that is tied to nothing is never taken over for its name.
        case identity
        /// By its name alone, for sources whose groups have no other identity. Any local group of exactly that name stands for it, so
        /// whoever names groups in the source decides who gets what those groups may do here. Where there is none, nobody is put
        /// anywhere, or with `creates` one is made that is tied to nothing.
        case name(creates: Bool)
    }

    /// Default: ``Adoption/never``.
    public var adopt: Adoption
    /// Default: ``NewUsers/create``.
    public var newUsers: NewUsers
    /// Default: ``GroupMirroring/none``.
    public var groups: GroupMirroring
    /// Default: ``GroupTie/identity``.
    public var groupTie: GroupTie

    /// A policy; the defaults mirror people and no groups.
    public init(
        adopt: Adoption = .never, newUsers: NewUsers = .create, groups: GroupMirroring = .none,
        groupTie: GroupTie = .identity
    ) {
        self.adopt = adopt
        self.newUsers = newUsers
        self.groups = groups
        self.groupTie = groupTie
    }
}
