import Foundation
import Glibc

/// Starts a server and waits until it listens.
/// - Parameters:
///   - executable: The server's program, which stays in the foreground.
///   - arguments: Its arguments.
///   - environment: All variables it gets.
///   - log: The file that its output is added to.
///   - otherLog: A file that it writes by itself, shown as well if it does not start.
///   - ports: Where it is going to listen.
///   - limit: How long it may take.
/// - Throws: ``TestSupportError`` with the end of the logs, if it ends or if the time is up.
func startServer(
    _ executable: String, _ arguments: [String], environment: [String: String] = [:], log: String,
    otherLog: String? = nil, ports: [Int], within limit: Duration = .seconds(60)
) async throws -> ChildProcess {
    let output = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    let input = open("/dev/null", O_RDONLY | O_CLOEXEC)
    defer {
        close(output)
        close(input)
    }
    let child = try await ChildProcess.start(
        ChildProcess.Launch(
            executable: executable, arguments: arguments,
            environment: environment.merging(["PATH": "/usr/sbin:/usr/bin"]) { given, _ in given },
            input: input, output: output, error: output))
    do {
        try await eventually("\(executable) listens", timeout: limit) {
            if let status = child.statusIfEnded {
                throw TestSupportError("\(executable) ended with status \(status).")
            }
            return ports.allSatisfy(LoopbackPort.isListening)
        }
        return child
    } catch {
        await child.terminate()
        if error is CancellationError { throw error }
        let logs = [log, otherLog].compactMap { $0.flatMap(textOfLog)?.suffix(2000) }.joined(separator: "\n")
        throw TestSupportError("\(error) Its log ends:\n\(logs)")
    }
}

/// What a log holds. A request may contain any bytes, so it is not always valid UTF-8.
func textOfLog(_ path: String) -> String? {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
}

/// Tries again with other ports if somebody else has taken one between the moment it was found free and the server's start.
/// - Parameter start: Receives as many free ports as are wanted.
func withFreePorts<Server>(_ count: Int, start: ([Int]) async throws -> Server) async throws -> Server {
    for _ in 1..<5 {
        do {
            return try await start((0..<count).map { _ in try LoopbackPort.free() })
        } catch let error as TestSupportError where portIsTaken.contains(where: error.description.contains) {
            continue
        }
    }
    return try await start((0..<count).map { _ in try LoopbackPort.free() })
}

/// How slapd, Samba and 389 Directory Server say it.
private let portIsTaken = ["Address already in use", "ADDRESS_ALREADY_ASSOCIATED", "Local Network address is in use"]
