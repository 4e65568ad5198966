/// The name a person logs in with, as it was typed and as it is compared.
///
/// One human has many spellings: `alice`, `ALICE` and full-width `ａｌｉｃｅ` find the same directory entry. Whatever must be found again
/// (an account, a failure counter) is found by ``folded``. Making a name never fails; one that cannot be anybody's carries its
/// ``problem``, and the chain refuses it before a backend is asked.
public struct LoginName: Sendable, Hashable, CustomStringConvertible {
    /// Why a name cannot be anybody's.
    public enum Problem: String, Sendable, Hashable {
        /// There is not one character in it, or spaces only.
        case empty = "the name is empty"
        /// It has more than ``LoginName/maximumBytes``.
        case tooLong = "the name is longer than 1,024 bytes"
        /// Its bytes are no text (RFC 3629).
        case invalidUTF8 = "the name is not valid UTF-8"
        /// It holds what cannot be typed or seen, such as NUL or a line break.
        case controlCharacter = "the name holds a control character"
    }

    /// The most bytes of UTF-8 a name may have. No directory has names near it, and work on longer ones would be a gift to an attacker.
    public static let maximumBytes = 1024

    /// What was typed. Where the bytes were not valid UTF-8, a repaired copy that only serves to be shown.
    public let text: String

    /// The form names are compared in: see ``fold(_:)``. Empty where there is a ``problem``.
    public let folded: String

    /// Why the name cannot be anybody's; `nil` for a usable one.
    public let problem: Problem?

    /// A name from text.
    public init(_ text: String) {
        self.init(text, problem: Self.problem(in: text))
    }

    /// A name from bytes that claim to be UTF-8, such as a command's argument or a form's field.
    public init(utf8 bytes: some Collection<UInt8>) {
        if let text = String(validating: bytes, as: UTF8.self) {
            self.init(text)
        } else {
            self.init(String(decoding: bytes.prefix(Self.maximumBytes), as: UTF8.self), problem: .invalidUTF8)
        }
    }

    private init(_ text: String, problem: Problem?) {
        let folded = problem == nil ? Self.fold(text) : ""
        // What is far too long is not worth keeping, and a name of characters that show nothing is none.
        self.text = problem == .tooLong ? String(text.unicodeScalars.prefix(Self.maximumBytes / 4)) : text
        self.folded = folded
        self.problem = problem ?? (folded.isEmpty ? .empty : nil)
    }

    private static func problem(in text: String) -> Problem? {
        if text.isEmpty { return .empty }
        if text.utf8.count > maximumBytes { return .tooLong }
        if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            return .controlCharacter
        }
        return nil
    }

    public var description: String { text }
}
