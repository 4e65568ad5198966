import AuthCore
import Testing

@testable import LocalBackend

/// A right password is hashed again where that makes guessing harder, and nowhere else.
struct PasswordUpgradeTests {
    private let password = Secret("lètmein")
    private let sha256 = PBKDF2SHA256Hasher(iterations: 10)

    private func weakScrypt() throws -> ScryptHasher {
        try ScryptHasher(workFactor: 16, blockSize: 8, parallelism: 1)
    }

    /// The algorithm and work that a hash has after its owner logged in.
    private func after(_ old: EncodedPassword, _ hashing: PasswordHashing) async throws -> String {
        let store = InMemoryAccountStore()
        let applied = try await store.apply(
            [AccountPlan(subject: .none, changes: [.create(NewAccount(username: "ann", password: old))])],
            cause: .administrator("root"))
        let id = try #require(applied.first?.user?.id)
        let backend = LocalBackend(store: store, hashing: hashing)
        let request = AuthenticationRequest(
            credentials: PasswordCredentials(username: LoginName("ann"), password: password))
        #expect(try await backend.authenticate(request) == .authenticated(.local(id)))
        let new = try #require(try await store.account(id: id)).password
        // Once is enough.
        #expect(try await hashing.verify(password, against: new) == .right(mustUpdate: false))
        #expect(try await hashing.verify(Secret("wrong"), against: new) == .wrong)
        return new == old ? "stays" : String(new.encoded.prefix { $0 != "$" })
    }

    @Test func weakerAlgorithmsAreReplacedByThePreferredOne() async throws {
        let md5 = EncodedPassword(encoded: "md5$seasalt$3f86d0d3d465b7b458c231bf3555c0e3")
        let sha1 = try PBKDF2SHA1Hasher(iterations: 10).encode(password)
        for old in [md5, sha1] {
            #expect(try await after(old, PasswordHashing(preferred: sha256)) == "pbkdf2_sha256")
        }
        let scrypt = PasswordHashing(preferred: try weakScrypt())
        for old in [md5, sha1, try sha256.encode(password)] {
            #expect(try await after(old, scrypt) == "scrypt")
        }
    }

    @Test func strongerAlgorithmsStay() async throws {
        let old = try weakScrypt().encode(password)
        let hashing = PasswordHashing(preferred: sha256, others: [try weakScrypt()])
        #expect(try await after(old, hashing) == "stays")
        #expect(
            try await after(
                sha256.encode(password), PasswordHashing(preferred: PBKDF2SHA1Hasher(iterations: 10), others: [sha256]))
                == "stays")
    }

    @Test func strongerAlgorithmsWithTooLittleWorkAreMadeAgainWithoutBecomingWeaker() async throws {
        let old = try weakScrypt().encode(password)
        #expect(try await after(old, PasswordHashing(preferred: sha256, others: [ScryptHasher()])) == "scrypt")
    }

    @Test func moreWorkStays() async throws {
        let old = try PBKDF2SHA256Hasher(iterations: 11).encode(password)
        #expect(try await after(old, PasswordHashing(preferred: sha256)) == "stays")
    }

    @Test func aStrongerAlgorithmThatIsOnlyCheckedIsNeverReplaced() async throws {
        struct OnlyChecked: PasswordVerifier {
            let hasher: ScryptHasher
            var algorithm: String { hasher.algorithm }
            var strength: PasswordHashStrength { hasher.strength }
            func verify(_ password: Secret, against encoded: EncodedPassword) throws -> Bool {
                try hasher.verify(password, against: encoded)
            }
            func mustUpdate(_ encoded: EncodedPassword) -> Bool { true }
        }
        let old = try weakScrypt().encode(password)
        let hashing = PasswordHashing(preferred: sha256, others: [OnlyChecked(hasher: try weakScrypt())])
        #expect(try await after(old, hashing) == "stays")
    }

    #if NativeHashers
    @Test func theAlgorithmsOfTheSystemHaveTheirPlaces() async throws {
        let argon2 = try Argon2Hasher(memory: 8, passes: 1, lanes: 1)
        let order: [any PasswordHasher] = [
            PBKDF2SHA1Hasher(iterations: 10), sha256, BCryptHasher(rounds: 4), BCryptSHA256Hasher(rounds: 4),
            try weakScrypt(), argon2,
        ]
        for (place, preferred) in order.enumerated() {
            for (otherPlace, other) in order.enumerated() {
                let result = try await after(
                    other.encode(password), PasswordHashing(preferred: preferred, others: order))
                #expect(result == (otherPlace < place ? preferred.algorithm : "stays"))
            }
        }
    }
    #endif
}
