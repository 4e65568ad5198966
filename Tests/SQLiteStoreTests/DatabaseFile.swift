import AuthCore
import Foundation
import GRDB
import SQLiteStore
import TestSupport

/// A database in a temporary folder, and a connection of another program to it.
struct DatabaseFile {
    let path: String
    /// What another program sees and does: plain SQLite, as Django uses it.
    let other: DatabaseQueue

    /// Opens the store.
    func open() throws -> SQLiteAccountStore {
        try SQLiteAccountStore(path: path, now: { Date(timeIntervalSince1970: 1_800_000_000) })
    }

    /// Runs statements as the other program.
    func execute(_ sql: String) throws {
        try other.write { try $0.execute(sql: sql) }
    }

    /// The texts of a query's first column, as the other program sees them.
    func texts(_ sql: String) throws -> [String] {
        try other.read { try String.fetchAll($0, sql: sql) }
    }

    /// The number a query answers with.
    func count(_ sql: String) throws -> Int? {
        try other.read { try Int.fetchOne($0, sql: sql) }
    }

    /// A number that changes with each transaction that another connection commits with changes (SQLite's `data_version`).
    func version() throws -> Int? { try count("PRAGMA data_version") }

    /// Makes an account as Django does.
    func insertUser(_ username: String, password: String = "!") throws {
        try other.write {
            try $0.execute(
                sql: """
                    INSERT INTO auth_user (password, is_superuser, username, first_name, last_name, email, is_staff,
                        is_active, date_joined)
                    VALUES (?, 0, ?, '', '', '', 0, 1, '2026-01-31 12:34:56')
                    """, arguments: [password, username])
        }
    }
}

/// Runs a test with a database that does not exist yet.
func withDatabaseFile<Result>(_ body: (DatabaseFile) async throws -> Result) async throws -> Result {
    try await withTemporaryFolder { folder in
        let path = folder + "/accounts.db"
        // The file appears when the store, or this connection, first writes.
        let file = DatabaseFile(path: path, other: try DatabaseQueue(path: path))
        return try await body(file)
    }
}

/// Makes Django's tables, as Django does.
func withDjangoDatabase<Result>(_ body: (DatabaseFile) async throws -> Result) async throws -> Result {
    try await withDatabaseFile { file in
        for statement in djangoDump.split(separator: "\n").sorted(by: {
            $0.hasPrefix("CREATE TABLE") && !$1.hasPrefix("CREATE TABLE")
        }) {
            try file.execute(String(statement))
        }
        for migration in djangoMigrations.split(separator: "\n") {
            let parts = migration.split(separator: ".")
            try file.execute(
                "INSERT INTO django_migrations (app, name, applied) VALUES ('\(parts[0])', '\(parts[1])', '2026-01-01 00:00:00')"
            )
        }
        return try await body(file)
    }
}

/// The people of the tests.
func corpPerson(
    _ username: String, id: String? = nil, groups: [ExternalGroup] = [], grants: [Permission: String] = [:]
) -> ExternalAccount {
    ExternalAccount(
        link: ExternalLink(source: "corp", id: id ?? "id-\(username)", dn: "uid=\(username)"), username: username,
        profile: ["department": "IT"], groups: groups, grants: grants)
}

extension SQLiteAccountStore {
    /// Does what a login does: read, reconcile, apply.
    @discardableResult
    func logIn(
        _ external: ExternalAccount, under policy: MirrorPolicy = MirrorPolicy(groups: .all)
    ) async throws -> AppliedPlan? {
        let basis = try await localState(for: external)
        switch reconcile(external, with: basis, under: policy) {
        case .refused(let refusal): return AppliedPlan(user: nil, changes: [], refusal: refusal)
        case .changes(let changes, _):
            let plan = AccountPlan(subject: .external(external, basis: basis, policy: policy), changes: changes)
            return try await apply([plan], cause: .login(source: "corp")).first
        }
    }
}
