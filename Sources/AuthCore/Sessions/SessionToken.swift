internal import Crypto

/// What a browser holds for as long as its person is logged in: 256 random bits. It stands for nothing and says nothing; who has it is in.
///
/// Only its ``digest`` is kept here, so that whoever reads the database cannot come in by what is read. Like a ``Secret`` it has no textual
/// form by accident: ``text`` is for the cookie alone.
public struct SessionToken: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    static let byteCount = 32
    /// The characters of ``text``: 256 bits, six in each.
    static let textLength = 43

    private let bytes: [UInt8]

    /// A token that nobody has had.
    public init() {
        var random = SystemRandomNumberGenerator()
        bytes = (0..<Self.byteCount / 8).flatMap { _ in
            withUnsafeBytes(of: random.next() as UInt64) { Array($0) }
        }
    }

    /// The token that a cookie holds; `nil` for text that is none. Each token has one text, so no two cookies are the same session.
    public init?(_ text: String) {
        guard let bytes = Base64URL.decode(text, count: Self.byteCount) else { return nil }
        self.bytes = bytes
    }

    /// The token for a cookie: 43 letters, digits, hyphens and underscores (RFC 4648 section 5, without padding).
    public var text: String { Base64URL.encode(bytes) }

    /// What is kept in place of the token. Unsalted, and without the cost of a password hash: there are 2^256 tokens to guess among.
    public var digest: SessionDigest { SessionDigest(bytes: Array(SHA256.hash(data: bytes))) }

    public var description: String { "(session token)" }
    public var debugDescription: String { "(session token)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// The SHA-256 digest of a ``SessionToken``, under which a store finds the session.
public struct SessionDigest: Sendable, Hashable, CustomStringConvertible {
    /// 32 bytes.
    public let bytes: [UInt8]

    /// A digest, as a store has kept it.
    public init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    public var description: String { "(session digest)" }
}
