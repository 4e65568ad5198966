internal import Glibc
internal import Synchronization

/// One TLS handshake, which libldap can only do by blocking: on a thread of its own, under a deadline.
///
/// When the deadline passes, the socket is shut down, which ends the call on that thread; it is closed only here, on
/// the executor, so that the descriptor cannot belong to somebody else meanwhile.
@LDAPActor
final class TLSHandshake {
    private typealias Outcome = Result<Void, SessionFailure>

    // The thread leaves the handle here; the executor takes it out, or drops it with this object.
    private nonisolated let session = Mutex<SessionHandle?>(nil)
    private let url: LDAPURL
    private let descriptor: Int32
    private var isRunning = true

    /// Turns a connected socket into a verified TLS session. The socket belongs to the handshake from here on.
    static func perform(
        descriptor: Int32, url: LDAPURL, options: LDAPTLSOptions, maxMessageBytes: Int,
        until deadline: ContinuousClock.Instant
    ) async throws(LDAPError) -> SessionHandle {
        do throws(Promise<Void>.Failure) {
            try await HandshakeLimiter.shared.acquire(url, until: deadline)
        } catch {
            close(descriptor)
            throw failure(url, options, error.code, nil)
        }
        let handshake = TLSHandshake(descriptor: descriptor, url: url)
        return try await handshake.run(options, maxMessageBytes: maxMessageBytes, until: deadline)
    }

    private init(descriptor: Int32, url: LDAPURL) {
        self.descriptor = descriptor
        self.url = url
    }

    private func run(
        _ options: LDAPTLSOptions, maxMessageBytes: Int, until deadline: ContinuousClock.Instant
    ) async throws(LDAPError) -> SessionHandle {
        let promise = Promise<Outcome>()
        start(options, maxMessageBytes: maxMessageBytes, promise)
        let outcome: Outcome
        do throws(Promise<Outcome>.Failure) {
            outcome = try await promise.value(until: deadline)
        } catch {
            if isRunning { shutdown(descriptor, Int32(SHUT_RDWR)) }
            throw Self.failure(url, options, error.code, nil)
        }
        if case .failure(let problem) = outcome { throw Self.failure(url, options, .tlsFailed, problem.text) }
        guard let handle = session.withLock({ $0.take() }) else { throw Self.failure(url, options, .tlsFailed, nil) }
        return handle
    }

    private func start(_ options: LDAPTLSOptions, maxMessageBytes: Int, _ promise: Promise<Outcome>) {
        let (descriptor, url) = (descriptor, url)
        let started = DetachedThread.start {
            OpenLDAPLibrary.initialize()
            let outcome: Outcome
            var ownsSocket = true
            do throws(SessionFailure) {
                let handle = try SessionHandle(descriptor: descriptor, url: url, serverName: options.serverName)
                ownsSocket = false
                outcome = self.secure(handle, options, maxMessageBytes: maxMessageBytes)
            } catch {
                outcome = .failure(error)
            }
            let mustClose = ownsSocket
            LDAPExecutor.shared.execute { self.finished(outcome, mustClose: mustClose, promise) }
        }
        if !started {
            let failure = SessionFailure(code: -1, diagnosticMessage: "no thread for the handshake")
            finished(.failure(failure), mustClose: true, promise)
        }
    }

    private nonisolated func secure(
        _ handle: consuming SessionHandle, _ options: LDAPTLSOptions, maxMessageBytes: Int
    ) -> Outcome {
        let outcome: Outcome
        do throws(SessionFailure) {
            try handle.configure(maxMessageBytes: maxMessageBytes)
            try handle.secure(options, startTLS: url.scheme == .ldap)
            try handle.makeNonBlocking()
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        // A failed one is kept as well: only the executor may close the descriptor.
        keep(handle)
        return outcome
    }

    private nonisolated func keep(_ handle: consuming sending SessionHandle) {
        var handle: SessionHandle? = handle
        session.withLock { swap(&$0, &handle) }
    }

    private func finished(_ outcome: Outcome, mustClose: Bool, _ promise: Promise<Outcome>) {
        isRunning = false
        HandshakeLimiter.shared.release(url)
        if mustClose { close(descriptor) }
        // Somebody who gave up meanwhile will not take the session, nor is a failed one of any use.
        if case .failure = outcome { drop() } else if promise.isSettled { drop() }
        promise.fulfill(outcome)
    }

    private func drop() {
        session.withLock { $0 = nil }
    }

    private static func failure(
        _ url: LDAPURL, _ options: LDAPTLSOptions, _ code: LDAPError.Code, _ reason: String?
    ) -> LDAPError {
        var remedy: String?
        if code == .tlsFailed {
            let authority = options.effectiveCAFile ?? options.caDirectory ?? "the configured CA"
            remedy =
                "check that the port speaks TLS, and that the certificate is valid, names \(options.expectedName(of: url)), and comes from a CA in "
                + "\(authority); openssl s_client -connect \(url.host):\(url.port) -CAfile \(authority) shows it"
            if options.expectedName(of: url) == "localhost" {
                remedy =
                    "use 127.0.0.1 and a certificate with that address: for the name localhost libldap expects the "
                    + "machine's own full name in the certificate"
            }
        }
        // GnuTLS says "(unknown error code)" when a certificate does not verify, and ends its other sentences with a full stop.
        let words = reason.map { $0.replacing(": (unknown error code)", with: ": the server could not be verified") }
        let reason = words.map { $0.hasSuffix(".") ? String($0.dropLast()) : $0 }
        return LDAPError(code, step: .tls, operation: "set up TLS with \(url)", reason: reason, remedy: remedy)
    }
}
