/// Why the headers of a trusted proxy are not believed. The request is to be refused: something that a client sent got through the proxy, or
/// the proxy is set up wrongly.
public struct HeaderRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of refusal.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private let name: String
        private init(_ name: String) { self.name = name }
        /// The header came more than once.
        public static let duplicate = Code("duplicate")
        /// A header came that some software takes for it, such as one with an underscore.
        public static let lookalike = Code("lookalike")
        /// The `Connection` header names it, so that a proxy on the way might take it out.
        public static let hopByHop = Code("hopByHop")
        /// The value holds NUL, a line break or another control character.
        public static let controlCharacter = Code("controlCharacter")
        /// The name holds characters that show nothing, or that are other forms of common ones, or spaces that do not count: two people of
        /// the portal would be one here.
        public static let ambiguousName = Code("ambiguousName")
        /// The value is not UTF-8 (RFC 3629), or was not before somebody repaired it.
        public static let invalidUTF8 = Code("invalidUTF8")
        /// The value is percent-encoded, and wrongly.
        public static let percentEncoding = Code("percentEncoding")
        /// The value has more bytes than are allowed.
        public static let tooLong = Code("tooLong")
        /// There are more groups than are allowed.
        public static let tooManyGroups = Code("tooManyGroups")
        /// There is a comma where there should be one value, as when somebody joined two headers.
        public static let severalValues = Code("severalValues")
        /// The name cannot be anybody's.
        public static let unusableName = Code("unusableName")

        public var description: String { name }
    }

    /// The kind.
    public let code: Code
    /// The header, as configured.
    public let header: String
    /// What is wrong, and the remedy, for the log. Holds nothing of the value.
    public let message: String

    init(_ code: Code, _ header: String, _ message: String) {
        self.code = code
        self.header = header
        self.message = message
    }

    public var description: String { message }

    /// Lets a `catch` match the code.
    public static func ~= (code: Code, error: HeaderRefusal) -> Bool { error.code == code }
}
