/// How a directory is kept from locking people out because of what happens here.
public struct AttemptSettings: Sendable, Hashable {
    /// For how long a refused password of a person is refused again without asking the directory, as a mail program would offer it every
    /// minute. It is forgotten when the entry shows that its password was changed, and when the person comes in. Zero asks each time.
    /// Default: 5 minutes.
    public var rememberRefusals: Duration
    /// When the directory locks an account; `nil` reads it where the directory shows it.
    public var limit: LockoutLimit?

    /// Settings.
    public init(rememberRefusals: Duration = .seconds(300), limit: LockoutLimit? = nil) {
        self.rememberRefusals = rememberRefusals
        self.limit = limit
    }
}
