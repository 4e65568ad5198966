/// Waits until something that another thread or process does has happened.
///
/// For events that cannot be awaited: that a server has noticed a closed connection, or has written a line to its log.
/// - Parameters:
///   - what: What is waited for, as the end of the sentence "Waited in vain until …".
///   - timeout: How long at most; a minute by default, since a machine may be busy.
///   - condition: Asked every few milliseconds until it answers true.
/// - Throws: ``TestSupportError`` if the time is up.
public func eventually(
    _ what: String, timeout: Duration = .seconds(60), _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + timeout
    while try await !condition() {
        guard ContinuousClock.now < deadline else {
            throw TestSupportError("Waited in vain until \(what) (\(timeout)).")
        }
        try await Task.sleep(for: .milliseconds(5))
    }
}
