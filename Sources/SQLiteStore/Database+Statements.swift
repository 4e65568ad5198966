import Foundation
internal import GRDB

/// Statements are compiled once for each connection and kept.
extension Database {
    /// The rows of a query.
    func rows(_ sql: String, _ arguments: StatementArguments = []) throws -> [Row] {
        try Row.fetchAll(cachedStatement(sql: sql), arguments: arguments)
    }

    /// The first row of a query.
    func row(_ sql: String, _ arguments: StatementArguments = []) throws -> Row? {
        try Row.fetchOne(cachedStatement(sql: sql), arguments: arguments)
    }

    /// Runs a statement.
    /// - Returns: Whether it changed a row.
    @discardableResult
    func run(_ sql: String, _ arguments: StatementArguments = []) throws -> Bool {
        try cachedStatement(sql: sql).execute(arguments: arguments)
        return changesCount > 0
    }
}

/// Columns by position. SQLite stores any type in any column, so each of these throws where a value is of another type.
extension Row {
    func text(_ index: Int) throws -> String { try decode(String.self, atIndex: index) }
    func optionalText(_ index: Int) throws -> String? { try decode(String?.self, atIndex: index) }
    func integer(_ index: Int) throws -> Int64 { try decode(Int64.self, atIndex: index) }
    func flag(_ index: Int) throws -> Bool { try decode(Bool.self, atIndex: index) }
}

/// A JSON array of texts, for `json_each`: one statement for any number of values.
func jsonArray(_ texts: some Sequence<String>) throws -> String {
    String(decoding: try JSONEncoder().encode(Array(texts)), as: UTF8.self)
}
