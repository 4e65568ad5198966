import Foundation
import Glibc

/// What a finished program left behind.
public struct ProcessResult: Sendable {
    /// The exit status, or 128 plus the number of the signal that ended the program.
    public let status: Int32
    /// What it wrote to standard output.
    public let standardOutput: [UInt8]
    /// What it wrote to standard error.
    public let standardError: [UInt8]

    /// Standard output as text.
    public var output: String { String(decoding: standardOutput, as: UTF8.self) }
    /// Standard error as text.
    public var errors: String { String(decoding: standardError, as: UTF8.self) }
}

/// Runs a program to its end.
///
/// The streams are unnamed files, so a program may write any amount in any order without blocking.
/// Cancelling the task kills the program.
/// - Parameters:
///   - executable: A path, or a name that is looked up in the search path.
///   - arguments: The arguments after the program's name.
///   - input: What the program can read from standard input; empty by default.
///   - environment: Variables that are added to, or replace, those of the test process.
///   - workingDirectory: Where it runs; by default where the test process runs.
///   - timeout: After this time the program is killed; one minute by default.
/// - Returns: The status and the output. A status other than 0 is no error.
/// - Throws: ``TestSupportError`` if the program does not exist or had to be killed because of the timeout,
///   `CancellationError` if the task was cancelled.
public func runProcess(
    _ executable: String,
    _ arguments: [String] = [],
    input: [UInt8] = [],
    environment: [String: String] = [:],
    workingDirectory: String? = nil,
    timeout: Duration = .seconds(60)
) async throws -> ProcessResult {
    let inputFile = try UnnamedFile(containing: input)
    let outputFile = try UnnamedFile()
    let errorFile = try UnnamedFile()
    let child = try await ChildProcess.start(
        ChildProcess.Launch(
            executable: executable,
            arguments: arguments,
            environment: ProcessInfo.processInfo.environment.merging(environment) { $1 },
            workingDirectory: workingDirectory,
            input: inputFile.descriptor,
            output: outputFile.descriptor,
            error: errorFile.descriptor))
    let timer = Task.detached {
        try await Task.sleep(for: timeout)
        child.signal(SIGKILL)
        return true
    }
    let status = await withTaskCancellationHandler {
        await child.status()
    } onCancel: {
        child.signal(SIGKILL)
    }
    timer.cancel()
    try Task.checkCancellation()
    let result = try ProcessResult(
        status: status, standardOutput: outputFile.contents(), standardError: errorFile.contents())
    if status == 128 + SIGKILL, (try? await timer.value) == true {
        throw TestSupportError("\(executable) did not end within \(timeout).\n\(result.output)\(result.errors)")
    }
    return result
}

/// Runs a program to its end and requires that it exits with status 0.
///
/// The parameters are those of ``runProcess(_:_:input:environment:workingDirectory:timeout:)``.
/// - Throws: ``TestSupportError`` with the program's output, if it failed.
@discardableResult
public func runSuccessfully(
    _ executable: String,
    _ arguments: [String] = [],
    input: [UInt8] = [],
    environment: [String: String] = [:],
    workingDirectory: String? = nil,
    timeout: Duration = .seconds(60)
) async throws -> ProcessResult {
    let result = try await runProcess(
        executable, arguments, input: input, environment: environment, workingDirectory: workingDirectory,
        timeout: timeout)
    guard result.status == 0 else {
        let command = ([executable] + arguments).joined(separator: " ")
        throw TestSupportError("\(command) ended with status \(result.status).\n\(result.errors)\(result.output)")
    }
    return result
}

/// A file that no folder lists, so that it vanishes with its descriptor.
private struct UnnamedFile: ~Copyable {
    let descriptor: Int32

    init(containing bytes: [UInt8] = []) throws {
        var path = Array((NSTemporaryDirectory() as NSString).appendingPathComponent("dirbridge-XXXXXX").utf8CString)
        descriptor = mkstemp(&path)
        guard descriptor >= 0 else {
            throw TestSupportError("Could not make a temporary file: \(String(cString: strerror(errno))).")
        }
        unlink(path)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else {
                throw TestSupportError("Could not store the input: \(String(cString: strerror(errno))).")
            }
            written += count
        }
        lseek(descriptor, 0, SEEK_SET)
    }

    deinit { close(descriptor) }

    func contents() throws -> [UInt8] {
        var information = stat()
        guard fstat(descriptor, &information) == 0 else {
            throw TestSupportError("Could not read the output: \(String(cString: strerror(errno))).")
        }
        return [UInt8](unsafeUninitializedCapacity: Int(information.st_size)) { buffer, count in
            while count < buffer.count {
                let got = pread(descriptor, buffer.baseAddress?.advanced(by: count), buffer.count - count, off_t(count))
                guard got > 0 else { break }
                count += got
            }
        }
    }
}
