import DirectorySync
import Dispatch
import Glibc
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
