extension ReconciliationPass {
    /// Finds the account that the external one is, or makes it, and gives it its name.
    ///
    /// The link decides, never the name: a renamed person keeps the account, and an entry that was made again under a new id is a new
    /// person.
    /// - Returns: The refusal if there can be no such account.
    mutating func settleIdentity() -> Refusal? {
        if let linked = local.linked {
            account = linked
            guard linked.user.isActive else { return inactive(linked) }
            return settleName(of: linked) ?? settleLinkDN(of: linked)
        }
        if let holder = local.nameHolder, isAdoptable(holder) {
            guard holder.user.isActive else { return inactive(holder) }
            account = holder
            changes.append(.link(external.link))
            return nil
        }
        if let refusal = freeName(heldBy: local.nameHolder) { return refusal }
        guard policy.newUsers == .create else {
            return Refusal(
                .newUsersNotAllowed,
                "'\(external.username)' has no local account and '\(source)' does not create any; create and link one, or set new_users: create."
            )
        }
        changes.append(
            .create(NewAccount(username: external.username, fields: storableFields().values, password: .unusable())))
        changes.append(.link(external.link))
        return nil
    }

    private mutating func settleName(of account: LocalAccount) -> Refusal? {
        guard account.user.username != external.username else { return nil }
        if let refusal = freeName(heldBy: local.nameHolder) { return refusal }
        changes.append(.rename(from: account.user.username, to: external.username))
        return nil
    }

    private mutating func settleLinkDN(of account: LocalAccount) -> Refusal? {
        if account.link?.dn != external.link.dn {
            changes.append(.moveLink(from: account.link?.dn, to: external.link.dn))
        }
        return nil
    }

    private func isAdoptable(_ holder: LocalAccount) -> Bool {
        policy.adopt == .unusable && holder.link == nil && !holder.hasUsablePassword && !holder.user.isStaff
            && !holder.user.isSuperuser
    }

    private func inactive(_ account: LocalAccount) -> Refusal {
        Refusal(
            .accountDisabled,
            "The local account '\(account.user.username)' is not active; activate it with: dirbridge user activate.")
    }

    /// Makes another account give up the wanted name, if the source itself says that it no longer goes by it.
    private mutating func freeName(heldBy holder: LocalAccount?) -> Refusal? {
        guard let holder else { return nil }
        guard let link = holder.link, link.source == source else {
            let kind = holder.link.map { "belongs to '\($0.source)'" } ?? "is local"
            return Refusal(
                .nameCollision,
                "An account named '\(holder.user.username)' exists and \(kind); '\(source)' cannot have it. An administrator can link the two."
            )
        }
        guard external.releasedIDs.contains(link.id) else {
            return Refusal(
                .nameCollision,
                "'\(holder.user.username)' is the account of another entry of '\(source)' (\(link.dn ?? link.id)), which still has this name; "
                    + "make the name unique in the directory.",
                contestedBy: link)
        }
        changes.append(
            .renameAside(
                holder.user.id, from: holder.user.username, to: Self.asideName(holder.user.username, id: link.id)))
        return nil
    }

    /// A name nobody has: the old one with the beginning of the id that owned it, cut to fit the column.
    static func asideName(_ username: String, id: String) -> String {
        let suffix = "+former-" + id.filter { $0.isLetter || $0.isNumber }.prefix(12).lowercased()
        return PlanLimits.cut(username, to: ExternalAccount.maximumUsernameLength - suffix.unicodeScalars.count)
            + suffix
    }
}
