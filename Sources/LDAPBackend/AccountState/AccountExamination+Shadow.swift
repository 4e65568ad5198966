import AuthCore
import LDAPClient

extension AccountExamination {
    /// shadow(5): all numbers are days, or days since 1970; -1 stands for an empty field. The days are those of UTC.
    mutating func examineShadow() {
        if let expire = integer("shadowExpire"), expire.content >= 0 {
            examineExpiry(expire)
        }
        if case .auto = policy.dialects,
            AccountStateDialect.keptPasswordAges.contains(where: { !entry[$0].isEmpty })
        {
            return
        }
        examinePasswordAge()
    }

    /// shadow(5) says that 0 should not be used: some take it for the first of January 1970 (pam_unix(8)), others for no end at all (login(1),
    /// SSSD). Whoever configures these attributes means the former; where nobody did, it may be from a tool that meant the latter.
    private mutating func examineExpiry(_ expire: Value<Int64>) {
        if expire.content == 0, case .auto = policy.dialects {
            state.warnings.append(
                "\(expire.words) in \(entry.dn) stands for no end of the account here, and for one that is over elsewhere; remove it, or disable the account in another way."
            )
            return
        }
        settle(accountEnd: Self.beginning(ofDay: expire.content), expire)
    }

    /// As pam_unix(8): a password of exactly the largest age is good for that day.
    private mutating func examinePasswordAge() {
        let lastChange = integer("shadowLastChange")
        let largestAge = integer("shadowMax")
        guard let lastChange, lastChange.content >= 0 else { return }
        if lastChange.content == 0 {
            demandNewPassword(lastChange)
            return
        }
        guard let largestAge, largestAge.content >= 0 else { return }
        let (lastDay, isTooFar) = lastChange.content.addingReportingOverflow(largestAge.content)
        guard !isTooFar, lastDay < .max else { return }
        let value = Value(
            name: "shadowLastChange", content: lastDay, text: "\(lastChange.text) and \(largestAge.words)")
        let days = count("shadowWarning").flatMap { $0 >= 0 ? $0 : nil }
        settle(
            passwordEnd: Self.beginning(ofDay: lastDay + 1), value,
            warningPeriod: days.map { .seconds(min($0, 1_000_000) * 86_400) })
    }

    private static func beginning(ofDay day: Int64) -> DirectoryTime {
        let (seconds, isTooBig) = day.multipliedReportingOverflow(by: 86_400)
        return DirectoryTime(secondsSince1970: isTooBig ? .max : seconds)
    }
}
