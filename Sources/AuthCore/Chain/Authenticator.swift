public import Foundation
public import Logging

/// The chain of backends: what an application calls to log somebody in.
///
/// **At most one backend sees the secret.** The name is first resolved locally. An account that exists has an owner (the directory it is
/// linked to, or the local backend), and only the owner is asked. A name nobody owns is looked up in all backends, without the secret; the
/// one that knows it is asked, and a name that several know is ambiguous. The exception are backends that cannot look names up
/// (``Lookup/possible``, such as a directory with a DN template): where no other knows the name, they are tried in order until one does
/// not say ``AuthenticationVerdict/notFound`` or ``AuthenticationVerdict/rejected(_:)``.
///
/// The answer is, in this order: denied by a look-up; authenticated, denied or rejected by the one that was asked; unavailable, if any
/// backend could not be asked; rejected; not found. An outage is never a wrong password.
public struct Authenticator: Sendable {
    /// The backends, in order.
    public let backends: [any AuthenticationBackend]
    /// Where accounts are kept.
    public let store: any AccountStore
    /// The time for one attempt, all backends together.
    public let deadline: LoginDeadline

    let throttle: Throttle?
    let recorder: ActivityRecorder?
    let observer: AuthenticationObserver?
    let logger: Logger
    let now: @Sendable () -> Date
    let sleep: @Sendable (Duration) async throws -> Void

    /// A chain.
    /// - Parameters:
    ///   - backends: The backends, in the order in which names are looked up.
    ///   - store: Where accounts are kept.
    ///   - deadline: The time for one attempt. Default: 10 s.
    ///   - throttle: Refuses attempts after too many have failed, before anybody is asked; `nil` refuses none.
    ///   - recorder: Writes last logins and failed attempts behind; `nil` writes neither.
    ///   - observer: Hears of every attempt; `nil` for nobody.
    ///   - logger: Receives one line at `debug` for each attempt.
    ///   - now: The wall clock, for what is recorded.
    ///   - sleep: Waits; a test puts its own clock here.
    public init(
        backends: [any AuthenticationBackend], store: any AccountStore,
        deadline: LoginDeadline = LoginDeadline(.seconds(10)), throttle: Throttle? = nil,
        recorder: ActivityRecorder? = nil,
        observer: AuthenticationObserver? = nil,
        logger: Logger = Logger(label: "auth"), now: @escaping @Sendable () -> Date = { Date() },
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.backends = backends
        self.store = store
        self.deadline = deadline
        self.throttle = throttle
        self.recorder = recorder
        self.observer = observer
        self.logger = logger
        self.now = now
        self.sleep = sleep
    }

    /// Asks who somebody is, mirrors them if they come from elsewhere, and records the attempt.
    ///
    /// - Parameters:
    ///   - credentials: What was presented. Never logged.
    ///   - context: Where it comes from. With a trace in it, the report holds every step.
    /// - Returns: The answer and how it came about. Never throws: an outage is an answer of the chain.
    public func authenticate(
        _ credentials: any Credentials, context: AuthenticationContext = AuthenticationContext()
    ) async -> AuthenticationReport {
        let report: AuthenticationReport
        switch await admit(credentials, context: context) {
        case .admitted(let ticket):
            var attempt = Attempt(chain: self, credentials: credentials, context: context, writes: true)
            report = await attempt.run()
            throttle?.settle(ticket, report.outcome)
            record(report, of: credentials, context: context)
        case .refused(let refusal):
            report = AuthenticationReport(refusal)
            // A storm must not fill the audit trail: one line until an attempt is let through again.
            if refusal.isFirst { record(report, of: credentials, context: context) }
        }
        observer?.notify(
            AuthenticationEvent(
                time: now(), outcome: report.outcome, name: credentials.loginName?.text, backend: report.backend,
                changes: report.changes, outages: report.outages, clientAddress: context.clientAddress,
                requestID: context.requestID))
        return report
    }

    /// Asks the backends other than the local one what they would say, and what the local account would become, and writes nothing.
    ///
    /// This is the bind test: it shows a directory's answer also for a name that belongs to a local account.
    public func examine(
        _ credentials: any Credentials, context: AuthenticationContext = AuthenticationContext()
    ) async -> AuthenticationReport {
        var attempt = Attempt(chain: self, credentials: credentials, context: context, writes: false)
        return await attempt.run()
    }

    /// What cannot be anybody's is no guess, and refused unasked by the chain itself.
    private func admit(_ credentials: any Credentials, context: AuthenticationContext) async -> ThrottleDecision {
        guard let throttle, credentials.flaw == nil else { return .admitted(ThrottleTicket(charges: [], devices: [])) }
        return await throttle.admit(credentials, context: context)
    }

    private func record(
        _ report: AuthenticationReport, of credentials: any Credentials, context: AuthenticationContext
    ) {
        logger.debug(
            "Login attempt decided",
            metadata: [
                "auth.verdict": "\(report.outcome.verdict)", "auth.reason": "\(report.outcome.reason ?? "")",
                "auth.backend": "\(report.backend ?? "")", "request.id": "\(context.requestID ?? "")",
            ])
        guard let recorder else { return }
        if let user = report.outcome.user {
            recorder.noteLogin(of: user.id, at: now())
            return
        }
        var details: [String: String] = ["reason": report.outcome.reason ?? ""]
        details["backend"] = report.backend
        details["address"] = context.clientAddress
        recorder.note(
            AuditEvent(
                time: now(), event: "login." + report.outcome.verdict, username: credentials.loginName?.text,
                cause: .login(source: report.backend ?? ""), details: details))
    }
}
