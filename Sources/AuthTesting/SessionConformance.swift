public import AuthCore
import Foundation

/// The rules every ``AuthCore/SessionStore`` follows, as a suite that any test framework can run.
///
/// ```swift
/// @Test func theStoreKeepsSessions() async throws {
///     try await SessionConformance { InMemoryAccountStore() }.run()
/// }
/// ```
public struct SessionConformance: Sendable {
    let makeStore: @Sendable () async throws -> any AccountStore & SessionStore

    /// A suite.
    /// - Parameter makeStore: Makes a fresh, empty store. Called once for each check and each history.
    public init(_ makeStore: @escaping @Sendable () async throws -> any AccountStore & SessionStore) {
        self.makeStore = makeStore
    }

    /// Runs all checks, and then random histories against a model.
    /// - Parameters:
    ///   - histories: How many histories. Default: 40.
    ///   - seed: Where the first begins; each has the next number.
    /// - Throws: ``ConformanceFailure`` for the first rule that is broken; what the store throws where it should not.
    public func run(histories: Int = 40, seed: UInt64 = 1) async throws {
        for check in Self.checks { try await check(SessionScenario(store: makeStore())) }
        for number in 0..<UInt64(histories) {
            var history = try await SessionHistory(store: makeStore(), seed: seed &+ number)
            try await history.run(steps: 60)
        }
    }

    private typealias Check = @Sendable (SessionScenario) async throws -> Void

    private static let checks: [Check] = [
        oneReadFindsSessionAndAccount, whatIsReplacedEnds, onlyActiveAccountsGetOne, thoseUsedLongestAgoMakeRoom,
        theTokenIsExchanged, bindingsAreExchangedOnce, useIsNotedOnceAMinute, sessionsAreEnded,
        plansEndSessions, whatIsOverIsRemoved,
    ]

    @Sendable private static func oneReadFindsSessionAndAccount(_ scenario: SessionScenario) async throws {
        let ann = try await scenario.create("ann")
        let opened = try require("A session is opened.", some: try await scenario.open("1", of: ann))
        let found = try require("It is found by its digest.", some: try await scenario.store.session(digest("1")))
        try require("It is the one that was opened.", found.session, is: opened)
        try require("It is the user's.", found.account.user.username, is: "ann")
        let account = try require("There.", some: try await scenario.store.account(id: ann))
        try require("The account is whole.", found.account, is: account)
        try require("It is bound to the password column.", found.binding, is: binding(found.account.password))
        try require("Address and browser are kept.", found.session.address, is: "192.0.2.1")
        try require("The last use is the opening.", found.session.lastSeen, is: noon)
        try require("Another digest finds nothing.", try await scenario.store.session(digest("2")) == nil)
    }

    @Sendable private static func whatIsReplacedEnds(_ scenario: SessionScenario) async throws {
        let (ann, eve) = (try await scenario.create("ann"), try await scenario.create("eve"))
        try await scenario.open("planted", of: eve)
        try await scenario.open("new", of: ann, replacing: "planted")
        try require("What was replaced has ended.", try await scenario.digests(of: eve), is: [])
        try await scenario.open("nobody's", of: User.ID(4711), replacing: "new")
        try require("Also where nothing is opened.", try await scenario.digests(of: ann), is: [])
    }

    @Sendable private static func onlyActiveAccountsGetOne(_ scenario: SessionScenario) async throws {
        let ann = try await scenario.create("ann")
        try await scenario.change(ann, .setFlag(.isActive, from: true, to: false))
        try require("No session for an inactive account.", try await scenario.open("1", of: ann) == nil)
        try require("None for one that is not there.", try await scenario.open("2", of: User.ID(4711)) == nil)
        let bob = try await scenario.create("bob")
        let new = NewSession(digest: digest("1"), user: bob, backend: "corp", created: noon, expires: noon + 60)
        let unbound = try await scenario.store.openSession(new, replacing: nil, keeping: 10) { _ in nil }
        try require("None where nothing binds it.", unbound == nil)
        try require("Nothing was kept.", try await scenario.store.session(digest("1")) == nil)
    }

    @Sendable private static func thoseUsedLongestAgoMakeRoom(_ scenario: SessionScenario) async throws {
        let (ann, bob) = (try await scenario.create("ann"), try await scenario.create("bob"))
        try await scenario.open("bob's", of: bob)
        for (number, name) in ["1", "2", "3"].enumerated() {
            try await scenario.open(name, of: ann, at: noon + TimeInterval(number))
        }
        let first = try require("There.", some: try await scenario.store.session(digest("1"))).session.id
        try await scenario.store.noteActivity([first: noon + 90])
        try await scenario.open("4", of: ann, at: noon + 30, keeping: 3)
        try require("The one used longest ago has ended.", try await scenario.digests(of: ann), is: ["1", "3", "4"])
        // A clock that was set back: the new one is the oldest, and stays.
        try await scenario.open("5", of: ann, at: noon - 60, keeping: 1)
        try require("The new one is never the one that ends.", try await scenario.digests(of: ann), is: ["5"])
        try require("Other people's are left alone.", try await scenario.digests(of: bob), is: ["bob's"])
    }

    @Sendable private static func theTokenIsExchanged(_ scenario: SessionScenario) async throws {
        let ann = try await scenario.create("ann")
        let opened = try await scenario.open("1", of: ann)
        try require("A session rotates.", try await scenario.store.rotateSession(digest("1"), to: digest("2")))
        try require("The old digest is nobody's.", try await scenario.store.session(digest("1")) == nil)
        try require("The session goes on.", try await scenario.store.session(digest("2"))?.session, is: opened)
        try require(
            "What is not there does not rotate.",
            try await !scenario.store.rotateSession(digest("1"), to: digest("3")))
        try require("And nothing comes of it.", try await scenario.store.session(digest("3")) == nil)
    }

    @Sendable private static func bindingsAreExchangedOnce(_ scenario: SessionScenario) async throws {
        let ann = try await scenario.create("ann")
        let id = try require("There.", some: try await scenario.open("1", of: ann)).id
        let first = try require("There.", some: try await scenario.store.session(digest("1"))).binding
        let second = SessionBinding(bytes: Array(repeating: 2, count: 32))
        try await scenario.store.bindSession(id, from: second, to: SessionBinding(bytes: [1]))
        try require("It was not bound so.", try await scenario.store.session(digest("1"))?.binding, is: first)
        try await scenario.store.bindSession(id, from: first, to: second)
        try require("It is bound anew.", try await scenario.store.session(digest("1"))?.binding, is: second)
    }

    @Sendable private static func useIsNotedOnceAMinute(_ scenario: SessionScenario) async throws {
        let ann = try await scenario.create("ann")
        let id = try require("There.", some: try await scenario.open("1", of: ann)).id
        let other = Session.ID(id.rawValue + 1)
        for (seconds, count) in [(59.0, 0), (60, 1), (119, 0), (30, 0), (120, 1)] {
            let written = try await scenario.store.noteActivity([id: noon + seconds, other: noon])
            try require("Use is written once a minute (\(seconds) s).", written, is: count)
        }
        let seen = try await scenario.store.session(digest("1"))?.session.lastSeen
        try require("The last use counts.", seen, is: noon + 120)
    }

    @Sendable private static func sessionsAreEnded(_ scenario: SessionScenario) async throws {
        let store = scenario.store
        let (ann, bob) = (try await scenario.create("ann"), try await scenario.create("bob"))
        for name in ["1", "2", "3", "4"] { try await scenario.open(name, of: ann) }
        let id = try require("There.", some: try await scenario.open("bob's", of: bob)).id
        try require("A session ends by its digest.", try await store.endSession(digest("1")))
        try require("Once.", try await !store.endSession(digest("1")))
        try require("Nobody ends another's by its number.", try await !store.endSession(id, of: ann))
        try require("All end but one.", try await store.endSessions(of: ann, except: digest("3")), is: 2)
        try require("That one goes on.", try await scenario.digests(of: ann), is: ["3"])
        try require("All end.", try await store.endSessions(of: ann, except: nil), is: 1)
        try require("Other people's go on.", try await scenario.digests(of: bob), is: ["bob's"])
        try require("A session ends by its number.", try await store.endSession(id, of: bob))
        try require("It has.", try await store.session(digest("bob's")) == nil)
        let next = try require("There.", some: try await scenario.open("next", of: bob)).id
        try require("No number is given twice.", next > id)
    }

    @Sendable private static func plansEndSessions(_ scenario: SessionScenario) async throws {
        let (ann, bob) = (try await scenario.create("ann"), try await scenario.create("bob"))
        try await scenario.open("bob's", of: bob)
        let unusable = EncodedPassword.unusable()
        let changes: [AccountChange] = [
            .setPassword(EncodedPassword(encoded: "md5$a$b")), .setPassword(unusable), .setPassword(.unusable()),
            .setFlag(.isActive, from: true, to: false),
            .deactivate(Deactivation(source: "corp", reason: .absent)),
        ]
        for change in changes {
            try await scenario.open("1", of: ann)
            try await scenario.change(ann, change)
            try require("\(change.auditEvent) ends sessions.", try await scenario.digests(of: ann), is: [])
            try await scenario.change(ann, .reactivate(source: "corp"))
            try await scenario.change(ann, .setFlag(.isActive, from: false, to: true))
        }
        try await scenario.open("1", of: ann)
        let column = try require("There.", some: try await scenario.store.account(id: ann)).password
        try await scenario.change(
            ann, .setFlag(.isStaff, from: false, to: true), .rename(from: "ann", to: "anna"), .setPassword(column),
            .setField(.email, from: "", to: "ann@example.org"), .setFlag(.isActive, from: true, to: true))
        try require("Nothing else does.", try await scenario.digests(of: ann), is: ["1"])
        try require("Nor to others.", try await scenario.digests(of: bob), is: ["bob's"])
    }

    @Sendable private static func whatIsOverIsRemoved(_ scenario: SessionScenario) async throws {
        let ann = try await scenario.create("ann")
        for (name, created, expires) in [
            ("fresh", noon, noon + 100), ("expired", noon, noon + 10), ("old", noon - 50, noon + 100),
        ] {
            try await scenario.open(name, of: ann, at: created, until: expires)
        }
        func remove(_ now: Date, created: Date, seen: Date, limit: Int = 10) async throws -> Int {
            try await scenario.store.removeSessions(
                expiredAt: now, createdBefore: created, seenBefore: seen, limit: limit)
        }
        try require("Nothing is over yet.", try await remove(noon + 9, created: noon - 51, seen: noon - 51), is: 0)
        try require("One has expired.", try await remove(noon + 10, created: noon - 51, seen: noon - 51), is: 1)
        try require("One is too old.", try await remove(noon + 10, created: noon - 50, seen: noon - 51), is: 1)
        try require("One is left.", try await scenario.digests(of: ann), is: ["fresh"])
        try require("It is idle at last.", try await remove(noon + 10, created: noon - 50, seen: noon), is: 1)
        for name in ["1", "2", "3"] { try await scenario.open(name, of: ann) }
        try require(
            "No more than wanted.", try await remove(.distantFuture, created: noon, seen: noon, limit: 2), is: 2)
    }
}

private let noon = Date(timeIntervalSince1970: 1_800_000_000)

/// The digest that stands for a token of that name.
private func digest(_ name: String) -> SessionDigest {
    SessionDigest(bytes: Array(name.utf8) + Array(repeating: 0, count: 32 - name.utf8.count))
}

private func binding(_ password: EncodedPassword) -> SessionBinding {
    SessionBinding(bytes: Array(password.encoded.utf8))
}

/// A store, and the short forms in which the checks speak about it.
private struct SessionScenario: Sendable {
    let store: any AccountStore & SessionStore

    func create(_ username: String) async throws -> User.ID {
        try await StoreScenario(store: store).create(username).id
    }

    func change(_ user: User.ID, _ changes: AccountChange...) async throws {
        let plan = AccountPlan(subject: .account(user), changes: changes)
        try await store.apply([plan], cause: StoreScenario.administrator)
    }

    @discardableResult
    func open(
        _ name: String, of user: User.ID, replacing replaced: String? = nil, at time: Date = noon,
        until expires: Date = noon + 3600, keeping maximum: Int = 10
    ) async throws -> Session? {
        let new = NewSession(
            digest: digest(name), user: user, backend: "corp", created: time, expires: expires, address: "192.0.2.1",
            userAgent: "Browser")
        return try await store.openSession(new, replacing: replaced.map(digest), keeping: maximum) { binding($0) }
    }

    /// The names of a user's sessions, in the order of the alphabet.
    func digests(of user: User.ID) async throws -> [String] {
        let open = Set(try await store.sessions(of: user).map(\.session.id))
        var names: [String] = []
        for name in ["1", "2", "3", "4", "5", "bob's", "expired", "fresh", "new", "next", "old", "planted"] {
            if let id = try await store.session(digest(name))?.session.id, open.contains(id) { names.append(name) }
        }
        try require("The list has what the digests find.", names.count, is: open.count)
        return names
    }
}
