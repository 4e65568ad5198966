import AuthCore
@testable import LDAPBackend
import LDAPClient
import Testing

/// What holds for whatever an entry shows.
@Suite struct AccountStatePropertyTests {
    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        /// splitmix64.
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    private static let names = AccountStatePolicy().attributeNames
    private static let values = [
        "0", "1", "-1", "512", "514", "16", "8388608", "TRUE", "FALSE", "", "x", "000001010000Z", "19700101000000Z",
        "20260615120000Z", "20260615120001Z", "20990101000000Z", "20619", "99999", "9223372036854775807",
        "-9223372036854775808", "134100000000000000", "\u{0}", "ž",
    ]

    private static func entry(_ random: inout Generator) -> [String: [String]] {
        var attributes: [String: [String]] = [:]
        for name in names where Int.random(in: 0..<4, using: &random) == 0 {
            attributes[name] = (0..<Int.random(in: 0...2, using: &random)).compactMap { _ in
                values.randomElement(using: &random)
            }
        }
        return attributes
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64]) func whateverIsShownAtMostShutsOut(_ seed: UInt64) throws {
        var random = Generator(state: seed)
        let bind = try BindFindings(BindResult(resultCode: 0), dn: "uid=x,dc=test")
        for _ in 0..<2000 {
            let attributes = Self.entry(&random)
            let state = AccountStatePolicy().read(.of(attributes), at: noon)
            // A sync never takes an account away from somebody whom a login lets in.
            if state.access(after: bind) == .allowed { #expect(state.lastingAccess == .allowed, "\(attributes)") }
            if case .refused(let reason, _) = state.lastingAccess {
                #expect([.accountDisabled, .accountExpired, .accountLocked].contains(reason))
                #expect(state.access(after: bind).word != "doubt")
            }
            #expect(state.refusals.map(\.weight) == state.refusals.map(\.weight).sorted())
            // Spoiling a value that decides lets nobody in.
            for name in attributes.keys where !["lockoutTime", "passwordRetryCount"].contains(name) {
                var spoilt = attributes
                spoilt[name] = ["?"]
                let then = AccountStatePolicy().read(.of(spoilt), at: noon)
                if Self.deciding.contains(name) { #expect(then.access(after: bind) != .allowed, "\(spoilt)") }
            }
        }
    }

    /// Those that alone can refuse somebody.
    private static let deciding = Set(names).subtracting([
        "lockoutTime", "passwordRetryCount", "krbLoginFailedCount", "pwdChangedTime", "shadowLastChange", "shadowMax",
        "shadowWarning", "ms-DS-UserAccountAutoLocked",
    ])

    @Test func withoutDialectsNothingIsReadAndNothingSaid() {
        let none = AccountStatePolicy(dialects: .only([]))
        #expect(none.attributeNames.isEmpty)
        #expect(none.read(.of(["userAccountControl": ["514"], "nsAccountLock": ["TRUE"]]), at: noon) == AccountState())
    }

    @Test func eachAttributeIsAskedForOnce() throws {
        let names = Self.names.map { $0.lowercased() }
        #expect(Set(names).count == names.count && names.count == 26)
        var configuration = try Company.configuration()
        configuration.attributes.profile["expires"] = "ACCOUNTEXPIRES"
        let asked = PersonMapping(configuration).attributeNames.map { $0.lowercased() }
        #expect(Set(asked).count == asked.count && Set(names).isSubset(of: asked))
    }

    @Test func whatEndsSoonIsAWarning() {
        func warnings(_ attributes: [String: [String]], _ days: Int64 = 14) -> [String] {
            let policy = AccountStatePolicy(warningPeriod: .seconds(days * 86_400))
            let state = policy.read(.of(attributes), at: noon)
            return state.warnings + [state.passwordWarning].compactMap(\.self)
        }
        #expect(
            warnings(["pwdEndTime": ["20260629120000Z"]])
                == ["The account uid=x,dc=test expires at 2026-06-29 12:00:00 UTC, in 14 days and 0 hours."])
        #expect(warnings(["pwdEndTime": ["20260629120001Z"]]).isEmpty)
        #expect(warnings(["krbPasswordExpiration": ["20260616130000Z"]], 0).isEmpty)
        #expect(
            warnings(["krbPasswordExpiration": ["20260616130000Z"]])
                == ["The password of uid=x,dc=test expires at 2026-06-16 13:00:00 UTC, in 1 day and 1 hour."])
        let shadow = ["shadowLastChange": ["20589"], "shadowMax": ["40"]]
        #expect(
            warnings(shadow) == [
                "The password of uid=x,dc=test expires at 2026-06-26 00:00:00 UTC, in 10 days and 12 hours."
            ])
        #expect(warnings(shadow.merging(["shadowWarning": ["7"]]) { $1 }).isEmpty)
        #expect(
            warnings(["passwordRetryCount": ["2"]])
                == ["The directory has counted 2 wrong passwords for uid=x,dc=test (passwordRetryCount)."])
        #expect(warnings(["passwordRetryCount": ["0"], "krbLoginFailedCount": ["many"]]).isEmpty)
    }
}
