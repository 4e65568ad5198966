import Foundation
import Synchronization
import TestSupport
import Testing

/// A configuration and a database in a folder of their own, and the command that works on them.
///
/// Two things hold for every run of the command, so every run is checked for them: the password that it was given and
/// that of the service account are in no output, and a JSON document is as its schema says.
final class Site: Sendable {
    /// The folder that holds the configuration, the service account's password and, once it is made, the database.
    let folder: String
    private let documents = Mutex<[Document]>([])
    private let longest = Mutex(Duration.zero)

    private init(folder: String) {
        self.folder = folder
    }

    /// Makes a site, and checks the JSON documents of all runs when `body` is done.
    /// - Parameter settings: What the configuration says.
    static func with(_ settings: Settings, _ body: (Site) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let site = Site(folder: folder)
            try "bridge-secret\n".write(toFile: "\(folder)/bind.password", atomically: false, encoding: .utf8)
            try site.configure(settings.text)
            try await body(site)
            try await requireValid(site.documents.withLock { $0 })
        }
    }

    /// The company's directory. Not the one of other test targets, whose wrong passwords would count towards a lockout.
    static let company = SharedSlapd(loading: .company)

    /// The same with the company's directory, which all tests share, and may therefore not change.
    static func withCompany(
        _ adjust: (inout Settings) -> Void = { _ in }, _ body: (Site) async throws -> Void
    ) async throws {
        var settings = Settings(server: try await company.server().uri)
        adjust(&settings)
        try await with(settings, body)
    }

    // MARK: Files

    var configuration: String { "\(folder)/dirbridge.yaml" }
    var database: String { "\(folder)/accounts.db" }
    var databaseExists: Bool { FileManager.default.fileExists(atPath: database) }

    /// Replaces the configuration.
    func configure(_ text: String) throws {
        try text.write(toFile: configuration, atomically: false, encoding: .utf8)
    }

    /// The names and contents of all files of the folder.
    func files() throws -> [String: Data] {
        var files: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            files[name] = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
        }
        return files
    }

    /// What sqlite3(1) answers to statements.
    @discardableResult
    func sqlite(_ statements: String...) async throws -> String {
        let result = try await runSuccessfully("sqlite3", ["-bail", database] + statements)
        return result.output.trimmingCharacters(in: .newlines)
    }

    // MARK: Running

    /// Runs the command with this configuration.
    /// - Parameters:
    ///   - arguments: Its arguments, without `--config`.
    ///   - password: If given, it is handed over on standard input, and `--password-stdin` is added.
    ///   - environment: Variables besides those of the test.
    func run(
        _ arguments: String..., password: String? = nil, environment: [String: String] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ProcessResult {
        try await run(arguments, password: password, environment: environment, sourceLocation: sourceLocation)
    }

    func run(
        _ arguments: [String], password: String? = nil, environment: [String: String] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ProcessResult {
        let result = try await Turnstile.shared.pass {
            let started = ContinuousClock.now
            defer { longest.withLock { $0 = max($0, ContinuousClock.now - started) } }
            return try await runProcess(
                builtProduct("dirbridge"),
                arguments + (password == nil ? [] : ["--password-stdin"]) + ["--config", configuration],
                input: Array((password ?? "").utf8), environment: environment)
        }
        let typed = (password ?? "").trimmingCharacters(in: .newlines)
        for secret in [typed, "bridge-secret"] where !secret.isEmpty {
            #expect(!(result.output + result.errors).contains(secret), sourceLocation: sourceLocation)
        }
        if arguments.contains("--json"), !result.standardOutput.isEmpty {
            let document = try Document(of: arguments, text: result.output)
            documents.withLock { $0.append(document) }
        }
        return result
    }

    /// Runs the command, which has to print a JSON document, and reads it.
    func read<Value: Decodable>(
        _ type: Value.Type, _ arguments: String..., password: String? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> (value: Value, status: Int32) {
        let result = try await run(arguments + ["--json"], password: password, sourceLocation: sourceLocation)
        return (try decoded(type, result), result.status)
    }

    /// Reads the JSON document that a run printed.
    func decoded<Value: Decodable>(_ type: Value.Type, _ result: ProcessResult) throws -> Value {
        guard !result.standardOutput.isEmpty else {
            throw TestSupportError("There is no document, but on standard error:\n\(result.errors)")
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: Data(result.standardOutput))
    }

    /// How long the longest run so far has taken.
    var longestRun: Duration { longest.withLock { $0 } }

    /// `login USER --json`
    func logIn(
        _ user: String, _ password: String, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> LoginAnswer {
        try await attempt("login", user, password, sourceLocation: sourceLocation)
    }

    /// `bind-test USER --json`
    func bindTest(
        _ user: String, _ password: String, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> LoginAnswer {
        try await attempt("bind-test", user, password, sourceLocation: sourceLocation)
    }

    private func attempt(
        _ command: String, _ user: String, _ password: String, sourceLocation: SourceLocation
    ) async throws -> LoginAnswer {
        let (attempt, status) = try await read(
            AttemptRead.self, command, user, password: password, sourceLocation: sourceLocation)
        return LoginAnswer(
            status: status, verdict: attempt.verdict, reason: attempt.reason, backend: attempt.backend,
            id: attempt.user?.id, username: attempt.user?.username)
    }

    /// The usernames of all accounts.
    func usernames() async throws -> [String] {
        try await read(UserListRead.self, "user", "list").value.users.map(\.user.username)
    }
}

/// What `login` and `bind-test` said, in short.
struct LoginAnswer: Equatable {
    var status: Int32
    var verdict: String
    var reason: String?
    var backend: String?
    var id: Int?
    var username: String?

    /// Without the person, for comparisons of refusals.
    var refusal: String { "\(status) \(verdict) \(reason ?? "-")" }
}

/// The parts of the documents that tests look at. Whether the rest is right is for the schemas to say.
struct AttemptRead: Decodable {
    struct Step: Decodable {
        let backend, name, detail: String
        let ok: Bool
    }
    struct Group: Decodable, Equatable {
        let name, via: String
        let dn: String?
    }

    let verdict: String
    let reason, backend: String?
    let user: UserRead?
    let groups: [Group]
    let permissions: [String]
    let steps: [Step]
    let warnings: [String]
    let diagnoses: [Diagnosis]
    let attributes: [Attribute]
    let grounds: [String: [String]]
    let cost: Cost

    struct Diagnosis: Decodable, Equatable {
        let backend: String?
        let step, cause, remedy: String
    }
    struct Attribute: Decodable, Equatable {
        let name, source: String
        let value, note: String?
    }
    struct Cost: Decodable, Equatable {
        let binds, serviceBinds, searches, diagnosisSearches: Int
    }
}

struct UserRead: Decodable {
    let id: Int?
    let username, firstName, lastName, email: String
    let isActive, isStaff, isSuperuser: Bool
    let dn, externalId: String?
    let profile: [String: String]
}

struct AccountRead: Decodable {
    let user: UserRead
    let owner, password: String
    let breakGlass: Bool
}

struct DecisionRead: Decodable {
    struct Ground: Decodable {
        let kind, text: String
        let backend, source, rule, group, groupDn, via: String?
    }
    let granted: Bool
    let grounds: [Ground]
}

struct UserListRead: Decodable {
    let users: [AccountRead]
}

struct UserShowRead: Decodable {
    let account: AccountRead
    let groups, permissions: [String]
}
