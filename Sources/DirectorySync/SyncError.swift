/// Why a run did not begin.
public struct SyncError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind. Callers match it, people read the message.
    public struct Code: Sendable, Hashable {
        private let name: String
        private init(_ name: String) { self.name = name }
        /// Another run works on the same source.
        public static let alreadyRunning = Code("alreadyRunning")
        /// The lock file cannot be made.
        public static let lockUnavailable = Code("lockUnavailable")
        /// There is no such plan, or it is another source's, or it waits for nobody's approval any more.
        public static let noOpenPlan = Code("noOpenPlan")
    }

    /// The kind.
    public let code: Code
    /// What is wrong, and the remedy.
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }

    /// Lets a `catch` match the code.
    public static func ~= (code: Code, error: SyncError) -> Bool { error.code == code }
}
