import AuthCore
import Glibc
import LocalBackend
import Synchronization

/// A hasher that counts how often it works, and notes on which threads and whether for a task of Swift's.
final class CountingHasher: PasswordHasher {
    private let hasher: PBKDF2SHA256Hasher
    private let work = Mutex<(count: Int, threads: Set<pthread_t>, inTasks: Int)>((0, [], 0))

    init(iterations: Int = 2) {
        hasher = PBKDF2SHA256Hasher(iterations: iterations)
    }

    /// How many passwords were hashed.
    var count: Int { work.withLock { $0.count } }
    /// The threads that did it.
    var threads: Set<pthread_t> { work.withLock { $0.threads } }
    /// How many passwords were hashed on a thread that was running a task.
    var countInTasks: Int { work.withLock { $0.inTasks } }

    private func note() {
        let isInTask = withUnsafeCurrentTask { $0 != nil }
        work.withLock {
            $0.count += 1
            $0.threads.insert(pthread_self())
            if isInTask { $0.inTasks += 1 }
        }
    }

    var algorithm: String { hasher.algorithm }
    var strength: PasswordHashStrength { hasher.strength }

    func encode(_ password: Secret) throws -> EncodedPassword {
        note()
        return try hasher.encode(password)
    }

    func verify(_ password: Secret, against encoded: EncodedPassword) throws -> Bool {
        note()
        return try hasher.verify(password, against: encoded)
    }

    func mustUpdate(_ encoded: EncodedPassword) -> Bool { hasher.mustUpdate(encoded) }
}

/// A store with accounts, and the local backend over it.
struct LocalScenario {
    let store = InMemoryAccountStore()
    let hasher = CountingHasher()
    var backend: LocalBackend { LocalBackend(store: store, hashing: PasswordHashing(preferred: hasher)) }

    /// Makes an account; its password is hashed with `iterations`.
    @discardableResult
    func add(_ username: String, password: String, iterations: Int = 2, superuser: Bool = false) async throws -> User {
        let encoded = try PBKDF2SHA256Hasher(iterations: iterations).encode(Secret(password))
        return try await add(username, encoded: encoded, superuser: superuser)
    }

    /// Makes an account with a given password column.
    @discardableResult
    func add(_ username: String, encoded: EncodedPassword, superuser: Bool = false) async throws -> User {
        let new = NewAccount(username: username, password: encoded, isSuperuser: superuser)
        let applied = try await store.apply(
            [AccountPlan(subject: .none, changes: [.create(new)])], cause: .administrator("root"))
        guard let user = applied.first?.user else { throw AccountStoreError(.noSuchAccount, "Not made.") }
        return user
    }

    /// Presents a name and password without the chain.
    func present(_ username: String, _ password: String) async throws -> AuthenticationVerdict {
        try await backend.authenticate(
            AuthenticationRequest(credentials: PasswordCredentials(username: username, password: password)))
    }
}
