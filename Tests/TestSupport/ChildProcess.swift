import Foundation
import Glibc
import Synchronization

/// A program that runs while a test needs it, and never longer than the test process.
///
/// Each child has a thread that starts it and waits for it. The kernel's parent-death signal, which ends the child also
/// when the test process is killed, belongs to the thread that started the child, not to the process (prctl(2)), so that
/// thread has to live as long as the child.
final class ChildProcess: Sendable {
    /// How a child ended, in the shell's terms: the exit status, or 128 plus the number of the signal.
    typealias Status = Int32

    /// What a child is started with. Its standard streams are given as open descriptors.
    struct Launch: Sendable {
        var executable: String
        var arguments: [String] = []
        var environment: [String: String]
        var workingDirectory: String?
        var input: Int32
        var output: Int32
        var error: Int32
    }

    private struct State {
        /// Its number, 0 before it has been started.
        var pid: pid_t = 0
        var status: Status?
        var waiters: [CheckedContinuation<Status, Never>] = []
    }

    private let state = Mutex(State())

    /// Starts a program.
    /// - Throws: ``TestSupportError`` if there is no such program or the system refuses to start it.
    static func start(_ launch: Launch) async throws -> ChildProcess {
        let executable = try findExecutable(launch.executable)
        let child = ChildProcess()
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                switch spawn(executable, launch) {
                case .failure(let error):
                    continuation.resume(throwing: error)
                case .success(let pid):
                    child.state.withLock { $0.pid = pid }
                    continuation.resume(returning: child)
                    child.waitForExit()
                }
            }
        }
    }

    /// The status with which the child ended, `nil` while it runs.
    var statusIfEnded: Status? { state.withLock { $0.status } }

    /// Whether a signal has stopped the child, as the state in proc(5) says: the third field, after the name in parentheses.
    var isStopped: Bool {
        let pid = state.withLock { $0.pid }
        let text = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
        return text.split(separator: ")").last?.split(separator: " ").first == "T"
    }

    /// Waits until the child has ended. Cancelling the task does not shorten the wait.
    func status() async -> Status {
        await withCheckedContinuation { continuation in
            let status = state.withLock { state in
                if state.status == nil { state.waiters.append(continuation) }
                return state.status
            }
            if let status { continuation.resume(returning: status) }
        }
    }

    /// Sends a signal to the child and to what it has started, unless the child has ended.
    func signal(_ number: Int32) {
        state.withLock { state in
            // The child is reaped under this lock, so the number still is its own and that of its process group.
            if state.status == nil { _ = kill(-state.pid, number) }
        }
    }

    /// Ends the child: asks it to, and forces it when it has not obeyed within five seconds.
    @discardableResult
    func terminate() async -> Status {
        signal(SIGTERM)
        signal(SIGCONT)
        let enforcement = Task.detached {
            try await Task.sleep(for: .seconds(5))
            self.signal(SIGKILL)
        }
        defer { enforcement.cancel() }
        return await status()
    }

    private func waitForExit() {
        let pid = state.withLock { $0.pid }
        var information = siginfo_t()
        while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) == -1, errno == EINTR {}
        let (status, waiters) = state.withLock { state in
            var raw: Int32 = 0
            while waitpid(pid, &raw, 0) == -1, errno == EINTR {}
            let signal = raw & 0x7f
            let status = signal == 0 ? (raw >> 8) & 0xff : 128 + signal
            defer { state.waiters = [] }
            state.status = status
            return (status, state.waiters)
        }
        for waiter in waiters { waiter.resume(returning: status) }
    }
}

/// Starts a program in a process group of its own, with the usual signal handling and no descriptors but its streams.
///
/// Not by Foundation's `Process`, which hands on the signal mask of the calling thread (those of Dispatch block nearly
/// all) and takes a program for running while something that it started still runs.
private func spawn(_ executable: String, _ launch: ChildProcess.Launch) -> Result<pid_t, TestSupportError> {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, launch.input, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, launch.output, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, launch.error, STDERR_FILENO)
    // A copy of a client's socket in a server would keep a connection open that the client has closed.
    let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
    for descriptor in open.compactMap(Int32.init) where descriptor > STDERR_FILENO {
        posix_spawn_file_actions_addclose(&actions, descriptor)
    }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    // A client that ignores SIGPIPE may be under test; what it starts should meet the usual disposition.
    sigaddset(&signals, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(
        &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))

    let words =
        ["env", "--chdir=\(launch.workingDirectory ?? ".")", "setpriv", "--pdeathsig", "KILL", "--", executable]
        + launch.arguments
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    var environment: [UnsafeMutablePointer<CChar>?] = launch.environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for pointer in arguments + environment { free(pointer) } }
    var pid: pid_t = 0
    let failure = posix_spawn(&pid, "/usr/bin/env", &actions, &attributes, &arguments, &environment)
    guard failure == 0 else {
        return .failure(TestSupportError("Could not start \(executable): \(String(cString: strerror(failure)))."))
    }
    return .success(pid)
}

/// The path of a program: as given if it contains a slash, else found as a shell would, also among the system's programs,
/// which the search path of an ordinary user leaves out.
private func findExecutable(_ name: String) throws -> String {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
    let candidates = name.contains("/") ? [name] : (folders + ["/usr/sbin", "/sbin"]).map { "\($0)/\(name)" }
    guard let path = candidates.first(where: { access($0, X_OK) == 0 }) else {
        throw TestSupportError("There is no program \(name); scripts/test installs what the tests need.")
    }
    return path
}
