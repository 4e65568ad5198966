import AuthCore
import Foundation
internal import GRDB

/// Brings a database to the tables this program works with.
struct Schema {
    /// The file, for messages.
    let path: String
    /// The time that migrations are recorded under.
    let now: Date

    /// Whether the bridge's tables are there in the version this program works with.
    /// - Throws: ``AuthCore/AuthenticationOutage`` if a newer program has been at work.
    func isCurrent(_ database: Database) throws -> Bool {
        guard try database.tableExists("bridge_migration") else { return false }
        let version = try Int.fetchOne(database, sql: "SELECT max(version) FROM bridge_migration") ?? 0
        guard version <= BridgeSchema.version else {
            throw AuthenticationOutage(
                .databaseUnavailable,
                "The database \(path) has tables of version \(version); this program knows version \(BridgeSchema.version). Use a newer one."
            )
        }
        return version == BridgeSchema.version
    }

    /// Makes what is missing, inside the caller's transaction: in an empty database Django's tables too, in a Django site's database only
    /// the bridge's.
    func install(in database: Database) throws {
        // Somebody else may have been faster while this one waited for the write lock.
        if try isCurrent(database) { return }
        try installDjangoTables(in: database)
        try database.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS bridge_migration (
                    version integer NOT NULL PRIMARY KEY,
                    applied datetime NOT NULL)
                """)
        let installed = try Int.fetchOne(database, sql: "SELECT max(version) FROM bridge_migration") ?? 0
        for (version, statements) in zip(1..., BridgeSchema.migrations) where version > installed {
            for statement in statements { try database.execute(sql: statement) }
            try database.execute(
                sql: "INSERT INTO bridge_migration (version, applied) VALUES (?, ?)",
                arguments: [version, DjangoTime.text(now)])
        }
    }

    private func installDjangoTables(in database: Database) throws {
        let missing = try DjangoSchema.tableNames.filter { try !database.tableExists($0) }
        if missing.isEmpty { return }
        guard missing.count == DjangoSchema.tableNames.count else {
            throw AuthenticationOutage(
                .databaseUnavailable,
                "The database \(path) has some of Django's tables and lacks \(missing.joined(separator: ", ")). "
                    + "Run Django's migrate for auth and contenttypes first (a site with a user model of its own cannot be shared), or use another file."
            )
        }
        for statement in DjangoSchema.statements { try database.execute(sql: statement) }
        for (app, name) in DjangoSchema.migrations {
            try database.execute(
                sql: "INSERT INTO django_migrations (app, name, applied) VALUES (?, ?, ?)",
                arguments: [app, name, DjangoTime.text(now)])
        }
    }
}
