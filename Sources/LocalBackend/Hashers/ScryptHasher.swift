public import AuthCore
internal import Crypto
internal import CryptoExtras
import Foundation

/// scrypt (RFC 7914), written `scrypt$N$salt$r$p$base64` with 64 derived bytes, as Django does.
public struct ScryptHasher: PasswordHasher {
    /// How much work a hash is.
    struct Work: Sendable, Hashable {
        var factor: Int
        var blockSize: Int
        var parallelism: Int

        /// The bytes that one hash fills.
        var memory: Int { 128 * factor * blockSize }

        /// One hash takes at most a gibibyte, and about half a minute.
        ///
        /// RFC 7914 section 2 bounds the parameters too; the products cannot overflow here.
        var isAllowed: Bool {
            (4...1 << 24).contains(factor) && factor.nonzeroBitCount == 1 && (1...1024).contains(blockSize)
                && (1...1024).contains(parallelism) && memory <= 1 << 30 && memory * parallelism <= 1 << 35
                && (blockSize > 1 || factor < 1 << 16)
                // The library allows itself a page more than p times the blocks, which is too little here.
                && (parallelism > 1 || blockSize <= 16)
        }
    }

    private static let digestLength = 64

    let work: Work

    /// A hasher with the parameters of Django 5.2 to 6.1: N = 16384, r = 8, p = 5. A hash takes 16 MiB.
    public init() {
        work = Work(factor: 1 << 14, blockSize: 8, parallelism: 5)
    }

    /// A hasher with other parameters (RFC 7914 section 2).
    ///
    /// Together they may have seven digits, else the hash does not fit in Django's column; Django's Python refuses to take 32 MiB or more.
    /// - Parameters:
    ///   - workFactor: N, a power of two.
    ///   - blockSize: r; a hash takes 128 · N · r bytes, at most a gibibyte.
    ///   - parallelism: p, how often that is done, one after the other.
    /// - Throws: ``PasswordHashError``, ``PasswordHashError/Code/workOutOfRange``.
    public init(workFactor: Int, blockSize: Int, parallelism: Int) throws {
        work = Work(factor: workFactor, blockSize: blockSize, parallelism: parallelism)
        guard work.isAllowed, "\(workFactor)\(blockSize)\(parallelism)".count <= 7 else {
            throw Self.outOfRange
        }
    }

    private static let outOfRange = PasswordHashError.work(
        "scrypt",
        "N a power of two from 4, 128 N r at most 1 GiB, p times that at most 32 GiB, r at most 16 where p is 1; new ones in seven digits"
    )

    public var algorithm: String { "scrypt" }
    public var strength: PasswordHashStrength { .scrypt }

    public func encode(_ password: Secret) throws -> EncodedPassword {
        try encode(password, salt: Salt.random())
    }

    /// Hashes a password under a given salt; for tests and for hashes made elsewhere.
    /// - Throws: ``PasswordHashError`` if the salt is empty or holds a `$`.
    func encode(_ password: Secret, salt: String) throws -> EncodedPassword {
        try Salt.check(salt)
        let digest = try derive(password, salt: salt, work: work)
        return EncodedPassword(
            encoded: "\(algorithm)$\(work.factor)$\(salt)$\(work.blockSize)$\(work.parallelism)$"
                + digest.withUnsafeBytes { Data($0).base64EncodedString() })
    }

    /// As with Django, a wrong password takes the time of the stored hash: running the difference is not possible with scrypt.
    public func verify(_ password: Secret, against encoded: EncodedPassword) throws -> Bool {
        let parts = try parts(of: encoded)
        return isEqualInConstantTime(try derive(password, salt: parts.salt, work: parts.work), parts.digest)
    }

    public func mustUpdate(_ encoded: EncodedPassword) -> Bool {
        guard let (stored, salt, _) = try? parts(of: encoded) else { return false }
        // Django compares for equality; here neither memory nor time may become less.
        guard stored.memory <= work.memory, stored.memory * stored.parallelism <= work.memory * work.parallelism else {
            return false
        }
        return stored.memory < work.memory || stored.parallelism < work.parallelism || Salt.isShort(salt)
    }

    private func derive(_ password: Secret, salt: String, work: Work) throws -> SymmetricKey {
        do {
            return try KDF.Scrypt.deriveKey(
                from: password.bytes, salt: Array(salt.utf8), outputByteCount: Self.digestLength, rounds: work.factor,
                blockSize: work.blockSize, parallelism: work.parallelism)
        } catch {
            throw PasswordHashError(.failed, "scrypt failed in the cryptographic library, perhaps for want of memory.")
        }
    }

    private func parts(of encoded: EncodedPassword) throws -> (work: Work, salt: String, digest: Data) {
        let fields = encoded.encoded.split(separator: "$", omittingEmptySubsequences: false)
        guard fields.count == 6, fields[0] == algorithm, !fields[2].isEmpty,
            let factor = Int(fields[1]), let blockSize = Int(fields[3]), let parallelism = Int(fields[4]),
            let digest = Data(base64Encoded: String(fields[5])), digest.count == Self.digestLength
        else {
            throw PasswordHashError.malformed(algorithm, "N$salt$r$p$hash")
        }
        let work = Work(factor: factor, blockSize: blockSize, parallelism: parallelism)
        guard work.isAllowed else { throw Self.outOfRange }
        return (work, String(fields[2]), digest)
    }
}
