/// What is wrong with LDIF: a code for programs, a sentence that names the line for people.
///
/// Values are not quoted: they may be passwords.
public struct LDIFError: Error, Sendable, Hashable {
    /// What kind of failure an ``LDIFError`` is.
    public struct Code: Sendable, Hashable {
        private let name: String

        /// `catch LDIFError.Code.limitExceeded` works with this.
        public static func ~= (code: Code, error: any Error) -> Bool {
            (error as? LDIFError)?.code == code
        }

        /// The text does not follow RFC 2849.
        public static let malformed = Code(name: "malformed")
        /// A version other than 1.
        public static let unsupportedVersion = Code(name: "unsupportedVersion")
        /// A value is to be read from a URL, which is not allowed, or the URL could not be read.
        public static let urlRefused = Code(name: "urlRefused")
        /// A line or a record is larger than allowed.
        public static let limitExceeded = Code(name: "limitExceeded")
        /// A record that LDIF cannot express, such as an attribute with an impossible name; nothing was written.
        public static let notExpressible = Code(name: "notExpressible")
    }

    /// What kind of failure this is.
    public var code: Code
    /// The line at which the trouble starts, counted from 1; `nil` when writing.
    public var line: Int?
    /// What is wrong.
    public var reason: String
    /// What to do about it.
    public var remedy: String

    /// Creates an error.
    public init(_ code: Code, line: Int? = nil, reason: String, remedy: String = "correct the line (RFC 2849)") {
        self.code = code
        self.line = line
        self.reason = reason
        self.remedy = remedy
    }
}

extension LDIFError: CustomStringConvertible {
    /// One sentence that says where and what, and what to do.
    public var description: String {
        "LDIF\(line.map { ", line \($0)" } ?? ""): \(reason); \(remedy)."
    }
}
