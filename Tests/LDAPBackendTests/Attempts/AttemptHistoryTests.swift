import AuthCore
import LDAPClient
import Testing

@testable import LDAPBackend

@Suite struct AttemptHistoryTests {
    private static let start = ContinuousClock.now
    private static let maker = PasswordDigest.Maker()

    private static func digest(_ password: String, stamp: String = "") -> PasswordDigest {
        maker.digest(of: Secret(password), stamp: stamp)
    }

    private static func settings(threshold: Int? = nil) -> AttemptSettings {
        AttemptSettings(
            rememberRefusals: .seconds(300),
            limit: threshold.flatMap { LockoutLimit(threshold: $0, window: .seconds(600)) })
    }

    @Test func aDigestIsOfThePasswordAndTheStateOfTheAccount() {
        #expect(Self.digest("a", stamp: "b") == Self.digest("a", stamp: "b"))
        #expect(Self.digest("a", stamp: "b") != Self.digest("ab"))
        #expect(Self.digest("a", stamp: "1") != Self.digest("a", stamp: "2"))
        #expect(PasswordDigest.Maker().digest(of: Secret("a"), stamp: "") != Self.digest("a"))
    }

    @Test func aRefusedPasswordIsRememberedForAWhile() {
        var history = AttemptHistory()
        history.refused(Self.digest("x"), at: Self.start, Self.settings())
        #expect(history.hasRefused(Self.digest("x"), at: Self.start + .seconds(299), Self.settings()))
        #expect(!history.hasRefused(Self.digest("x"), at: Self.start + .seconds(300), Self.settings()))
        #expect(!history.hasRefused(Self.digest("y"), at: Self.start, Self.settings()))
        #expect(history.isOver(at: Self.start + .seconds(300), Self.settings()))
        history.succeeded(from: nil)
        #expect(!history.hasRefused(Self.digest("x"), at: Self.start, Self.settings()))
    }

    @Test func onlySoManyRefusalsAreKept() {
        var history = AttemptHistory()
        for number in 0..<100 { history.refused(Self.digest("\(number)"), at: Self.start, Self.settings()) }
        let kept = (0..<100).filter { history.hasRefused(Self.digest("\($0)"), at: Self.start, Self.settings()) }
        #expect(kept == Array(84..<100))
    }

    @Test(arguments: [(2, 1, 1), (3, 2, 2), (4, 3, 3), (5, 3, 4), (10, 8, 9)])
    func attemptsStopBeforeTheLockAndOneIsKeptForKnownAddresses(_ threshold: Int, _ strangers: Int, _ known: Int) throws
    {
        let settings = Self.settings(threshold: threshold)
        let limit = try #require(settings.limit)
        var history = AttemptHistory()
        history.succeeded(from: "office")
        func blocks(_ address: String?) -> Bool {
            history.wouldLock(address, shown: 0, limit: limit, at: Self.start)
        }
        for count in 0..<threshold {
            #expect(blocks("far away") == (count >= strangers))
            #expect(blocks(nil) == (count >= strangers))
            #expect(blocks("office") == (count >= known))
            history.refused(Self.digest("\(count)"), at: Self.start, settings)
        }
        #expect(!history.wouldLock("far away", shown: 0, limit: limit, at: Self.start + .seconds(600)))
        history.succeeded(from: "office")
        #expect(!blocks("far away"))
    }

    @Test func whatTheDirectoryCountsCountsHere() throws {
        let limit = try #require(LockoutLimit(threshold: 5, window: .seconds(600)))
        #expect(AttemptHistory().wouldLock(nil, shown: 3, limit: limit, at: Self.start))
        #expect(!AttemptHistory().wouldLock(nil, shown: 2, limit: limit, at: Self.start))
    }

    @Test func aThresholdThatLetsNobodyMistypeIsNone() {
        #expect(LockoutLimit(threshold: 1, window: .seconds(1)) == nil)
        #expect(LockoutLimit(threshold: 0, window: .seconds(1)) == nil)
        #expect(LockoutLimit(threshold: 5, window: .zero) == nil)
    }

    private static func entry(_ attributes: KeyValuePairs<String, [String]>) -> LDAPEntry {
        LDAPEntry(
            dn: "cn=x", attributes: attributes.map { LDAPEntry.Attribute(name: $0, values: $1.map { LDAPValue($0) }) })
    }

    @Test func whatDirectoriesCountIsRead() throws {
        let now = try #require(DirectoryTime(generalizedTime: "20260101120000Z"))
        func shown(_ attributes: KeyValuePairs<String, [String]>) -> Int {
            Self.entry(attributes).shownFailures(within: .seconds(600), now: now)
        }
        #expect(shown([:]) == 0)
        #expect(shown(["pwdFailureTime": ["20260101115500.000001Z", "20260101115959Z", "20260101114959Z"]]) == 2)
        // 2026-01-01T11:55:00Z and 11:45:00Z as Active Directory writes them.
        #expect(shown(["badPwdCount": ["3"], "badPasswordTime": ["134117421000000000"]]) == 3)
        #expect(shown(["badPwdCount": ["3"], "badPasswordTime": ["134117415000000000"]]) == 0)
        #expect(shown(["badPwdCount": ["3"]]) == 3)
        #expect(shown(["passwordRetryCount": ["2"], "retryCountResetTime": ["20260101120500Z"]]) == 2)
        #expect(shown(["passwordRetryCount": ["2"], "retryCountResetTime": ["20260101115500Z"]]) == 0)
        #expect(shown(["badPwdCount": ["many"], "pwdFailureTime": ["yesterday"]]) == 1)
    }

    @Test func theStampChangesWithThePassword() {
        let before = Self.entry(["pwdLastSet": ["1"], "modifyTimestamp": ["20260101120000Z"]])
        let after = Self.entry(["pwdLastSet": ["2"], "modifyTimestamp": ["20260101120000Z"]])
        let touched = Self.entry(["pwdLastSet": ["1"], "modifyTimestamp": ["20260101120001Z"]])
        for hasPolicy in [true, false] {
            func stamp(_ entry: LDAPEntry) -> String { entry.passwordStamp(hasPolicy: hasPolicy) }
            #expect(stamp(before) != stamp(after))
            #expect((stamp(before) == stamp(touched)) == hasPolicy)
            #expect(stamp(Self.entry([:])) == stamp(Self.entry(["badPwdCount": ["1"]])))
        }
    }
}
