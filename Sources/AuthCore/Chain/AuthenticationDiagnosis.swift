/// What stands in somebody's way, and what would help: one finding of a look at an attempt after it was made.
///
/// The sentences are for administrators and hold no secret. They are never shown to a stranger.
public struct AuthenticationDiagnosis: Sendable, Hashable {
    /// The part of an attempt in which something is wrong, in the order in which the parts take place.
    public enum Step: String, Sendable, Hashable, CaseIterable {
        /// The name and the password as they were typed.
        case credentials
        /// A server's name is looked up.
        case resolve
        /// A server is connected to.
        case connect
        /// The connection is secured.
        case tls
        /// The bind as the account that searches.
        case serviceBind = "service bind"
        /// The person's entry is searched.
        case search
        /// The bind as the person.
        case bind
        /// What the directory says about the person's account.
        case accountState = "account state"
        /// Fields and profile are made of the entry's attributes.
        case attributes
        /// The person's groups are read.
        case groups
        /// The configuration's rules are decided.
        case rules
        /// The account here, which a login makes or changes.
        case localAccount = "local account"
    }

    /// The backend that it is about; `nil` for the chain itself.
    public var backend: String?
    /// The part in which something is wrong.
    public var step: Step
    /// What is wrong, in sentences.
    public var cause: String
    /// What would help, in sentences.
    public var remedy: String

    /// A finding.
    public init(backend: String? = nil, _ step: Step, cause: String, remedy: String) {
        self.backend = backend
        self.step = step
        self.cause = cause
        self.remedy = remedy
    }
}

extension AuthenticationDiagnosis: CustomStringConvertible {
    /// The cause and the remedy.
    public var description: String { "\(cause) \(remedy)" }
}
