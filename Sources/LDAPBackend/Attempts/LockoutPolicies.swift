import AuthCore
import LDAPClient
import Synchronization

/// Finds out when the directory locks an account, where it shows that: the person's password policy (draft-behera-ldap-password-policy, 5.2),
/// or the domain's or the person's own in Active Directory (MS-ADTS 3.1.1.4.5). Remembered for a while, answers and silence alike.
final class LockoutPolicies: Sendable {
    private static let memory = Duration.seconds(600)

    private let known = Mutex<[String: (limit: LockoutLimit?, time: ContinuousClock.Instant)]>([:])
    private let now: @Sendable () -> ContinuousClock.Instant

    init(now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.now = now
    }

    /// The limit for a person. No failure to find it out is a reason to keep somebody out.
    func limit(for entry: LDAPEntry, _ reader: DirectoryReader) async -> LockoutLimit? {
        if let policy = entry.firstString("pwdPolicySubentry") {
            return await limit(policy, reader, Self.passwordPolicy)
        }
        if let policy = entry.firstString("msDS-ResultantPSO") {
            return await limit(policy, reader, Self.settingsObject)
        }
        guard !entry["badPwdCount"].isEmpty else { return nil }
        let domain = try? await reader.client.rootDSE(deadline: reader.context.deadline).defaultNamingContext
        guard let domain else { return nil }
        return await limit(domain.description, reader, Self.domain)
    }

    private func limit(_ dn: String, _ reader: DirectoryReader, _ form: Form) async -> LockoutLimit? {
        let now = now()
        let remembered = known.withLock { $0[dn] }
        if let remembered, remembered.time + Self.memory > now { return remembered.limit }
        var limit: LockoutLimit?
        if let base = try? DistinguishedName(dn) {
            let request = SearchRequest(
                base: base, scope: .base, filter: .present("objectClass"),
                attributes: .named([form.threshold, form.window] + form.more))
            limit = (try? await reader.search(request, for: "lockout"))?.entries.first.flatMap(form.limit)
        }
        known.withLock { known in
            // Policies are few; whoever has more than these asks more often.
            if known.count >= 1000 { known = [:] }
            known[dn] = (limit, now)
        }
        return limit
    }

    /// How a policy is written.
    private struct Form: Sendable {
        var threshold: String
        var window: String
        var more: [String] = []
        var duration: @Sendable (Int) -> Duration?
        var isOn: @Sendable (LDAPEntry) -> Bool = { _ in true }

        func limit(_ entry: LDAPEntry) -> LockoutLimit? {
            guard isOn(entry), let threshold = entry.firstString(threshold).flatMap({ Int($0) }),
                let window = duration(entry.firstString(window).flatMap { Int($0) } ?? 0)
            else { return nil }
            return LockoutLimit(threshold: threshold, window: window)
        }
    }

    private static let passwordPolicy = Form(
        threshold: "pwdMaxFailure", window: "pwdFailureCountInterval", more: ["pwdLockout"],
        // Zero counts for ever: until the right password comes.
        duration: { $0 > 0 ? .seconds($0) : .seconds(366 * 86_400) },
        isOn: { $0.firstString("pwdLockout") == "TRUE" })
    private static let domain = Form(
        threshold: "lockoutThreshold", window: "lockOutObservationWindow", duration: activeDirectoryInterval)
    private static let settingsObject = Form(
        threshold: "msDS-LockoutThreshold", window: "msDS-LockoutObservationWindow", duration: activeDirectoryInterval)

    /// A length of time is a negative number of 100 ns (MS-ADTS 3.1.1.4.5).
    private static let activeDirectoryInterval: @Sendable (Int) -> Duration? = { ticks in
        ticks < 0 && ticks != .min ? .nanoseconds(-ticks) * 100 : nil
    }
}
