internal import GRDB
internal import GRDBSQLite

/// Statements are compiled once for each connection and kept. Values go to and from SQLite as they are: a login runs some, a sync hundreds of
/// thousands of them.
extension Database {
    /// Runs a query and hands each row on. A row is good for one call of `body`, which must not run the same query.
    func each(_ sql: String, _ arguments: [any SQLiteBindable] = [], _ body: (SQLiteRow) throws -> Void) throws {
        let statement = try prepared(sql, arguments)
        defer { sqlite3_reset(statement) }
        while try step(statement, sql) { try body(SQLiteRow(statement: statement)) }
    }

    /// What a query's rows stand for.
    func rows<Value>(
        _ sql: String, _ arguments: [any SQLiteBindable] = [], _ read: (SQLiteRow) throws -> Value
    ) throws -> [Value] {
        var values: [Value] = []
        try each(sql, arguments) { values.append(try read($0)) }
        return values
    }

    /// What a query's first row stands for; `nil` if there is none.
    func row<Value>(
        _ sql: String, _ arguments: [any SQLiteBindable] = [], _ read: (SQLiteRow) throws -> Value
    ) throws -> Value? {
        let statement = try prepared(sql, arguments)
        defer { sqlite3_reset(statement) }
        return try step(statement, sql) ? try read(SQLiteRow(statement: statement)) : nil
    }

    /// Whether a query has a row.
    func hasRow(_ sql: String, _ arguments: [any SQLiteBindable] = []) throws -> Bool {
        try row(sql, arguments) { _ in } != nil
    }

    /// How many rows a table, and what follows its name, has.
    func count(_ table: String, _ arguments: [any SQLiteBindable] = []) throws -> Int {
        try row("SELECT count(*) FROM \(table)", arguments) { Int(try $0.integer(0)) } ?? 0
    }

    /// Runs a statement.
    /// - Returns: Whether it changed a row.
    @discardableResult
    func run(_ sql: String, _ arguments: [any SQLiteBindable] = []) throws -> Bool {
        let statement = try prepared(sql, arguments)
        defer { sqlite3_reset(statement) }
        while try step(statement, sql) {}
        return sqlite3_changes(sqliteConnection) > 0
    }

    /// A statement with values in the places of its question marks.
    private func prepared(_ sql: String, _ arguments: [any SQLiteBindable]) throws -> SQLiteStatement {
        let statement = try cachedStatement(sql: sql).sqliteStatement
        guard sqlite3_bind_parameter_count(statement) == arguments.count else {
            preconditionFailure("a statement gets as many values as it has places: \(sql)")
        }
        for (index, argument) in arguments.enumerated() {
            try check(argument.bind(to: statement, at: Int32(index + 1)), sql)
        }
        return statement
    }

    /// - Returns: Whether there is a row.
    private func step(_ statement: SQLiteStatement, _ sql: String) throws -> Bool {
        let code = sqlite3_step(statement)
        if code == SQLITE_ROW { return true }
        if code != SQLITE_DONE { try check(code, sql) }
        return false
    }

    private func check(_ code: Int32, _ sql: String) throws {
        if code == SQLITE_OK { return }
        throw DatabaseError(
            resultCode: ResultCode(rawValue: code),
            message: sqlite3_errmsg(sqliteConnection).map { String(cString: $0) },
            sql: sql)
    }
}
