import AuthCore
import LDAPClient

extension AccountExamination {
    /// `nsAccountLock`, with which 389 Directory Server and FreeIPA switch accounts off, by themselves or by a role.
    mutating func examineInactivation() {
        if let locked = boolean("nsAccountLock"), locked.content { disable(locked) }
    }

    /// What 389 Directory Server's password policy keeps in an entry.
    ///
    /// The end of a password stays there when the policy is switched off, and then means nothing. The server, which knows, says with the answer
    /// to the bind whether it counts (draft-vchu-ldap-pwd-policy), also to who has not asked.
    mutating func examineDirectoryServer389() {
        if let end = generalizedTime("passwordExpirationTime") {
            switch end.content {
            case Self.epoch: demandNewPassword(end, isSettledByBind: true)
            // That the first login after a reset has been seen.
            case Self.epoch.adding(seconds: 1): break
            default: settle(passwordEnd: end.content, end, isSettledByBind: true)
            }
        }
        if let end = generalizedTime("accountUnlockTime") { examineLock(end) }
        warnOfWrongPasswords("passwordRetryCount")
    }

    /// The attribute stays when the lock is over; without counted wrong passwords there is none.
    private mutating func examineLock(_ end: Value<DirectoryTime>) {
        if count("passwordRetryCount") == 0 { return }
        if end.content == Self.epoch {
            refuse(
                .accountLocked,
                "\(entry.dn) was locked after wrong passwords until an administrator of the directory unlocks it, and may be yet: \(end.words).",
                isSettledByBind: true)
        } else if end.content > now {
            refuse(
                .accountLocked,
                "\(entry.dn) is locked after wrong passwords until \(end.content.words): \(end.words).")
        }
    }

    /// The beginning of 1970, by which the server stands for no time at all.
    static let epoch = DirectoryTime(secondsSince1970: 0)
}
