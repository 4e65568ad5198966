import AuthCore
internal import GRDB

/// What an error of the database means for somebody who wants to log in: an outage, with a remedy.
enum DatabaseFailure {
    /// The error to throw in place of `error`. Errors that are not the database's own pass.
    static func outage(_ error: any Error, path: String) -> any Error {
        switch error {
        case let error as DatabaseError:
            // Only SQLite's own words: GRDB's description of the error can hold values.
            let words = error.message ?? "error \(error.extendedResultCode.rawValue)"
            return AuthenticationOutage(
                .databaseUnavailable, "The database \(path) cannot be used (\(words)); \(remedy(error.resultCode)).",
                underlying: error)
        case let error as UnexpectedValue:
            return AuthenticationOutage(
                .databaseUnavailable,
                "The database \(path) holds a value of an unexpected type in a column '\(error.column)'; run Django's migrate, or look for the program that wrote it.",
                underlying: error)
        default:
            return error
        }
    }

    private static func remedy(_ code: ResultCode) -> String {
        switch code {
        case .SQLITE_BUSY, .SQLITE_LOCKED: "another program holds it locked, end that program or its transaction"
        case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
            "the user this runs as must own the file and be able to write to its folder"
        case .SQLITE_FULL, .SQLITE_IOERR: "look at the disk and the space left on it"
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: "the file is damaged or no SQLite database, restore a copy"
        default: "see that its tables are as Django's migrate leaves them"
        }
    }
}
