public import AuthCore
import Foundation
import LocalBackend
import Logging

extension Bridge {
    /// The sessions, for somebody who needs them.
    /// - Throws: ``AdministrationError`` if the configuration names no secret key.
    public func requireSessions() throws -> Sessions {
        guard let sessions else { throw Self.noSecretKey }
        return sessions
    }

    /// A link by which somebody who forgot the password of a local account sets a new one, as Django's are: `BASE/reset/ID/TOKEN/`. It counts
    /// once, for three days, and not after the next login.
    ///
    /// - Parameters:
    ///   - record: The account.
    ///   - baseURL: Where the application is that has the page, such as `https://portal.example.org`.
    ///   - cause: Who wants this, for the audit trail.
    /// - Throws: ``AdministrationError`` if the account is not active or has its password elsewhere, if the address is none, or if the
    ///   configuration names no secret key; what the store throws.
    public func resetLink(for record: AccountRecord, baseURL: String, cause: ChangeCause) async throws -> String {
        guard let resetTokens else { throw Self.noSecretKey }
        try requireLocal(record)
        let name = record.user.username
        guard record.user.isActive else {
            throw AdministrationError(
                .notActive,
                "'\(name)' is not active, so no password would let anybody in; first: dirbridge user activate \(name)")
        }
        guard let token = resetTokens.token(for: record) else {
            throw AdministrationError(
                .noUsablePassword,
                "'\(name)' has no password that could be forgotten; to give it one: dirbridge user set-password \(name)"
            )
        }
        let base = try Self.base(baseURL)
        let event = AuditEvent(
            time: Date(), event: "password.reset_link", userID: record.user.id, username: name, cause: cause)
        try await store.record(Activity(events: [event]))
        return "\(base)/reset/\(PasswordResetTokens.encode(record.user.id))/\(token)/"
    }

    /// An address without the slash at its end.
    private static func base(_ text: String) throws -> String {
        // The link is a password: what it is sent over must be encrypted, unless it stays on this machine.
        guard let address = URLComponents(string: text), let host = address.host, !host.isEmpty,
            address.scheme == "https"
                || address.scheme == "http" && ["localhost", "127.0.0.1", "[::1]"].contains(host),
            address.query == nil, address.fragment == nil, address.user == nil
        else {
            throw AdministrationError(
                .addressRefused, "'\(text)' is no address for links; write for example https://portal.example.org")
        }
        return String(text.reversed().drop { $0 == "/" }.reversed())
    }

    /// What is made with the secret key, if there is one.
    /// - Throws: ``AdministrationError`` if it cannot be read, or could be guessed.
    static func sessions(
        _ configuration: Configuration, _ store: any SessionStore, _ backends: [any AuthenticationBackend],
        _ recorder: ActivityRecorder?, _ logger: Logger
    ) throws -> (Sessions?, PasswordResetTokens?) {
        guard let files = configuration.secretKeys else { return (nil, nil) }
        do {
            let (key, former) = (try files.key(), try files.formerKeys())
            let sessions = Sessions(
                store: store, backends: backends, keys: try SecretKeys(key, fallbacks: former),
                settings: configuration.sessions, recorder: recorder, logger: logger)
            return (sessions, try PasswordResetTokens(secretKey: key, fallbacks: former))
        } catch {
            throw AdministrationError(.noSecretKey, "The secret key cannot be used: \(error)")
        }
    }

    private static var noSecretKey: AdministrationError {
        AdministrationError(
            .noSecretKey,
            "The configuration names no secret key; write one (openssl rand -hex 32) into a file and add secret_key_file: FILE"
        )
    }
}
