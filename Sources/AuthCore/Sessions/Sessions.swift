public import Foundation
public import Logging
import Synchronization

/// Opens, checks and ends sessions.
///
/// ```swift
/// let report = await authenticator.authenticate(credentials, context: context)
/// if let opened = try await sessions.open(for: report, context: context, replacing: cookie.flatMap(SessionToken.init)) {
///     setCookie(opened.token.text)
/// }
/// // at each request
/// guard let user = try await sessions.check(cookie).user else { return redirectToLogin() }
/// ```
///
/// A check is one indexed read. It writes nothing; that a session was used is noted and written behind by ``run()``, once a minute for each
/// session at the most. What ends a session is in ``SessionEnd``.
///
/// What a login rehashes with more work is another password column, and ends the person's other sessions, as it does under Django.
public final class Sessions: Sendable {
    let store: any SessionStore
    let settings: SessionSettings
    let binder: SessionBinder
    let recorder: ActivityRecorder?
    let logger: Logger
    let now: @Sendable () -> Date
    /// When sessions were used that is not written yet.
    let seen = Mutex<[Session.ID: Date]>([:])
    private let backends: [any AuthenticationBackend]

    /// Sessions.
    /// - Parameters:
    ///   - store: Where they are kept.
    ///   - backends: The chain. A session whose backend is not in it is over.
    ///   - keys: What sessions are bound with.
    ///   - settings: How long they last.
    ///   - recorder: Writes to the audit trail when somebody ends sessions; `nil` does not.
    ///   - logger: Receives one line at `debug` for each session that is found to be over.
    ///   - now: The wall clock.
    public init(
        store: any SessionStore, backends: [any AuthenticationBackend], keys: SecretKeys,
        settings: SessionSettings = SessionSettings(), recorder: ActivityRecorder? = nil,
        logger: Logger = Logger(label: "auth.sessions"), now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.store = store
        self.settings = settings
        self.binder = SessionBinder(keys)
        self.recorder = recorder
        self.logger = logger
        self.now = now
        self.backends = backends
    }

    // MARK: Opening

    /// Opens a session for somebody whom a chain let in.
    ///
    /// The token is always a new one and the session of the one that the browser had ends, whoever's it was: a token that somebody planted in
    /// the browser is worth nothing after the login.
    /// - Parameters:
    ///   - report: What the chain said.
    ///   - context: Where the person comes from.
    ///   - replaced: The token that the browser had, if any.
    /// - Returns: The session, and the token for the cookie; `nil` if the chain let nobody in, or the account is gone, not active or has another
    ///   password by now.
    public func open(
        for report: AuthenticationReport, context: AuthenticationContext, replacing replaced: SessionToken?
    ) async throws -> OpenedSession? {
        guard case .authenticated(let user, let backend) = report.outcome else { return nil }
        let seen = report.seen.flatMap { $0.user.id == user.id ? $0.password : nil }
        return try await open(for: user.id, backend: backend, context: context, replacing: replaced, having: seen)
    }

    /// Opens a session for somebody whose credentials were just proved.
    ///
    /// After somebody changed their own password this gives the browser they did it in a session again, where all others have ended.
    public func open(
        for user: User.ID, backend: String, context: AuthenticationContext, replacing replaced: SessionToken?
    ) async throws -> OpenedSession? {
        try await open(for: user, backend: backend, context: context, replacing: replaced, having: nil)
    }

    /// - Parameter password: What must stand in the password column still; `nil` for anything.
    private func open(
        for user: User.ID, backend: String, context: AuthenticationContext, replacing replaced: SessionToken?,
        having password: EncodedPassword?
    ) async throws -> OpenedSession? {
        let token = SessionToken()
        let time = now()
        let new = NewSession(
            digest: token.digest, user: user, backend: backend, created: time,
            expires: time + settings.lifetime.timeInterval, address: context.clientAddress,
            userAgent: context.userAgent)
        let binder = binder
        let session = try await store.openSession(
            new, replacing: replaced?.digest, keeping: settings.maximumPerUser
        ) { password == nil || password == $0 ? binder.binding(to: $0) : nil }
        return session.map { OpenedSession(token: token, session: $0) }
    }

    /// Gives a session another token, as when its person is allowed more than before. Nothing else about it changes.
    /// - Returns: The new token; `nil` if there is no such session, or it is over.
    public func rotate(_ token: SessionToken) async throws -> SessionToken? {
        guard case .valid = try await check(token) else { return nil }
        let new = SessionToken()
        return try await store.rotateSession(token.digest, to: new.digest) ? new : nil
    }

    // MARK: Checking

    /// Whether a cookie lets somebody in, and whom.
    /// - Parameter cookie: What the browser sent; `nil` if it sent nothing.
    /// - Throws: ``AuthenticationOutage`` if that cannot be known. Nobody is in then, and no session ends.
    public func check(_ cookie: String?) async throws -> SessionCheck {
        guard let token = cookie.flatMap(SessionToken.init) else { return .over(.malformed) }
        return try await check(token)
    }

    /// Whether a token lets somebody in, and whom. A session that is found to be over is removed, so it does not come back with what ended it
    /// undone.
    /// - Throws: ``AuthenticationOutage`` if that cannot be known.
    public func check(_ token: SessionToken) async throws -> SessionCheck {
        guard var found = try await store.session(token.digest) else { return .over(.unknown) }
        let time = now()
        let id = found.session.id
        if let used = seen.withLock({ $0[id] }) { found.session.lastSeen = max(used, found.session.lastSeen) }
        if let end = try await end(of: found, at: time) {
            await remove(found.session, token, because: end)
            return .over(end)
        }
        if binder.recognise(found.binding, of: found.account.password) == .former {
            // Where this cannot be written, the next use tries again.
            let binding = binder.binding(to: found.account.password)
            try? await store.bindSession(id, from: found.binding, to: binding)
        }
        if time.timeIntervalSince(found.session.lastSeen) >= SessionSettings.activityInterval.timeInterval {
            seen.withLock { $0[id] = time }
            found.session.lastSeen = time
        }
        return .valid(found.session, found.account)
    }

    /// Why a session is over; `nil` if it is not.
    func end(of stored: StoredSession, at time: Date) async throws -> SessionEnd? {
        let session = stored.session
        if time >= session.expires || time >= session.created + settings.lifetime.timeInterval { return .expired }
        if time >= session.lastSeen + settings.idle.timeInterval { return .idle }
        guard stored.account.user.isActive else { return .accountDisabled }
        if binder.recognise(stored.binding, of: stored.account.password) == .none { return .passwordChanged }
        guard let backend = backends.first(where: { $0.name == session.backend }) else { return .backendRemoved }
        return try await backend.keeps(session, of: stored.account) ? nil : .backendRefused
    }

    /// The answer stands also where the session cannot be removed: it is over whenever it is looked at.
    private func remove(_ session: Session, _ token: SessionToken, because end: SessionEnd) async {
        seen.withLock { $0[session.id] = nil }
        logger.debug(
            "Session is over",
            metadata: ["session.id": "\(session.id)", "user.id": "\(session.user)", "session.end": "\(end.rawValue)"])
        _ = try? await store.endSession(token.digest)
    }
}

/// A session that was just opened.
public struct OpenedSession: Sendable {
    /// For the cookie, and for nothing else.
    public let token: SessionToken
    /// The session.
    public let session: Session
}

extension Duration {
    /// In seconds.
    var timeInterval: TimeInterval {
        TimeInterval(components.seconds) + TimeInterval(components.attoseconds) / 1e18
    }
}
