import AuthCore
import LDAPClient

extension AttemptDiagnosis {
    /// Why somebody who has an entry was refused.
    func diagnoseRefusal(of entry: LDAPEntry) async -> AuthenticationDiagnosis {
        switch report.outcome {
        case .rejected(.malformedName): return await diagnoseName(of: entry)
        case .rejected: return await diagnosePassword(of: entry)
        case .denied(let reason): return await diagnoseDenial(reason, of: entry)
        default: return finding(.bind, cause: explanation ?? "", remedy: "")
        }
    }

    // MARK: Password

    private func diagnosePassword(of entry: LDAPEntry) async -> AuthenticationDiagnosis {
        let refused = explanation ?? "The directory does not accept the password of \(entry.dn)."
        let state = configuration.accountState.read(entry, at: backend.now())
        if let refusal = state.refusals.first {
            return finding(.bind, cause: refused, remedy: Self.remedy(refusal.reason, entry.dn))
        }
        var cause = refused
        if let limit = await backend.lockoutLimit(for: entry, reader.looking) {
            let count = entry.shownFailures(within: limit.window, now: backend.now())
            cause +=
                " It counts \(count) wrong \(count == 1 ? "password" : "passwords") and locks at \(limit.threshold)."
        }
        return finding(
            .bind, cause: cause,
            remedy:
                "Type the password again, with an eye on capital letters and the keyboard; or set a new one in the directory."
        )
    }

    // MARK: Name

    /// Attributes that mostly hold one name of a person.
    private static let names = ["uid", "sAMAccountName", "userPrincipalName", "mail", "cn", "krbPrincipalName"]

    private func diagnoseName(of entry: LDAPEntry) async -> AuthenticationDiagnosis {
        let attribute = configuration.attributes.username
        var usable: [String] = []
        if let dn = try? entry.distinguishedName {
            let request = SearchRequest(base: dn, scope: .base, attributes: .named(Self.names + [attribute]))
            let shown = try? await reader.look(request).entries.first
            usable = Self.names.filter { (shown?[$0].count ?? 0) == 1 && $0.lowercased() != attribute.lowercased() }
        }
        let others = usable.isEmpty ? "" : ": \(usable.joined(separator: ", "))"
        return finding(
            .attributes, cause: explanation ?? "",
            remedy:
                "Give the entry one value of \(attribute), or write another attribute at users: attributes: username\(others)."
        )
    }

    // MARK: Denial

    private func diagnoseDenial(_ reason: DenialReason, of entry: LDAPEntry) async -> AuthenticationDiagnosis {
        let state = configuration.accountState.read(entry, at: backend.now())
        let said = explanation ?? "\(entry.dn) must not come in: \(reason.rawValue)."
        switch reason {
        case .notInRequiredGroup: return await diagnoseRequirement(configuration.require, "users: require", of: entry)
        case .inDeniedGroup: return await diagnoseDeny(of: entry)
        case .accountDisabled where configuration.flags[.isActive] != nil && state.refusals.isEmpty:
            return await diagnoseRequirement(configuration.flags[.isActive], "flags: is_active", of: entry)
        case .ruleUnknown:
            if let doubt = await diagnoseDoubt(of: entry) { return doubt }
            return finding(
                .accountState, cause: said, remedy: "Look at these attributes in the directory, and at account_state.")
        default: return finding(.accountState, cause: said, remedy: Self.remedy(reason, entry.dn))
        }
    }

    /// What helps somebody whom the directory holds back.
    static func remedy(_ reason: DenialReason, _ dn: String) -> String {
        switch reason {
        case .accountDisabled: "Enable \(dn) in the directory, if the person is to come in."
        case .accountLocked:
            "Unlock \(dn) in the directory, or wait until the lock is over, and find out who tries passwords."
        case .accountExpired: "Set a later end of \(dn) in the directory, if the person is to come in."
        case .passwordExpired: "Have the person change their password, or set a new one in the directory."
        case .mustChangePassword: "Have the person change the password that was set for them."
        case .logonHours: "Try again within the hours that logonHours allows, or change them in the directory."
        case .workstation: "Allow this machine in userWorkstations, or allow this kind of login in the domain's policy."
        case .throttled:
            "Wait until the wrong passwords are forgotten, or have the account unlocked; then type the right one."
        default: "Look at the entry \(dn) in the directory."
        }
    }
}
