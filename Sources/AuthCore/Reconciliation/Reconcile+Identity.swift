extension ReconciliationPass {
    /// Finds the account that the external one is, or makes it, and gives it its name.
    ///
    /// The link decides, never the name: a renamed person keeps the account, and an entry that was made again under a new id is a new
    /// person.
    /// - Returns: The refusal if there can be no such account.
    mutating func settleIdentity() -> Refusal? {
        // A name that somebody has is one that can be had.
        let hasName = local.linked?.user.username.hasSameScalars(as: external.username) ?? false
        if !hasName, let problem = external.usernameProblem { return Refusal(.rejected(.malformedName), problem) }
        if let linked = local.linked {
            if let refusal = settleActivity(of: linked) { return refusal }
            account = linked
            settleLinkDN(of: linked)
            return settleName(of: linked, heldBy: local.nameHolders)
        }
        if policy.adopt == .unusable, let holder = local.nameHolders.first, local.nameHolders.allSatisfy(isAdoptable) {
            return adopt(holder)
        }
        if let refusal = freeName(heldBy: local.nameHolders) { return refusal }
        guard policy.newUsers != .refuse else {
            return Refusal(
                .denied(.newUsersNotAllowed),
                "'\(external.username)' has no local account and '\(source)' does not create any; create and link one, or set new_users: create."
            )
        }
        if let obstacle = external.creationObstacle { return Refusal(.denied(.newUsersNotAllowed), obstacle) }
        let waits = policy.newUsers == .pending
        changes.append(
            .create(
                NewAccount(
                    username: external.username, fields: fieldsOfNewAccount(), password: .unusable(),
                    deactivation: waits ? Deactivation(source: source, reason: .denied(.pendingApproval)) : nil)))
        changes.append(.link(external.link))
        return nil
    }

    // MARK: The account

    private func isAdoptable(_ holder: LocalAccount) -> Bool {
        holder.link == nil && !holder.hasUsablePassword && !holder.user.isStaff && !holder.user.isSuperuser
    }

    /// Makes an account that nobody owns the external one. Of twins none is chosen: the wrong one would be somebody else's.
    private mutating func adopt(_ holder: LocalAccount) -> Refusal? {
        guard local.nameHolders.count == 1 else {
            let names = local.nameHolders.map { "'\($0.user.username)'" }.joined(separator: " and ")
            return Refusal(
                .denied(.ambiguousUser),
                "\(names) differ in case or form only; rename or remove all but one, or link one.")
        }
        guard holder.user.isActive else { return inactive(holder) }
        account = holder
        changes.append(.link(external.link))
        return settleName(of: holder, heldBy: [])
    }

    /// Activates an account that the source itself had deactivated. One that somebody deactivated here stays so, and so does one that waits for
    /// approval.
    private mutating func settleActivity(of account: LocalAccount) -> Refusal? {
        guard account.deactivation?.source == source else { return account.user.isActive ? nil : inactive(account) }
        if account.deactivation?.isPendingApproval == true, !account.user.isActive { return pending(account) }
        // Also where Django activated the account meanwhile: what the source had noted no longer holds.
        changes.append(.reactivate(source: source))
        return nil
    }

    private func inactive(_ account: LocalAccount) -> Refusal {
        Refusal(
            .denied(.accountDisabled),
            "The local account '\(account.user.username)' is not active; to activate it: dirbridge user activate \(account.user.username)"
        )
    }

    private func pending(_ account: LocalAccount) -> Refusal {
        Refusal(.denied(.pendingApproval), waitsForApproval(account.user.username))
    }

    private mutating func settleLinkDN(of account: LocalAccount) {
        if account.link?.dn != external.link.dn {
            changes.append(.moveLink(from: account.link?.dn, to: external.link.dn))
        }
    }

    // MARK: The name

    private mutating func settleName(of account: LocalAccount, heldBy holders: [LocalAccount]) -> Refusal? {
        guard !account.user.username.hasSameScalars(as: external.username) else { return nil }
        if let refusal = freeName(heldBy: holders) { return refusal }
        changes.append(.rename(from: account.user.username, to: external.username))
        return nil
    }

    /// Makes other accounts give up the wanted name, if the source itself says that they no longer go by it.
    private mutating func freeName(heldBy holders: [LocalAccount]) -> Refusal? {
        for holder in holders {
            guard let link = holder.link, holder.owner == .external(source: source) else {
                let kind = if case .external(let other) = holder.owner { "belongs to '\(other)'" } else { "is local" }
                return Refusal(
                    .denied(.nameCollision),
                    "An account named '\(holder.user.username)' exists and \(kind); '\(source)' cannot have it. An administrator can link the two."
                )
            }
            guard external.releasedIDs.contains(link.id) else {
                return Refusal(
                    .denied(.nameCollision),
                    "'\(holder.user.username)' is the account of another entry of '\(source)' (\(link.dn ?? link.id)), which still has this name; "
                        + "make the name unique in the directory.",
                    contestedBy: link)
            }
        }
        for holder in holders {
            let name = holder.user.username
            let aside = Self.asideName(name, id: holder.link?.id ?? "")
            changes.append(.renameAside(holder.user.id, from: name, to: aside))
        }
        return nil
    }

    /// A name nobody has: the old one with the beginning of the id that owned it, cut to fit the column.
    static func asideName(_ name: String, id: String, limit: Int = ExternalAccount.maximumUsernameLength) -> String {
        let digits = id.unicodeScalars.filter {
            $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil)
        }
        let suffix = "+former-" + String(String.UnicodeScalarView(digits.prefix(12))).lowercased()
        return PlanLimits.cut(name, to: limit - suffix.count) + suffix
    }
}
