import Glibc

/// Runs a closure with a TLS server of `openssl s_server`, for certificates and versions that slapd would refuse.
///
/// What it answers over TLS is HTTP; only its handshakes are of interest.
/// - Parameters:
///   - arguments: Arguments of openssl-s_server(1), with `-cert` and `-key`.
///   - body: Receives the port on 127.0.0.1.
public func withOpenSSLServer<Result>(
    _ arguments: [String], _ body: (_ port: Int) async throws -> Result
) async throws -> Result {
    let port = try LoopbackPort.free()
    let null = open("/dev/null", O_RDWR | O_CLOEXEC)
    defer { close(null) }
    let child = try await ChildProcess.start(
        ChildProcess.Launch(
            executable: "openssl", arguments: ["s_server", "-accept", "127.0.0.1:\(port)", "-www"] + arguments,
            environment: ["PATH": "/usr/bin:/bin"], input: null, output: null, error: null))
    do {
        try await eventually("openssl s_server listens on port \(port)", timeout: .seconds(30)) {
            if let status = child.statusIfEnded {
                throw TestSupportError("openssl s_server ended with status \(status)")
            }
            return LoopbackPort.isListening(port)
        }
        let result = try await body(port)
        await child.terminate()
        return result
    } catch {
        await child.terminate()
        throw error
    }
}
