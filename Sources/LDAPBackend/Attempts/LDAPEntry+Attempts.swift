import LDAPClient

extension LDAPEntry {
    /// What shows when a password was changed.
    private static let stamps = [
        "pwdChangedTime", "pwdLastSet", "krbLastPwdChange", "pwdUpdateTime", "shadowLastChange",
    ]

    /// What is read of a person beside what the mapping needs: when the password was changed, how many wrong ones the directory counts, and
    /// under which policy.
    static let attemptAttributes =
        stamps + [
            "modifyTimestamp",
            "pwdFailureTime", "pwdPolicySubentry", "badPwdCount", "badPasswordTime", "msDS-ResultantPSO",
            "passwordRetryCount", "retryCountResetTime",
        ]

    /// What changes when the password does.
    ///
    /// - Parameter hasPolicy: Whether the server keeps a password policy. It notes changes of passwords then, and each wrong password changes
    ///   the entry; without one, any change of the entry may have been one of the password.
    func passwordStamp(hasPolicy: Bool) -> String {
        (Self.stamps + (hasPolicy ? [] : ["modifyTimestamp"])).map { name in
            self[name].map { $0.string ?? "" }.joined(separator: ",")
        }.joined(separator: ";")
    }

    /// How many wrong passwords the directory counts.
    ///
    /// - Parameters:
    ///   - window: For how long it counts one.
    ///   - now: The present time.
    func shownFailures(within window: Duration, now: DirectoryTime) -> Int {
        let limit = now.secondsSince1970 - window.components.seconds
        func isRecent(_ time: DirectoryTime?) -> Bool { (time?.secondsSince1970 ?? .max) > limit }
        // draft-behera-ldap-password-policy, 5.3.4: one value for each.
        let failures = self["pwdFailureTime"].count {
            isRecent($0.string.flatMap { DirectoryTime(generalizedTime: $0) })
        }
        var counts = [failures]
        // Active Directory resets the count only with the next attempt (MS-SAMR 3.1.1.9.1).
        if let count = number("badPwdCount"),
            isRecent(self["badPasswordTime"].first.flatMap { ActiveDirectoryTime($0)?.time })
        {
            counts.append(count)
        }
        if let count = number("passwordRetryCount") {
            let end = firstString("retryCountResetTime").flatMap { DirectoryTime(generalizedTime: $0) }
            if end.map({ $0 > now }) ?? true { counts.append(count) }
        }
        return counts.max() ?? 0
    }

    private func number(_ attribute: String) -> Int? { firstString(attribute).flatMap { Int($0) } }
}
