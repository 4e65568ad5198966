extension AccountChange {
    /// The change's name in the audit trail.
    public var auditEvent: String {
        switch self {
        case .create: "user.create"
        case .link: "user.link"
        case .unlink: "user.unlink"
        case .setBreakGlass: "user.break-glass"
        case .moveLink: "user.move"
        case .rename: "user.rename"
        case .renameAside: "user.rename-aside"
        case .setField: "user.field"
        case .setFlag: "user.flag"
        case .deactivate: "user.deactivate"
        case .reactivate: "user.reactivate"
        case .setProfile: "user.profile"
        case .setPassword: "user.password"
        case .createGroup: "group.create"
        case .renameGroup: "group.rename"
        case .moveGroupLink: "group.move"
        case .addMembership: "membership.add"
        case .removeMembership: "membership.remove"
        case .grant: "permission.grant"
        case .revoke: "permission.revoke"
        case .grantToGroup: "group.grant"
        case .revokeFromGroup: "group.revoke"
        case .registerPermission: "permission.register"
        }
    }

    /// What changed, as keys and values: for the audit trail and for people. Never a password or a hash.
    public var auditDetails: [String: String] {
        var details: [String: String] = [:]
        switch self {
        case .create(let account):
            details["username"] = account.username
            details["password"] = account.password.isUsable ? "usable" : "unusable"
            for (field, value) in account.fields where !value.isEmpty { details[field.rawValue] = value }
            if account.isStaff { details["is_staff"] = "true" }
            if account.isSuperuser { details["is_superuser"] = "true" }
            if let deactivation = account.deactivation {
                details["is_active"] = "false"
                details["reason"] = deactivation.reason.rawValue
            }
        case .link(let link), .unlink(let link):
            details["source"] = link.source
            details["external_id"] = link.id
            details["dn"] = link.dn
        case .setBreakGlass(let isMarked):
            details["break_glass"] = String(isMarked)
        case .moveLink(let from, let to), .moveGroupLink(_, let from, let to):
            details["from"] = from
            details["to"] = to
        case .rename(let from, let to), .renameAside(_, let from, let to), .renameGroup(_, let from, let to):
            details["from"] = from
            details["to"] = to
        case .setField(let field, let from, let to):
            details["field"] = field.rawValue
            details["from"] = from
            details["to"] = to
        case .setFlag(let flag, let from, let to):
            details["flag"] = flag.rawValue
            details["from"] = String(from)
            details["to"] = String(to)
        case .deactivate(let deactivation):
            details["source"] = deactivation.source
            details["reason"] = deactivation.reason.rawValue
        case .reactivate(let source):
            details["source"] = source
        case .setProfile(let key, let from, let to):
            details["key"] = key
            details["from"] = from.map(Self.brief)
            details["to"] = to.map(Self.brief)
        case .setPassword(let password, _):
            details["password"] = password.isUsable ? "usable" : "unusable"
        case .createGroup(let name, let link):
            details["group"] = name
            details["source"] = link?.source
            details["external_id"] = link?.id
            details["dn"] = link?.dn
        case .addMembership(let group, let origin):
            details["group"] = group
            details["source"] = origin
        case .removeMembership(let group, let origin):
            details["group_id"] = group.description
            details["source"] = origin
        case .grant(let permission, let origin, let rule):
            details["permission"] = permission.description
            details["source"] = origin
            details["rule"] = rule
        case .revoke(let permission, let origin):
            details["permission"] = permission.description
            details["source"] = origin
        case .grantToGroup(let permission, let group), .revokeFromGroup(let permission, let group):
            details["permission"] = permission.description
            details["group"] = group
        case .registerPermission(let permission):
            details["permission"] = permission.permission.description
            details["name"] = permission.name
            if permission.model != permission.permission.model { details["model"] = permission.model }
        }
        return details
    }

    /// A profile value for people. The audit trail keeps no photos: of a long value it has the beginning, the length and a checksum
    /// (FNV-1a of 64 bits, RFC draft-eastlake-fnv), which tell two values apart that begin alike.
    private static func brief(_ value: String) -> String {
        let octets = value.utf8
        if octets.count <= 1024 { return value }
        let checksum = octets.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return "\(PlanLimits.cut(value, to: 64))… (\(octets.count) bytes, checksum \(String(checksum, radix: 16)))"
    }
}
