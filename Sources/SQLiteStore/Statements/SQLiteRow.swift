internal import GRDB
internal import GRDBSQLite

/// The row that a query has come to. SQLite stores any type in any column, so each of these throws where a value is of another type.
struct SQLiteRow {
    let statement: SQLiteStatement

    func integer(_ index: Int) throws -> Int64 {
        try require(SQLITE_INTEGER, index)
        return sqlite3_column_int64(statement, Int32(index))
    }

    func optionalInteger(_ index: Int) throws -> Int64? {
        isNull(index) ? nil : try integer(index)
    }

    func flag(_ index: Int) throws -> Bool { try integer(index) != 0 }

    func text(_ index: Int) throws -> String {
        try require(SQLITE_TEXT, index)
        // https://www.sqlite.org/c3ref/column_blob.html: the text first, then its length.
        guard let start = sqlite3_column_text(statement, Int32(index)) else { return "" }
        let count = Int(sqlite3_column_bytes(statement, Int32(index)))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    func optionalText(_ index: Int) throws -> String? {
        isNull(index) ? nil : try text(index)
    }

    func bytes(_ index: Int) throws -> [UInt8] {
        try require(SQLITE_BLOB, index)
        guard let start = sqlite3_column_blob(statement, Int32(index)) else { return [] }
        return [UInt8](UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, Int32(index)))))
    }

    private func isNull(_ index: Int) -> Bool { sqlite3_column_type(statement, Int32(index)) == SQLITE_NULL }

    private func require(_ type: Int32, _ index: Int) throws {
        if sqlite3_column_type(statement, Int32(index)) == type { return }
        let name = sqlite3_column_name(statement, Int32(index)).map { String(cString: $0) } ?? ""
        throw UnexpectedValue(column: name)
    }
}

/// A column holds a value of a type that it should not hold.
struct UnexpectedValue: Error {
    var column: String
}
