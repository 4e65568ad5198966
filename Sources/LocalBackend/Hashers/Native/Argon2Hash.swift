#if NativeHashers
internal import AuthCore
import Foundation

/// The parameters of Argon2 that make it work (RFC 9106 section 3.1).
struct Argon2Work: Sendable, Hashable {
    /// Kibibytes.
    var memory: Int
    var passes: Int
    var lanes: Int

    /// The kibibytes that all passes together write.
    var written: Int { memory * passes }

    /// One hash takes at most a gibibyte, and about half a minute.
    var isAllowed: Bool {
        (1...64).contains(lanes) && (8 * lanes...1 << 20).contains(memory) && (1...1 << 24).contains(passes)
            && written <= 1 << 24
    }

    static let outOfRange = PasswordHashError.work(
        "argon2", "1 to 64 lanes, 8 KiB per lane to 1 GiB, 16 GiB in all passes")
}

/// The parts of a column with an Argon2 hash.
struct Argon2Hash: Sendable {
    static let algorithm = "argon2"
    static let currentVersion = 19

    enum Variety: String, Sendable { case argon2d, argon2i, argon2id }

    var variety = Variety.argon2id
    var version = Self.currentVersion
    var work: Argon2Work
    var salt: [UInt8]
    var digest: [UInt8] = []

    init(work: Argon2Work, salt: [UInt8]) {
        self.work = work
        self.salt = salt
    }

    /// - Throws: ``PasswordHashError``
    init(_ encoded: EncodedPassword) throws {
        // Hashes from before version 19 need not say their version.
        let form = /argon2\$(argon2(?:id|i|d))\$(?:v=(16|19)\$)?m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)/
        guard let parts = encoded.encoded.wholeMatch(of: form)?.output,
            let variety = Variety(rawValue: String(parts.1)),
            let memory = Int(parts.3), let passes = Int(parts.4), let lanes = Int(parts.5),
            let salt = Self.bytes(parts.6), salt.count >= 8, let digest = Self.bytes(parts.7), digest.count >= 12
        else {
            throw PasswordHashError.malformed(Self.algorithm, "argon2id$v=19$m=…,t=…,p=…$salt$hash")
        }
        self.init(work: Argon2Work(memory: memory, passes: passes, lanes: lanes), salt: salt)
        guard work.isAllowed else { throw Argon2Work.outOfRange }
        self.variety = variety
        self.version = parts.2.flatMap { Int($0) } ?? 16
        self.digest = digest
    }

    /// The column, given the derived bytes.
    func encoded(_ digest: [UInt8]) -> EncodedPassword {
        EncodedPassword(
            encoded:
                "\(Self.algorithm)$\(variety.rawValue)$v=\(version)$m=\(work.memory),t=\(work.passes),p=\(work.lanes)"
                + "$\(Self.text(salt))$\(Self.text(digest))")
    }

    // Base64 without padding.
    private static func text(_ bytes: [UInt8]) -> String {
        String(Data(bytes).base64EncodedString().prefix { $0 != "=" })
    }

    private static func bytes(_ text: Substring) -> [UInt8]? {
        guard !text.contains("=") else { return nil }
        return Data(base64Encoded: text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)).map {
            [UInt8]($0)
        }
    }
}
#endif
