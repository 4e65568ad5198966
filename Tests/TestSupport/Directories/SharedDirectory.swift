import Synchronization

/// A server that the tests of one process share, for tests that only read.
///
/// It starts when it is first asked for and ends with the test process, also when that is killed.
public final class SharedDirectory<Server: DirectoryServer>: Sendable {
    private let launch: @Sendable (String) async throws -> Server
    private let start = Mutex<Task<Server, any Error>?>(nil)

    /// Describes a server, without starting it.
    /// - Parameter launch: Fills the folder it is given and starts a server from it.
    init(_ launch: @escaping @Sendable (String) async throws -> Server) {
        self.launch = launch
    }

    /// The running server.
    /// - Throws: What went wrong at the first start, at every call: it is not tried again.
    public func server() async throws -> Server {
        let task = start.withLock { start in
            if let running = start { return running }
            let task = Task.detached { [launch] in try await launch(makeFolderUntilExit()) }
            start = task
            return task
        }
        return try await task.value
    }
}
