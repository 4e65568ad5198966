internal import Crypto

/// The secret key of an installation, and those it had before (Django's `SECRET_KEY` and `SECRET_KEY_FALLBACKS`).
///
/// To change the key, put the new one in front and keep the old one as a fallback for as long as a session lasts: sessions bound with the old
/// one are bound anew when they are used.
public struct SecretKeys: Sendable, CustomStringConvertible, CustomReflectable {
    /// The fewest bytes a key may have: as many as the digest it feeds (RFC 2104 section 3).
    public static let minimumBytes = 32

    /// Makes what is new.
    let current: Secret
    /// Still understood.
    let fallbacks: [Secret]

    /// Keys.
    /// - Parameters:
    ///   - current: The key.
    ///   - fallbacks: Former keys, the latest first.
    /// - Throws: ``SecretKeyError`` for a key that could be guessed.
    public init(_ current: Secret, fallbacks: [Secret] = []) throws(SecretKeyError) {
        for key in [current] + fallbacks where key.bytes.count < Self.minimumBytes {
            throw SecretKeyError(length: key.bytes.count)
        }
        self.current = current
        self.fallbacks = fallbacks
    }

    public var description: String { "(secret keys)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// A secret key that is too short.
public struct SecretKeyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Its length in bytes.
    public let length: Int

    public var description: String {
        "The secret key has \(length) bytes; use \(SecretKeys.minimumBytes) or more random ones, as from: openssl rand -hex 32"
    }
}
