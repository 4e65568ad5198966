import AuthCore
internal import Crypto

/// A password as it can be recognised by this process and by nobody else: HMAC-SHA-256 (RFC 2104) under a key that never leaves the
/// process, over the password and the state of the account for which it was refused.
struct PasswordDigest: Hashable, Sendable {
    private let code: [UInt8]

    /// Makes digests.
    struct Maker: Sendable {
        private let key = SymmetricKey(size: .bits256)

        /// - Parameters:
        ///   - password: What was offered.
        ///   - stamp: What changes when the account's password does.
        func digest(of password: Secret, stamp: String) -> PasswordDigest {
            var hash = HMAC<SHA256>(key: key)
            // The length first, so that no part of one could be taken for the other.
            withUnsafeBytes(of: UInt64(password.bytes.count).bigEndian) { hash.update(data: $0) }
            hash.update(data: password.bytes)
            hash.update(data: Array(stamp.utf8))
            return PasswordDigest(code: Array(hash.finalize()))
        }
    }
}
