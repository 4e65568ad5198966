import Synchronization

/// An OpenLDAP server that the tests of one process share, for tests that only read.
///
/// It starts when it is first asked for and ends with the test process, also when that is killed.
/// ```swift
/// private let directory = SharedSlapd(loading: .company)
///
/// @Test func aliceIsFound() async throws {
///     let slapd = try await directory.server()
/// }
/// ```
public final class SharedSlapd: Sendable {
    /// The company without TLS, shared by all that need nothing else.
    public static let company = SharedSlapd(loading: .company)

    private let content: Slapd.Content
    private let options: Slapd.Options
    private let start = Mutex<Task<Slapd, any Error>?>(nil)

    /// Describes a server, without starting it.
    public init(loading content: Slapd.Content, options: Slapd.Options = Slapd.Options()) {
        self.content = content
        self.options = options
    }

    /// The running server.
    /// - Throws: What went wrong at the first start, at every call: it is not tried again.
    public func server() async throws -> Slapd {
        let task = start.withLock { start in
            if let running = start { return running }
            let task = Task.detached { [content, options] in
                try await Slapd.launch(folder: makeFolderUntilExit(), content: content, options: options)
            }
            start = task
            return task
        }
        return try await task.value
    }
}
