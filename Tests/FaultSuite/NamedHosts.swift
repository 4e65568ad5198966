import Logging
import Synchronization
import TestSupport

#if DEBUG
@testable import LDAPClient
#else
import LDAPClient
#endif

/// Names of hosts and their addresses, in the place of DNS.
final class NamedHosts: Sendable {
    private struct State {
        var addresses: [String: [String]]
        var passed = Duration.zero
    }

    private let state: Mutex<State>
    private let start = ContinuousClock.now

    init(_ addresses: [String: [String]]) {
        state = Mutex(State(addresses: addresses))
    }

    /// Gives a host other addresses; with none it is unknown.
    func set(_ host: String, _ addresses: [String]) {
        state.withLock { $0.addresses[host] = addresses }
    }

    /// Makes answers older.
    func age(by duration: Duration) {
        state.withLock { $0.passed += duration }
    }

    /// A client that looks names up here, and is shut down after the run.
    ///
    /// - Parameter lookup: Called at each look-up, on a thread that may be kept waiting.
    /// - Throws: ``TestSupportError`` in a release build, which does not let anybody in.
    func client(
        _ configuration: LDAPClientConfiguration, of run: Run, lookup: @escaping @Sendable () -> Void = {}
    ) async throws -> LDAPClient {
        #if DEBUG
        let now: @Sendable () -> ContinuousClock.Instant = { self.start + self.state.withLock { $0.passed } }
        let resolver = await Resolver(now: now) { host throws(ResolutionFailure) in
            lookup()
            var found: [SocketAddress] = []
            for address in self.state.withLock({ $0.addresses[host] ?? [] }) {
                found += try SocketAddress.resolve(address, numericOnly: true)
            }
            guard !found.isEmpty else { throw ResolutionFailure(text: "Name or service not known") }
            return found
        }
        return run.keep(
            LDAPClient(configuration: configuration, name: "faults", logger: run.logger, resolver: resolver))
        #else
        throw TestSupportError("Names can be provoked in a debug build only.")
        #endif
    }
}
