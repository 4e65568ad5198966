/// A mistake in the configuration of trusted headers, found when it is read and not when somebody logs in.
public struct RemoteUserConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of mistake.
    public struct Code: Sendable, Hashable {
        private let name: String
        private init(_ name: String) { self.name = name }
        /// A network of trusted proxies is none, or holds every address.
        public static let network = Code("network")
        /// There is no trusted proxy.
        public static let noProxy = Code("noProxy")
        /// The subject of a trusted certificate cannot be one.
        public static let certificate = Code("certificate")
        /// A header's name cannot be one, or two are the same.
        public static let headerName = Code("headerName")
        /// The backend's name is empty.
        public static let backendName = Code("backendName")
        /// The rule that decides who is staff asks for something that headers do not tell.
        public static let staffRule = Code("staffRule")
        /// The portal's log-out address is no address of a web page.
        public static let logoutAddress = Code("logoutAddress")
    }

    /// The kind.
    public let code: Code
    /// What is wrong, and the remedy.
    public let message: String

    /// A mistake.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }

    /// Lets a `catch` match the code.
    public static func ~= (code: Code, error: RemoteUserConfigurationError) -> Bool { error.code == code }
}
