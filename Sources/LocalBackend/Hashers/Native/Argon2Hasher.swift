#if NativeHashers
public import AuthCore
internal import CArgon2
import Foundation

/// Argon2id (RFC 9106), written `argon2$argon2id$v=19$m=…,t=…,p=…$salt$hash`, as Django does. Needs the package trait `NativeHashers`.
///
/// It also checks hashes of Argon2i and Argon2d, and of version 16, and then has them made again.
public struct Argon2Hasher: PasswordHasher {
    /// The bytes that are derived, as in Django.
    static let digestLength = 32

    let work: Argon2Work

    /// A hasher with the parameters of Django 5.2 to 6.1: 100 MiB, two passes, eight lanes.
    public init() {
        work = Argon2Work(memory: 102_400, passes: 2, lanes: 8)
    }

    /// A hasher with other parameters (RFC 9106 section 3.1).
    /// - Parameters:
    ///   - memory: m, kibibytes that one hash fills, from 8 per lane to a gibibyte.
    ///   - passes: t, how often it fills them; together at most 16 GiB are written.
    ///   - lanes: p, from 1 to 64. All of them run on one thread, so that as many hashes run at once as there are processors.
    /// - Throws: ``PasswordHashError``, ``PasswordHashError/Code/workOutOfRange``.
    public init(memory: Int, passes: Int, lanes: Int) throws {
        work = Argon2Work(memory: memory, passes: passes, lanes: lanes)
        guard work.isAllowed else { throw Argon2Work.outOfRange }
    }

    public var algorithm: String { Argon2Hash.algorithm }
    public var strength: PasswordHashStrength { .argon2 }

    public func encode(_ password: Secret) throws -> EncodedPassword {
        try encode(password, salt: Salt.random())
    }

    /// Hashes a password under a given salt; for tests and for hashes made elsewhere.
    /// - Throws: ``PasswordHashError`` if the salt has less than eight bytes.
    func encode(_ password: Secret, salt: String) throws -> EncodedPassword {
        guard salt.utf8.count >= 8 else {
            throw PasswordHashError(.invalidSalt, "A salt for Argon2 must have at least eight bytes.")
        }
        let form = Argon2Hash(work: work, salt: Array(salt.utf8))
        return form.encoded(try derive(password, like: form, length: Self.digestLength))
    }

    /// As with Django, a wrong password takes the time of the stored hash: running the difference is not possible with Argon2.
    public func verify(_ password: Secret, against encoded: EncodedPassword) throws -> Bool {
        let stored = try Argon2Hash(encoded)
        return isEqualInConstantTime(
            try derive(password, like: stored, length: stored.digest.count), stored.digest)
    }

    public func mustUpdate(_ encoded: EncodedPassword) -> Bool {
        guard let stored = try? Argon2Hash(encoded) else { return false }
        let (old, new) = (stored.work, work)
        // Django compares for equality; here neither memory nor time may become less. Lanes are no work.
        guard old.memory <= new.memory, old.written <= new.written else { return false }
        return old.memory < new.memory || old.written < new.written || stored.variety != .argon2id
            || stored.version != Argon2Hash.currentVersion || stored.salt.count < Salt.length
            || stored.digest.count < Self.digestLength
    }

    private func derive(_ password: Secret, like hash: Argon2Hash, length: Int) throws -> [UInt8] {
        var (password, salt) = (password.bytes, hash.salt)
        var digest = [UInt8](repeating: 0, count: length)
        let status = password.withUnsafeMutableBufferPointer { password in
            salt.withUnsafeMutableBufferPointer { salt in
                digest.withUnsafeMutableBufferPointer { digest in
                    var context = argon2_context()
                    context.out = digest.baseAddress
                    context.outlen = UInt32(digest.count)
                    context.pwd = password.baseAddress
                    context.pwdlen = UInt32(password.count)
                    context.salt = salt.baseAddress
                    context.saltlen = UInt32(salt.count)
                    context.t_cost = UInt32(hash.work.passes)
                    context.m_cost = UInt32(hash.work.memory)
                    context.lanes = UInt32(hash.work.lanes)
                    // argon2.h: the number of threads does not change the result.
                    context.threads = 1
                    context.version = UInt32(hash.version)
                    return argon2_ctx(&context, hash.variety.type)
                }
            }
        }
        guard status == ARGON2_OK.rawValue else {
            throw PasswordHashError(
                .failed, "Argon2 failed in libargon2: \(String(cString: argon2_error_message(status))).")
        }
        return digest
    }
}

extension Argon2Hash.Variety {
    fileprivate var type: argon2_type {
        switch self {
        case .argon2d: Argon2_d
        case .argon2i: Argon2_i
        case .argon2id: Argon2_id
        }
    }
}
#endif
