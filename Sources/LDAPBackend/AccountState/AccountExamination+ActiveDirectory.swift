import AuthCore
import LDAPClient

extension AccountExamination {
    /// Active Directory and Samba; AD LDS has single attributes where the others have bits of `userAccountControl`.
    mutating func examineActiveDirectory() {
        let control = bits("userAccountControl")
        if let control, control.content.contains(.accountDisable) {
            disable(control, ", which holds 2 (ACCOUNTDISABLE)")
        }
        if let disabled = boolean("msDS-UserAccountDisabled"), disabled.content { disable(disabled) }
        if let end = time("accountExpires"), let moment = end.content.time { settle(accountEnd: moment, end) }
        let computed = bits("msDS-User-Account-Control-Computed")
        examineLock(computed)
        examinePassword(control, computed)
    }

    /// `lockoutTime` stays when a lock has run out, until the next right password (MS-ADTS 3.1.1.4.5.17, `lockoutDuration`).
    private mutating func examineLock(_ computed: Value<UserAccountControl>?) {
        let since = lockoutTime.map { " since \($0.words)" } ?? ""
        if let computed {
            guard computed.content.contains(.lockout) else { return }
            refuse(
                .accountLocked,
                "\(entry.dn) is locked after wrong passwords\(since): \(computed.words), which holds 16 (LOCKOUT).")
        } else if let locked = boolean("ms-DS-UserAccountAutoLocked") {
            guard locked.content else { return }
            refuse(.accountLocked, "\(entry.dn) is locked after wrong passwords\(since): \(locked.words).")
        } else if lockoutTime != nil {
            refuse(
                .accountLocked, "\(entry.dn) was locked after wrong passwords\(since), and may be yet (lockoutTime).",
                isSettledByBind: true)
        }
    }

    /// Nothing but the time in a sentence hangs on this, or the answer to a bind goes before it.
    private var lockoutTime: DirectoryTime? {
        let values = entry["lockoutTime"]
        return values.count == 1 ? ActiveDirectoryTime(values[0])?.time : nil
    }

    /// MS-ADTS 3.1.1.4.5.36: 0 stands for a password that has to be changed, and the largest number for one that does not grow old.
    private mutating func examinePassword(
        _ control: Value<UserAccountControl>?, _ computed: Value<UserAccountControl>?
    ) {
        let lastSet = time("pwdLastSet")
        let end = time("msDS-UserPasswordExpiryTimeComputed")
        let expired = boolean("msDS-UserPasswordExpired")
        if let lastSet, lastSet.content.isUnset {
            if (control?.content ?? []).isDisjoint(with: Self.withoutAge) { demandNewPassword(lastSet) }
        } else if let end, end.content.isUnset {
            demandNewPassword(end)
        } else if let end, let moment = end.content.time {
            settle(passwordEnd: moment, end)
        } else if let computed, computed.content.contains(.passwordExpired) {
            refuse(
                .passwordExpired,
                "The password of \(entry.dn) has expired: \(computed.words), which holds 8388608 (PASSWORD_EXPIRED).")
        } else if let expired, expired.content {
            refuse(.passwordExpired, "The password of \(entry.dn) has expired: \(expired.words).")
        }
    }

    /// Accounts whose password does not grow old (MS-ADTS 3.1.1.4.5.36).
    private static let withoutAge: UserAccountControl = [
        .dontExpirePassword, .smartcardRequired, .interdomainTrustAccount, .workstationTrustAccount,
        .serverTrustAccount,
    ]

    private mutating func bits(_ name: String) -> Value<UserAccountControl>? {
        value(name, "number of 32 bits", UserAccountControl.init)
    }

    /// Negative numbers are lengths of time, and no times.
    private mutating func time(_ name: String) -> Value<ActiveDirectoryTime>? {
        value(name, "number of 100 ns since 1601") { value in
            ActiveDirectoryTime(value).flatMap { $0.ticks < 0 ? nil : $0 }
        }
    }
}
