import AuthCore
import Foundation
import Testing

@testable import LocalBackend

/// What is made here counts in Django, and the reverse. `scripts/django-exchange` and `scripts/test --all` run it with a Django that they
/// install; elsewhere there is none, and the vectors that Django made stand for it.
@Suite(.enabled(if: Django.python != nil, "DIRBRIDGE_DJANGO_PYTHON names no Python with Django"))
struct DjangoExchangeTests {
    private static let passwords = [
        "lètmein", " spaces ", "日本語のパスワード", String(repeating: "y", count: 72), String(repeating: "z", count: 200),
    ]
    private static let key = String(repeating: "k", count: 50)
    private static let oldKey = String(repeating: "old", count: 20)
    private static let iterations = 1000

    private static var hashers: [any PasswordHasher] {
        var all: [any PasswordHasher] = [
            PBKDF2SHA256Hasher(iterations: iterations), PBKDF2SHA1Hasher(iterations: iterations), ScryptHasher(),
        ]
        #if NativeHashers
        all += [Argon2Hasher(), BCryptSHA256Hasher(), BCryptHasher()] as [any PasswordHasher]
        #endif
        return all
    }

    private static let accounts: [AccountRecord] = {
        let now = Date()
        return [
            (1, "pbkdf2_sha256$1$NaCl$TWMkbSxOQq+tvuafjDQJq8gIebxeYGhwx+Y+MWmkOdo=", nil, "a@b.c"),
            (2, "usable", now - 3600.25, "žofie@example.cz"), (Int64(1) << 40, "", now - 1, ""),
        ].map { id, password, lastLogin, email in
            AccountRecord(
                user: User(id: User.ID(id), username: "u\(id)", email: email),
                password: EncodedPassword(encoded: password), lastLogin: lastLogin, dateJoined: now)
        }
    }()

    /// Passwords that people with these names might choose: pieces of the names, turned and joined with others.
    private static let choices: [(String, User)] = {
        let users = [
            User(id: User.ID(1), username: "jdoe", firstName: "John", lastName: "Doe", email: "john.doe@example.com"),
            User(id: User.ID(2), username: "ΣΊΣΥΦΟΣ", firstName: "Žofie-Ø", lastName: "d'Été", email: "z_o@ex-am.ple"),
            User(id: User.ID(3), username: "ann12", firstName: "e\u{301}va", lastName: "²½ⅫⅯ", email: ""),
        ]
        var random = SeededNumbers(state: 1)
        return (0..<600).map { number in
            let user = users[number % users.count]
            let pool = Array(
                user.username + user.firstName + user.lastName + user.email + ["", "x!7", "0123", "٣４²"][number % 4])
            let count = Int.random(in: 1...14, using: &random)
            return (String((0..<count).compactMap { _ in pool.randomElement(using: &random) }), user)
        }
    }()

    @Test func whatIsMadeHereCountsInDjangoAndTheReverse() async throws {
        let tokens = try PasswordResetTokens(secretKey: Secret(Self.key), fallbacks: [Secret(Self.oldKey)])
        var asked = Django.Question(key: Self.key, oldKey: Self.oldKey, iterations: Self.iterations)
        asked.passwords = Self.passwords
        for hasher in Self.hashers {
            for password in Self.passwords where hasher.algorithm != "bcrypt" || password.utf8.count <= 72 {
                asked.hashes.append(.init(password: password, encoded: try hasher.encode(Secret(password)).encoded))
            }
        }
        asked.accounts = try Self.accounts.map { account in
            .init(
                id: account.user.id.rawValue, password: account.password.encoded,
                lastLogin: account.lastLogin?.timeIntervalSince1970, email: account.user.email,
                token: try #require(tokens.token(for: account)))
        }
        asked.choices = Self.choices.map { password, user in
            .init(
                password: password, username: user.username, firstName: user.firstName, lastName: user.lastName,
                email: user.email)
        }
        let answer = try Django.ask(asked)

        try #require(answer.verdicts.count == asked.hashes.count)
        for (hash, verdict) in zip(asked.hashes, answer.verdicts) {
            #expect(verdict == [true, false, false], "Django \(answer.version) on \(hash.encoded)")
        }

        #expect(answer.made.count == 6 * Self.passwords.count + Self.passwords.count - 1)
        for hash in answer.made {
            guard let hasher = verifier(of: hash.encoded) else { continue }
            let encoded = EncodedPassword(encoded: hash.encoded)
            #expect(try hasher.verify(Secret(hash.password), against: encoded), "\(hash.encoded)")
            #expect(try !hasher.verify(Secret("?" + hash.password.dropFirst()), against: encoded), "\(hash.encoded)")
            #expect(hasher.mustUpdate(encoded) == (hasher.algorithm == "md5"), "\(hash.encoded)")
        }

        try #require(answer.tokens.count == Self.accounts.count)
        for (account, token) in zip(Self.accounts, answer.tokens) {
            #expect(token.accepted)
            #expect(tokens.accepts(token.token, for: account))
            #expect(tokens.accepts(token.oldToken, for: account))
        }

        let policy = PasswordPolicy([
            UserAttributeSimilarityValidator(), MinimumLengthValidator(), NumericPasswordValidator(),
        ])
        try #require(answer.flaws.count == Self.choices.count)
        for ((password, user), codes) in zip(Self.choices, answer.flaws) {
            #expect(
                policy.flaws(in: Secret(password), of: user).map(\.code.rawValue) == codes,
                "\(password) of \(user.username)")
        }
        #expect(Set(answer.flaws.joined()).count == 3)
    }

    private func verifier(of encoded: String) -> (any PasswordVerifier)? {
        let all: [any PasswordVerifier] = Self.hashers + [MD5Verifier()]
        let algorithm = encoded.prefix { $0 != "$" }
        #if NativeHashers
        #expect(all.contains { $0.algorithm == algorithm })
        #endif
        return all.first { $0.algorithm == algorithm }
    }
}

/// The same numbers in each run.
private struct SeededNumbers: RandomNumberGenerator {
    var state: UInt64

    // SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
