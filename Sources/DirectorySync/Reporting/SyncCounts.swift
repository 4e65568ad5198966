import AuthCore

/// What a plan comes to, counted.
public struct SyncCounts: Sendable, Hashable {
    /// New accounts.
    public var created = 0
    /// Accounts that nobody owned and that become somebody's of the same name.
    public var adopted = 0
    /// Accounts whose fields, profile or DN change.
    public var updated = 0
    /// Accounts that get another username.
    public var renamed = 0
    /// Accounts that give up the name that they no longer have in the directory, before they get another or since they are gone.
    public var renamedAside = 0
    /// Accounts that are deactivated.
    public var deactivated = 0
    /// Accounts that are activated again.
    public var reactivated = 0
    /// New groups.
    public var groupsCreated = 0
    /// Groups that get another name.
    public var groupsRenamed = 0
    /// Memberships that are given.
    public var membershipsAdded = 0
    /// Memberships that are taken away.
    public var membershipsRemoved = 0
    /// Staff and superuser flags that change.
    public var flagsChanged = 0
    /// Permissions that rules give.
    public var permissionsGranted = 0
    /// Permissions that rules no longer give.
    public var permissionsRevoked = 0
    /// People whose account is as it should be.
    public var unchanged = 0
    /// People who must not come in, or for whom no account is created, and who have none.
    public var excluded = 0
    /// Entries that could not be taken over, or not in full.
    public var quarantined = 0
    /// What would have been taken away, had the answers of the directory been complete.
    public var withheld = 0

    /// Nothing.
    public init() {}

    /// Counts the changes of one account or group.
    mutating func add(_ changes: [AccountChange]) {
        var isUpdate = false
        for change in changes {
            switch change {
            case .create: created += 1
            case .rename: renamed += 1
            case .renameAside: renamedAside += 1
            case .deactivate: deactivated += 1
            case .reactivate: reactivated += 1
            case .createGroup: groupsCreated += 1
            case .renameGroup: groupsRenamed += 1
            case .addMembership: membershipsAdded += 1
            case .removeMembership: membershipsRemoved += 1
            case .setFlag: flagsChanged += 1
            case .grant: permissionsGranted += 1
            case .revoke: permissionsRevoked += 1
            case .setField, .setProfile, .moveLink: isUpdate = true
            default: break
            }
        }
        let isNew = changes.contains { if case .create = $0 { true } else { false } }
        if isUpdate && !isNew { updated += 1 }
        if !isNew && changes.contains(where: { if case .link = $0 { true } else { false } }) { adopted += 1 }
    }

    /// The counts by name, in the order in which they are shown: the names of the JSON document and of the run's record.
    public var named: [(name: String, count: Int)] {
        [
            ("create", created), ("adopt", adopted), ("update", updated), ("rename", renamed),
            ("rename_aside", renamedAside),
            ("deactivate", deactivated),
            ("reactivate", reactivated), ("group_create", groupsCreated), ("group_rename", groupsRenamed),
            ("membership_add", membershipsAdded), ("membership_remove", membershipsRemoved),
            ("flag_change", flagsChanged), ("permission_grant", permissionsGranted),
            ("permission_revoke", permissionsRevoked), ("unchanged", unchanged), ("excluded", excluded),
            ("quarantined", quarantined), ("withheld", withheld),
        ]
    }
}
