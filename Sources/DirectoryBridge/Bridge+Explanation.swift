public import AuthCore
import LDAPBackend

/// Whether somebody may do something, and why, down to the groups of the directory.
public struct PermissionExplanation: Sendable {
    /// One ground of the decision.
    public struct Ground: Sendable {
        /// The ground, as it was decided on.
        public var ground: PermissionDecision.Ground
        /// The DN of the group that the ground names, as it was last seen; `nil` without one.
        public var groupDN: String?
        /// What the directory that gave it says now; `nil` for what no directory gave.
        public var directory: DirectoryWord?
    }

    /// What a directory says now about something it gave. The decision does not depend on it.
    public enum DirectoryWord: Sendable {
        /// It still gives it. The groups that it comes from, each with how it is reached; none where a rule looks at no group.
        case confirmed([ExternalGroup])
        /// It no longer lists the person in the group, or the rule no longer holds.
        case withdrawn
        /// The configuration no longer has the rule.
        case ruleGone
        /// It no longer has the person.
        case personGone
        /// It could not be asked, or not all could be read; why, in a sentence.
        case unavailable(String)
    }

    /// The decision. Only what is stored here counts for it.
    public var isGranted: Bool
    /// Why: all grounds for the decision that was made.
    public var grounds: [Ground]
}

extension Bridge {
    /// How long a directory may take to say how somebody is in a group.
    private static var explanationLimit: Duration { .seconds(3) }

    /// Decides whether somebody may, and explains it. What a directory gave, it is asked about: how the person is in the group now.
    ///
    /// - Parameters:
    ///   - permission: The permission.
    ///   - record: The account.
    /// - Throws: What the store throws. A directory that cannot be asked is part of the explanation.
    public func explain(_ permission: Permission, for record: AccountRecord) async throws -> PermissionExplanation {
        let decision = try await permissions.decide(permission, for: record.user)
        let groups = Dictionary(
            try await store.groups(of: record.user.id).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var explanation = PermissionExplanation(isGranted: decision.isGranted, grounds: [])
        // Asked once, and only if something depends on it.
        var asked: DirectoryAnswer?
        for ground in decision.grounds {
            var explained = PermissionExplanation.Ground(ground: ground)
            if case .granted(_, let origin) = ground {
                if case .group(let name, _) = origin { explained.groupDN = groups[name]?.link?.dn }
                if let link = record.link, origin.source == link.source {
                    let answer = if let asked { asked } else { await ask(link) }
                    asked = answer
                    explained.directory = answer.word(on: origin, groups)
                }
            }
            explanation.grounds.append(explained)
        }
        return explanation
    }

    private func ask(_ link: ExternalLink) async -> DirectoryAnswer {
        guard let directory = directories.first(where: { $0.name == link.source }) else {
            return .outage("It is not configured any more.")
        }
        do {
            let context = AuthenticationContext(deadline: .now + Self.explanationLimit)
            return try await directory.memberships(of: link, context).map { .memberships($0) } ?? .personGone
        } catch {
            return .outage("\(error)")
        }
    }
}

/// What asking a directory about somebody came to.
private enum DirectoryAnswer {
    case memberships(DirectoryMemberships)
    case personGone
    case outage(String)

    /// What it means for something that the directory gave.
    /// - Parameter groups: The account's groups, by name.
    func word(on origin: PermissionOrigin, _ groups: [String: Group]) -> PermissionExplanation.DirectoryWord {
        let memberships: DirectoryMemberships
        switch self {
        case .personGone: return .personGone
        case .outage(let message): return .unavailable(message)
        case .memberships(let found): memberships = found
        }
        switch origin {
        case .group(let name, _):
            if let group = memberships.groups.first(where: { $0.id == groups[name]?.link?.id }) {
                return .confirmed([group])
            }
            return memberships.groupsAreComplete
                ? .withdrawn : .unavailable("Not all groups of the person could be read.")
        case .direct(_, let rule):
            guard let rule, let truth = memberships.holds(rule: rule) else { return .ruleGone }
            return switch truth {
            case .yes: .confirmed(memberships.groups(behindRule: rule))
            case .no: .withdrawn
            case .unknown: .unavailable("It cannot be decided whether the rule holds.")
            }
        }
    }
}

extension PermissionOrigin {
    /// The source that gave it; `nil` for what was given here.
    public var source: String? {
        switch self {
        case .direct(let source, _), .group(_, let source): source
        }
    }
}
