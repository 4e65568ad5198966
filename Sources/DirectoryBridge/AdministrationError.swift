public import AuthCore

/// What an administrator asked for and cannot have.
public struct AdministrationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of refusal. Callers match it, people read the message.
    public struct Code: Sendable, Hashable {
        private let name: String
        private init(_ name: String) { self.name = name }
        /// There is no account of that name.
        public static let noSuchAccount = Code("noSuchAccount")
        /// The name stands for several accounts.
        public static let ambiguousName = Code("ambiguousName")
        /// The name cannot be a username, or is taken.
        public static let nameRefused = Code("nameRefused")
        /// No secret key is configured, or it cannot be read.
        public static let noSecretKey = Code("noSecretKey")
        /// The account has no password of its own.
        public static let noUsablePassword = Code("noUsablePassword")
        /// The address is not one that links may lead to.
        public static let addressRefused = Code("addressRefused")
        /// The password could never be accepted, or the site's rules refuse it: ``AdministrationError/passwordRefusal``.
        public static let passwordRefused = Code("passwordRefused")
        /// The account is not active.
        public static let notActive = Code("notActive")
        /// The account has its password elsewhere.
        public static let ownedElsewhere = Code("ownedElsewhere")
        /// The account is not linked to a directory.
        public static let notLinked = Code("notLinked")
        /// The account is linked to a directory already.
        public static let alreadyLinked = Code("alreadyLinked")
        /// No directory of that name is in the chain, or several are and none was named.
        public static let noSuchDirectory = Code("noSuchDirectory")
        /// The directory has no such entry.
        public static let noSuchEntry = Code("noSuchEntry")
        /// The entry, or its username, belongs to another account.
        public static let entryTaken = Code("entryTaken")
    }

    /// The kind.
    public let code: Code
    /// What was refused, and the remedy.
    public let message: String
    /// What is wrong with a password by the site's rules, all of it; `nil` where they were not asked.
    public let passwordRefusal: PasswordRefusal?

    init(_ code: Code, _ message: String, passwordRefusal: PasswordRefusal? = nil) {
        self.code = code
        self.message = message
        self.passwordRefusal = passwordRefusal
    }

    public var description: String { message }
}
