import DirectorySync
import Dispatch
import Glibc
import LDAPBackend
import LDAPClient
import Synchronization
import TestSupport

extension SyncSite {
    /// Changes the directory from within a run, which goes on when it is done.
    func modifyNow(_ ldif: String) {
        // Not by a task: the thread that waits for it might be the one it needs.
        let command =
            "LDAPNOINIT=1 ldapmodify -x -H \(slapd.uri) -D \(slapd.adminDN) -w \(slapd.adminPassword) >/dev/null"
        guard let pipe = popen(command, "w") else { return }
        fputs(ldif, pipe)
        pclose(pipe)
    }
}

/// Something that a test does once, when a run has come to a certain point.
final class Meanwhile: Sendable {
    private let isDone = Mutex(false)
    private let condition: @Sendable (SyncProgress) -> Bool
    private let action: @Sendable () -> Void

    /// - Parameters:
    ///   - condition: When the run has come so far.
    ///   - action: What is done then; the run waits.
    init(_ condition: @escaping @Sendable (SyncProgress) -> Bool, _ action: @escaping @Sendable () -> Void) {
        self.condition = condition
        self.action = action
    }

    /// When the first people have been read. The page they came with has been sent.
    static func reading(_ action: @escaping @Sendable () -> Void) -> Meanwhile {
        Meanwhile({ $0.phase == .reading && $0.done > 0 }, action)
    }

    /// When the plan is made, and nothing is written yet.
    static func planned(_ action: @escaping @Sendable () -> Void) -> Meanwhile {
        Meanwhile({ $0.phase == .comparing && $0.done == $0.expected }, action)
    }

    /// Whether it was done.
    var happened: Bool { isDone.withLock { $0 } }

    var progress: @Sendable (SyncProgress) -> Void {
        { progress in
            guard self.condition(progress) else { return }
            let isFirst = self.isDone.withLock { isDone in
                defer { isDone = true }
                return !isDone
            }
            if isFirst { self.action() }
        }
    }
}

extension SyncSite {
    /// Logs somebody in from within a run, which goes on when that is done. For tests of which only one runs at a time: it takes a thread.
    func logInNow(_ username: String) {
        let done = DispatchSemaphore(value: 0)
        Task.detached {
            _ = try await logIn(username)
            done.signal()
        }
        done.wait()
    }
}

extension SyncSite {
    /// Runs a test with the directory behind a relay, which does something once, at an exact point of a run's reading.
    /// - Parameters:
    ///   - request: Which request for groups is kept waiting while it is done.
    ///   - action: What is done.
    ///   - adjust: Changes the configuration.
    ///   - body: Receives the directory. What is done must have been done when it returns.
    func whileReading(
        _ request: GroupRequest, _ action: @escaping @Sendable () -> Void,
        with adjust: (inout LDAPBackendConfiguration) throws -> Void = { _ in },
        _ body: (LDAPBackend) async throws -> Void
    ) async throws {
        let counter = Counter()
        let happened = Counter()
        try await withRelay(
            to: slapd,
            { bytes in
                guard request.isKind(bytes), counter.next() == request.number else { return }
                action()
                _ = happened.next()
            }
        ) { uri in
            let client = try Self.client(uri)
            var configuration = configuration
            try adjust(&configuration)
            do {
                try await body(LDAPBackend(configuration: configuration, client: client, memory: store))
                await client.shutdown()
            } catch {
                await client.shutdown()
                throw error
            }
        }
        guard happened.next() == 2 else { throw TestSupportError("The request never came.") }
    }
}

/// A request of a run for groups.
struct GroupRequest: Sendable {
    /// Whether the groups' members are asked for, or only where the groups are.
    var withMembers: Bool
    /// The first, or a later one. Groups come in pages of a thousand.
    var number: Int

    static func members(page number: Int) -> GroupRequest { GroupRequest(withMembers: true, number: number) }
    static func places(_ number: Int) -> GroupRequest { GroupRequest(withMembers: false, number: number) }

    fileprivate func isKind(_ bytes: [UInt8]) -> Bool {
        func holds(_ text: String) -> Bool { bytes.firstRange(of: Array(text.utf8)) != nil }
        // The length of a name stands before it, and `memberOf` is another one.
        return holds("groupOfNames") && holds("\u{6}member") == withMembers
    }
}
