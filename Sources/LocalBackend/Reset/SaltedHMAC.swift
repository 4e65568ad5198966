internal import AuthCore
internal import Crypto
import Foundation

/// Django's `salted_hmac` with SHA-256: the key is a digest of the purpose and the secret key, so that what is made for one purpose is
/// worth nothing for another.
func saltedHMAC(_ value: String, for purpose: String, key: Secret) -> [UInt8] {
    let derived = SHA256.hash(data: Array(purpose.utf8) + key.bytes)
    return Array(HMAC<SHA256>.authenticationCode(for: Array(value.utf8), using: SymmetricKey(data: derived)))
}
