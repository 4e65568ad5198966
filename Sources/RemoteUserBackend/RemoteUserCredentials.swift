public import AuthCore

/// What a trusted proxy says about the person who sent a request.
///
/// Only ``RemoteUserReader`` makes these, out of headers that it believes. An application cannot make them of what somebody typed.
public struct RemoteUserCredentials: Credentials, Hashable {
    /// The backend that they are for.
    public let source: String
    /// The name, after the application's cleaning.
    public let username: LoginName
    /// The person's full name; `nil` where the proxy does not say, empty where it says that there is none.
    public let name: String?
    /// The person's e-mail address; `nil` and empty as above.
    public let email: String?
    /// The names of the person's groups, each once, in the order in which they came; `nil` where the proxy does not say.
    public let groups: [String]?

    init(source: String, username: LoginName, name: String? = nil, email: String? = nil, groups: [String]? = nil) {
        self.source = source
        self.username = username
        self.name = name
        self.email = email
        self.groups = groups
    }

    public var loginName: LoginName? { username }

    public var flaw: RejectionReason? { username.problem == nil ? nil : .malformedName }

    /// Nobody comes this far by trying, and whoever tries passwords for the name must not keep its owner out here.
    public var canBeGuessed: Bool { false }

    /// Who the person is in the portal: headers have no other identity than the name, compared folded.
    var externalID: String { username.folded }
}
