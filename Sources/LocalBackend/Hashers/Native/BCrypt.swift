#if NativeHashers
internal import AuthCore
internal import CCrypt
import Glibc

/// bcrypt as libcrypt computes it, for both hashers.
struct BCrypt: Sendable {
    /// The allowed logarithms of the rounds: a hash with 18 takes half a minute.
    static let allowedRounds = 4...18

    let rounds: Int

    init(rounds: Int) {
        self.rounds = min(max(rounds, Self.allowedRounds.lowerBound), Self.allowedRounds.upperBound)
    }

    func verify(_ password: [UInt8], against stored: BCryptHash) throws -> Bool {
        let computed = try Self.hash(password, setting: stored.setting)
        let isRight = isEqualInConstantTime(Array(computed.utf8.suffix(31)), Array(stored.checksum.utf8))
        if !isRight, stored.rounds < rounds {
            // An old hash must not be told from a new one by the time a wrong password takes (Django's harden_runtime): each round more
            // doubles the work, so these add up to what a new hash takes.
            for missing in stored.rounds..<rounds {
                _ = try Self.hash(password, setting: stored.setting(rounds: missing))
            }
        }
        return isRight
    }

    func mustUpdate(_ encoded: EncodedPassword, algorithm: String) -> Bool {
        guard let stored = try? BCryptHash(encoded, algorithm: algorithm) else { return false }
        return stored.rounds < rounds
    }

    /// The prefix, the rounds and a new random salt.
    func newSetting() throws -> String {
        let setting = withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(CRYPT_GENSALT_OUTPUT_SIZE)) {
            buffer in
            // crypt_gensalt(3): with null for the random bytes the system is asked for them.
            crypt_gensalt_rn("$2b$", UInt(rounds), nil, 0, buffer.baseAddress, Int32(buffer.count)).map {
                String(cString: $0)
            }
        }
        guard let setting else { throw PasswordHashError(.failed, "libcrypt makes no salts for bcrypt.") }
        return setting
    }

    /// - Parameter password: Without a NUL.
    static func hash(_ password: [UInt8], setting: String) throws -> String {
        let data = UnsafeMutablePointer<crypt_data>.allocate(capacity: 1)
        // crypt(3): zero before the first call. What it leaves there tells something about the password.
        memset(data, 0, MemoryLayout<crypt_data>.size)
        defer {
            explicit_bzero(data, MemoryLayout<crypt_data>.size)
            data.deallocate()
        }
        let phrase = password.map { CChar(bitPattern: $0) } + [0]
        // crypt(3): failure is null, or a text that begins with '*'.
        guard let hash = crypt_r(phrase, setting, data).map({ String(cString: $0) }), hash.utf8.count == 60,
            hash.hasPrefix("$2")
        else {
            throw PasswordHashError(.failed, "libcrypt cannot compute bcrypt.")
        }
        return hash
    }
}

/// The parts of a column with a bcrypt hash.
struct BCryptHash: Sendable {
    let prefix: String
    let rounds: Int
    let salt: String
    let checksum: String

    /// - Throws: ``PasswordHashError``
    init(_ encoded: EncodedPassword, algorithm: String) throws {
        let form = /([a-z0-9_]+)\$\$(2[aby])\$(\d\d)\$([.\/A-Za-z0-9]{22})([.\/A-Za-z0-9]{31})/
        guard let parts = encoded.encoded.wholeMatch(of: form)?.output, parts.1 == algorithm,
            let rounds = Int(parts.3)
        else {
            throw PasswordHashError.malformed(algorithm, "$2b$rounds$salt and hash")
        }
        guard BCrypt.allowedRounds.contains(rounds) else {
            throw PasswordHashError.work(algorithm, "4 to 18 rounds")
        }
        self.prefix = String(parts.2)
        self.rounds = rounds
        self.salt = String(parts.4)
        self.checksum = String(parts.5)
    }

    /// What crypt(3) needs to know.
    var setting: String { setting(rounds: rounds) }

    func setting(rounds: Int) -> String { "$\(prefix)$\(rounds < 10 ? "0" : "")\(rounds)$\(salt)" }
}
#endif
