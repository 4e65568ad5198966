import AuthCore
import Foundation
import Synchronization

/// A random history of sessions, beside a model that says for each token what the answer must be, with its reason.
struct SessionHistory {
    private static let settings = SessionSettings(
        lifetime: .seconds(6 * 3600), idle: .seconds(3600), maximumPerUser: 3)

    /// What the model knows of a session that has not ended.
    private struct Known {
        var token: SessionToken
        var user: User.ID
        var backend: String
        var created: Date
        var lastSeen: Date
        /// What of that is in the store.
        var lastSeenStored: Date
        /// The number of the secret key it is bound with.
        var key: Int
        /// The order of opening.
        var number: Int
    }

    private let store: any AccountStore & SessionStore
    private let clock = HistoryClock()
    private let seed: UInt64
    private var random: SeededGenerator
    private var users: [User.ID] = []
    private var inactive: Set<User.ID> = []
    private var sessions: [Known] = []
    private var ended: [SessionToken] = []
    private var backends: Set<String> = ["local", "tokens", "corp"]
    private var keys = [0]
    private var lastKey = 0
    private var opened = 0
    private var subject: Sessions
    private var trace: [String] = []

    init(store: any AccountStore & SessionStore, seed: UInt64) async throws {
        self.store = store
        self.seed = seed
        random = SeededGenerator(state: seed)
        subject = try Self.make(store, backends, keys, clock)
        for name in ["ann", "bob", "eve"] {
            users.append(try await StoreScenario(store: store).create(name).id)
        }
    }

    mutating func run(steps: Int) async throws {
        for _ in 0..<steps { try await step() }
        for known in sessions { try await check(known.token) }
        for token in ended { try await check(token) }
    }

    private static func make(
        _ store: any AccountStore & SessionStore, _ backends: Set<String>, _ keys: [Int], _ clock: HistoryClock
    ) throws -> Sessions {
        let secrets = keys.map { Secret(String(repeating: "key \($0) ", count: 10)) }
        return Sessions(
            store: store, backends: backends.map(HistoryBackend.init),
            keys: try SecretKeys(secrets[0], fallbacks: Array(secrets.dropFirst())), settings: settings,
            now: { clock.now })
    }

    // MARK: Steps

    private mutating func step() async throws {
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<5: try await open()
        case 5..<8: clock.advance(by: Double(Int.random(in: 0..<3000, using: &random)))
        case 8..<12: try await checkAny()
        case 12: try await rotate()
        case 13: try await endOne()
        case 14: try await endAll()
        case 15: try await changePassword()
        case 16: try await switchActive()
        case 17: try await restart()
        case 18: try await flush()
        default: try await removeExpired()
        }
    }

    private mutating func open() async throws {
        let user = try pick(users)
        let backend = try pick(["local", "tokens", "corp"])
        let replaced = Bool.random(using: &random) ? nil : anyToken()
        trace.append("open \(user) \(backend)")
        let new = try await subject.open(
            for: user, backend: backend, context: AuthenticationContext(), replacing: replaced)
        if let replaced { end { $0.token.text == replaced.text } }
        try require(
            "An active account, and no other, gets a session (\(story)).", (new == nil) == inactive.contains(user))
        guard let new else { return }
        let others = sessions.filter { $0.user == user }
            .sorted { ($0.lastSeenStored, $0.number) > ($1.lastSeenStored, $1.number) }
        let spare = Set(others.dropFirst(Self.settings.maximumPerUser - 1).map(\.number))
        end { spare.contains($0.number) }
        opened += 1
        sessions.append(
            Known(
                token: new.token, user: user, backend: backend, created: clock.now, lastSeen: clock.now,
                lastSeenStored: clock.now, key: keys[0], number: opened))
    }

    private mutating func checkAny() async throws {
        if let token = anyToken() { try await check(token) }
    }

    /// Checks a token, and that the answer is the model's.
    private mutating func check(_ token: SessionToken) async throws {
        trace.append("check")
        let expected = useOrEnd(token)
        switch try await subject.check(token) {
        case .valid(let session, let account):
            try require(
                "The session is valid (\(story)).", expected == nil, found: "valid, not \(String(describing: expected))"
            )
            let known = sessions.first { $0.token.text == token.text }
            try require("It is whose it was (\(story)).", account.user.id, is: known?.user ?? .unsaved)
            try require("The last use is known (\(story)).", session.lastSeen, is: known?.lastSeen ?? .distantPast)
        case .over(let end):
            try require("The session is over, and why (\(story)).", end, is: expected ?? .malformed)
        }
    }

    private mutating func rotate() async throws {
        guard let token = anyToken() else { return }
        trace.append("rotate")
        let expected = useOrEnd(token)
        let new = try await subject.rotate(token)
        try require("Only a valid session rotates (\(story)).", (new != nil) == (expected == nil))
        guard let new, let index = sessions.firstIndex(where: { $0.token.text == token.text }) else { return }
        sessions[index].token = new
        ended.append(token)
    }

    private mutating func endOne() async throws {
        guard let token = anyToken() else { return }
        trace.append("end")
        try await subject.end(token)
        end { $0.token.text == token.text }
    }

    private mutating func endAll() async throws {
        let user = try pick(users)
        let kept = anyToken()
        trace.append("end all \(user)")
        try await subject.endAll(of: user, except: kept, cause: StoreScenario.administrator)
        end { $0.user == user && $0.token.text != kept?.text }
    }

    private mutating func changePassword() async throws {
        let user = try pick(users)
        trace.append("password \(user)")
        let hash = EncodedPassword(encoded: "md5$\(random.next())$")
        try await apply(.setPassword(hash), to: user)
        end { $0.user == user }
    }

    private mutating func switchActive() async throws {
        let user = try pick(users)
        let isActive = inactive.contains(user)
        trace.append(isActive ? "activate \(user)" : "deactivate \(user)")
        try await apply(.setFlag(.isActive, from: !isActive, to: isActive), to: user)
        if isActive { inactive.remove(user) } else { inactive.insert(user) }
        end { $0.user == user }
    }

    /// The process begins anew, with another chain or other keys.
    private mutating func restart() async throws {
        try await flush()
        let name = try pick(["local", "tokens", "corp"])
        switch Int.random(in: 0..<3, using: &random) {
        case 0: if backends.remove(name) == nil { backends.insert(name) }
        case 1:
            lastKey += 1
            keys.insert(lastKey, at: 0)
        default: keys = [keys[0]]
        }
        trace.append("restart with \(backends.sorted()) \(keys)")
        subject = try Self.make(store, backends, keys, clock)
    }

    private mutating func flush() async throws {
        trace.append("flush")
        let written = try await subject.flush()
        let waiting = sessions.count { $0.lastSeen != $0.lastSeenStored }
        // Of those that have ended since they were used nothing is left to write.
        try require("Each use is written once (\(story)).", written, is: waiting)
        for index in sessions.indices { sessions[index].lastSeenStored = sessions[index].lastSeen }
    }

    private mutating func removeExpired() async throws {
        try await flush()
        trace.append("remove")
        try await subject.removeExpired()
        let now = clock.now
        end { Self.timeIsOver($0, now) != nil }
    }

    // MARK: The model

    /// What a check must answer, and what it does to the session.
    private mutating func useOrEnd(_ token: SessionToken) -> SessionEnd? {
        guard let index = sessions.firstIndex(where: { $0.token.text == token.text }) else { return .unknown }
        let known = sessions[index]
        let end: SessionEnd? =
            if let end = Self.timeIsOver(known, clock.now) { end } else if !keys.contains(known.key) {
                .passwordChanged
            } else if !backends.contains(known.backend) { .backendRemoved } else if known.backend == "corp" {
                .backendRefused
            } else { nil }
        if let end {
            self.end { $0.number == known.number }
            return end
        }
        sessions[index].key = keys[0]
        if clock.now.timeIntervalSince(known.lastSeen) >= 60 { sessions[index].lastSeen = clock.now }
        return nil
    }

    private static func timeIsOver(_ known: Known, _ now: Date) -> SessionEnd? {
        if now >= known.created + 6 * 3600 { return .expired }
        return now >= known.lastSeen + 3600 ? .idle : nil
    }

    private mutating func end(_ isOver: (Known) -> Bool) {
        ended += sessions.filter(isOver).map(\.token)
        sessions.removeAll(where: isOver)
    }

    private mutating func anyToken() -> SessionToken? {
        let all = sessions.map(\.token) + ended.suffix(3)
        return all.randomElement(using: &random)
    }

    private mutating func pick<Value>(_ values: [Value]) throws -> Value {
        try require("There is something to choose from.", some: values.randomElement(using: &random))
    }

    private func apply(_ change: AccountChange, to user: User.ID) async throws {
        let plan = AccountPlan(subject: .account(user), changes: [change])
        try await store.apply([plan], cause: StoreScenario.administrator)
    }

    private var story: String { "seed \(seed): " + trace.suffix(12).joined(separator: ", ") }
}

/// A backend of the histories: `local` owns the accounts, `tokens` keeps sessions of accounts it does not own, `corp` leaves it at that.
private struct HistoryBackend: AuthenticationBackend {
    let name: String
    var ownsLocalAccounts: Bool { name == "local" }

    func authenticate(_ request: AuthenticationRequest) async throws -> AuthenticationVerdict { .notFound }

    func keeps(_ session: Session, of account: AccountRecord) async throws -> Bool { name != "corp" }
}

/// A clock that is set.
private final class HistoryClock: Sendable {
    private let time = Mutex(Date(timeIntervalSince1970: 1_800_000_000))
    var now: Date { time.withLock { $0 } }
    func advance(by seconds: TimeInterval) { time.withLock { $0 += seconds } }
}

/// Random numbers that are the same each time (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
