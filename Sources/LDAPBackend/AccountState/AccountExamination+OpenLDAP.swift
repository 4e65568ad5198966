import AuthCore
import LDAPClient

extension AccountExamination {
    /// What slapo-ppolicy(5) keeps in an entry (draft-behera-ldap-password-policy-10 section 5.3).
    mutating func examinePasswordPolicy() {
        if let start = generalizedTime("pwdStartTime"), start.content > now {
            refuse(
                .accountDisabled, "\(entry.dn) is not valid before \(start.content.words): \(start.words).",
                isLasting: true)
        }
        if let end = generalizedTime("pwdEndTime") { settle(accountEnd: end.content, end) }
        if let locked = generalizedTime("pwdAccountLockedTime") { examineLock(locked) }
        if let end = generalizedTime("pwdAccountTmpLockoutEnd"), end.content > now {
            refuse(
                .accountLocked,
                "\(entry.dn) is locked after a wrong password until \(end.content.words): \(end.words).")
        }
        if let reset = boolean("pwdReset"), reset.content { demandNewPassword(reset) }
    }

    /// slapd sets the time of the last wrong password; only administrators set the year 0, which stands for good. The time stays when the lock
    /// has run out, until the next right password.
    private mutating func examineLock(_ locked: Value<DirectoryTime>) {
        if locked.content == Self.lockedForGood {
            refuse(
                .accountLocked,
                "\(entry.dn) is locked until an administrator of the directory unlocks it: \(locked.words).",
                isLasting: true)
            return
        }
        // A time to come is not in effect, says slapd.
        if locked.content > now { return }
        let since = "\(entry.dn) was locked after wrong passwords at \(locked.content.words)"
        guard let duration = policy.lockoutDuration else {
            refuse(.accountLocked, "\(since), and may be yet: \(locked.words).", isSettledByBind: true)
            return
        }
        if duration == .zero {
            refuse(.accountLocked, "\(since), until an administrator of the directory unlocks it: \(locked.words).")
            return
        }
        let end = locked.content.adding(seconds: duration.components.seconds)
        if end > now { refuse(.accountLocked, "\(since), until \(end.words): \(locked.words).") }
    }

    private static let lockedForGood = DirectoryTime(generalizedTime: "000001010000Z")
}
