/// Compares a person as another system describes them with what is known locally, and says what has to change.
///
/// Pure: no clock, no I/O, the same arguments give the same answer. A login applies the answer for one account, a sync for all of them,
/// a dry run prints it. There is no other place that decides what mirroring does.
///
/// - Parameters:
///   - external: The person as the source describes them now.
///   - local: What the store knows that bears on them.
///   - policy: What the source may do here.
/// - Returns: The changes in the order in which they must be applied, or the refusal.
public func reconcile(
    _ external: ExternalAccount, with local: LocalState, under policy: MirrorPolicy
) -> Reconciliation {
    if let reason = external.barred { return bar(external, local, reason) }
    var pass = ReconciliationPass(external: external, local: local, policy: policy)
    if let refusal = pass.settleIdentity() { return .refused(refusal) }
    pass.settleFields()
    pass.settleFlags()
    pass.settleProfile()
    pass.settleGroups()
    pass.settleGrants()
    if pass.account?.owner == .local { pass.keepBreakGlass() }
    return .changes(pass.changes, warnings: pass.warnings)
}

/// Somebody who must not come in gets no account, and loses what the source gave to the one there is.
private func bar(_ external: ExternalAccount, _ local: LocalState, _ reason: DenialReason) -> Reconciliation {
    guard let account = local.linked else {
        return .refused(
            Refusal(.denied(reason), "'\(external.username)' must not come in, says '\(external.link.source)'."))
    }
    let flags = Set(external.flags.keys)
    return .changes(
        withdraw(account, from: external.link.source, because: .denied(reason), flags: flags),
        warnings: account.owner == .local ? [keepsAccess(account, external.link.source, .denied(reason))] : [])
}

/// What somebody should know about a break-glass account whose person has no place in the source.
public func keepsAccess(_ account: LocalAccount, _ source: String, _ reason: DeactivationReason) -> String {
    "'\(account.user.username)' is a break-glass account and stays active, although '\(source)' says \(reason.rawValue); "
        + "to end that: dirbridge user break-glass --off \(account.user.username)"
}

/// What an administrator should do about an account that waits.
func waitsForApproval(_ username: String) -> String {
    "The account '\(username)' waits for approval; to approve it: dirbridge user activate \(username)"
}

/// The working state of one call of ``reconcile(_:with:under:)``.
struct ReconciliationPass {
    let external: ExternalAccount
    let local: LocalState
    let policy: MirrorPolicy
    /// The account that the external one is or becomes; `nil` when one is created.
    var account: LocalAccount?
    var changes: [AccountChange] = []
    var warnings: [String] = []

    init(external: ExternalAccount, local: LocalState, policy: MirrorPolicy) {
        self.external = external
        self.local = local
        self.policy = policy
    }

    /// The source whose word this is.
    var source: String { external.link.source }

    /// The values of the mapped fields that a new account gets. One that does not fit its column is left out, with a warning: a truncated
    /// value would be a wrong one.
    mutating func fieldsOfNewAccount() -> [UserField: String] {
        var values: [UserField: String] = [:]
        for field in UserField.allCases {
            guard let value = external.fields[field] else { continue }
            if let problem = Self.problem(of: value, in: field) {
                warnings.append(problem)
            } else {
                values[field] = value
            }
        }
        return values
    }

    mutating func settleFields() {
        guard let user = account?.user else { return }
        for field in UserField.allCases {
            guard let value = external.fields[field], !user[field].hasSameScalars(as: value) else { continue }
            if let problem = Self.problem(of: value, in: field) {
                warnings.append(problem)
            } else {
                changes.append(.setField(field, from: user[field], to: value))
            }
        }
    }

    private static func problem(of value: String, in field: UserField) -> String? {
        let length = value.unicodeScalars.count
        if length > field.maximumLength {
            return
                "\(field.rawValue) has \(length) characters, the column holds \(field.maximumLength); it was left as it was."
        }
        return value.utf8.contains(0) ? "\(field.rawValue) holds a NUL character; it was left as it was." : nil
    }

    /// A break-glass account is there for the day on which the directory is away or wrong: under the name by which it is known, with all it has.
    mutating func keepBreakGlass() {
        let count = changes.count
        changes.removeAll { change in
            switch change {
            case .rename, .renameAside: true
            default: change.takesAway
            }
        }
        guard changes.count < count, let account else { return }
        warnings.append(
            "'\(account.user.username)' is a break-glass account and keeps its name and what it has, although '\(source)' says otherwise."
        )
    }

    mutating func settleFlags() {
        for flag in [UserFlag.isStaff, .isSuperuser] {
            let current = account?.user[flag] ?? false
            guard let wanted = external.flags[flag], wanted != current else { continue }
            changes.append(.setFlag(flag, from: current, to: wanted))
        }
    }

    mutating func settleProfile() {
        for (key, value) in external.profile.sorted(by: { $0.key < $1.key }) {
            let current = account?.profile[key]
            if let current, let value, current.hasSameScalars(as: value) { continue }
            if current == nil, value == nil { continue }
            if let value, value.utf8.count > ExternalAccount.maximumProfileSize {
                warnings.append(
                    "\(key) has \(value.utf8.count) bytes, at most \(ExternalAccount.maximumProfileSize) are kept; it was left as it was."
                )
                continue
            }
            changes.append(.setProfile(key: key, from: current, to: value))
        }
    }
}
