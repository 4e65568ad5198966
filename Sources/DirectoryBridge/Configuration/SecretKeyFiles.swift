import AuthCore

/// Where the secret key of an installation is, and those it had before (Django's `SECRET_KEY` and `SECRET_KEY_FALLBACKS`). They are read when
/// a ``Bridge`` is made, and never shown.
public struct SecretKeyFiles: Sendable, Hashable {
    /// The key's file.
    public var current: String
    /// The files of former keys, the latest first.
    public var fallbacks: [String]

    /// Reads the key.
    func key() throws(SecretLocation.Failure) -> Secret { try Self.read(current) }

    /// Reads the former keys.
    func formerKeys() throws(SecretLocation.Failure) -> [Secret] {
        var keys: [Secret] = []
        for file in fallbacks { keys.append(try Self.read(file)) }
        return keys
    }

    /// Reads a key.
    static func read(_ file: String) throws(SecretLocation.Failure) -> Secret {
        Secret(try SecretLocation.file(file).read())
    }
}
