internal import Crypto

/// What ties a session to the password column of its account: an HMAC-SHA-256 (RFC 2104) of the column under the secret key. Whatever changes
/// the column ends the session.
///
/// It is Django's `get_session_auth_hash`, so both sides of a shared database compute the same.
public struct SessionBinding: Sendable, Hashable, CustomStringConvertible {
    /// 32 bytes.
    public let bytes: [UInt8]

    /// A binding, as a store has kept it.
    public init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    public var description: String { "(session binding)" }

    /// Whether it is the same, in a time that does not tell where they differ.
    func isSame(as other: SessionBinding) -> Bool {
        guard bytes.count == other.bytes.count else { return false }
        return zip(bytes, other.bytes).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

/// Makes and recognises bindings.
struct SessionBinder: Sendable {
    private static let salt = Array("django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash".utf8)

    private let current: SymmetricKey
    private let fallbacks: [SymmetricKey]

    init(_ keys: SecretKeys) {
        current = Self.derive(keys.current)
        fallbacks = keys.fallbacks.map(Self.derive)
    }

    /// Django's `salted_hmac`: the key is the digest of a text that names its use, followed by the secret.
    private static func derive(_ secret: Secret) -> SymmetricKey {
        SymmetricKey(data: SHA256.hash(data: salt + secret.bytes))
    }

    /// The binding to a password column.
    func binding(to password: EncodedPassword) -> SessionBinding { Self.binding(to: password, current) }

    /// Whether a binding is that of a password column, under which key.
    func recognise(_ binding: SessionBinding, of password: EncodedPassword) -> Recognition {
        if self.binding(to: password).isSame(as: binding) { return .current }
        let isFormer = fallbacks.contains { Self.binding(to: password, $0).isSame(as: binding) }
        return isFormer ? .former : .none
    }

    enum Recognition {
        /// It was made with the key.
        case current
        /// It was made with one of the former keys.
        case former
        /// It is of another password, or under a key that is not known any more.
        case none
    }

    private static func binding(to password: EncodedPassword, _ key: SymmetricKey) -> SessionBinding {
        SessionBinding(bytes: Array(HMAC<SHA256>.authenticationCode(for: Array(password.encoded.utf8), using: key)))
    }
}
