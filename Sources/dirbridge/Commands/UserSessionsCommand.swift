import ArgumentParser
import AuthCore
import DirectoryBridge

/// `dirbridge user sessions USER`
struct UserSessionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sessions", abstract: "List the sessions of a person, or end them.",
        discussion: """
            Sessions are opened by applications that embed the library, with the secret key of secret_key_file. An application notices \
            at the next request that a session has ended.
            """)

    @OptionGroup var options: ConfigurationOption
    @Option(help: "End the session of this number.") var end: Int64?
    @Flag(help: "End all sessions of the person.") var endAll = false
    @Flag(help: "Print one JSON document on standard output.") var json = false
    @Argument(help: "The username.") var user: String

    func validate() throws {
        if end != nil, endAll { throw ValidationError("Give --end NUMBER or --end-all, not both.") }
        if json, end != nil || endAll { throw ValidationError("--json is for the list.") }
    }

    func run() async throws {
        let ends = end != nil || endAll
        try await options.withBridge(ends ? .writable : .readOnly) { bridge in
            let sessions = try bridge.requireSessions()
            let person = try await bridge.account(named: user).user
            if let end {
                guard try await sessions.end(Session.ID(end), of: person.id, cause: .currentAdministrator) else {
                    throw CommandFailure(
                        "\(person.username) has no session \(end); see: dirbridge user sessions \(person.username)",
                        .rejected)
                }
                Output.message("Ended session \(end) of \(person.username).")
            } else if endAll {
                let count = try await sessions.endAll(of: person.id, cause: .currentAdministrator)
                Output.message("Ended \(count) session\(count == 1 ? "" : "s") of \(person.username).")
            } else {
                let document = SessionsDocument(
                    username: person.username, sessions: try await sessions.list(of: person.id))
                if json { try Output.json(document) } else { Output.result(document.text) }
            }
        }
    }
}

/// `dirbridge user reset-link USER`
struct UserResetLinkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset-link", abstract: "Print a link by which somebody sets a new password for a local account.",
        discussion: """
            The link is as Django's are, BASE/reset/ID/TOKEN/, for an application that has such a page and the same secret key. It \
            counts once, for three days, and not after the next login. Whoever has it can take over the account.
            """)

    @OptionGroup var options: ConfigurationOption
    @Option(name: .customLong("base-url"), help: "Where the application is, such as https://portal.example.org.")
    var baseURL: String
    @Argument(help: "The username.") var user: String

    func run() async throws {
        try await options.withBridge { bridge in
            let record = try await bridge.account(named: user)
            Output.result(try await bridge.resetLink(for: record, baseURL: baseURL, cause: .currentAdministrator))
        }
    }
}
