import AuthCore
internal import GRDB

/// The folded form of each username, by which twins are found.
///
/// Django makes and renames accounts without keeping these rows. So each holds the username it was computed from and counts only while
/// that is still the account's. A look-up that finds nobody also looks at the accounts made since; what was renamed is found under its
/// exact new name at once, and under others after the next opening or the next new account, before which every name is compared.
struct FoldedNames {
    let database: Database

    /// Accounts whose row is missing or stale. Reads all usernames once.
    func stale() throws -> [(id: Int64, username: String)] {
        try database.rows(
            """
            SELECT u.id, u.username FROM auth_user u LEFT JOIN bridge_folded_name f ON f.user_id = u.id
            WHERE f.username IS NOT u.username
            """
        ) { (try $0.integer(0), try $0.text(1)) }
    }

    /// Accounts made after the last one that has a row. Two look-ups in indexes where there are none.
    func newer() throws -> [(id: Int64, username: String)] {
        try database.rows(
            "SELECT id, username FROM auth_user WHERE id > (SELECT coalesce(max(user_id), 0) FROM bridge_folded_name)"
        ) { (try $0.integer(0), try $0.text(1)) }
    }

    /// Writes the rows that are missing or stale.
    func heal() throws {
        for (id, username) in try stale() { try set(username, of: id) }
    }

    /// Writes the row of one account.
    func set(_ username: String, of id: Int64) throws {
        try database.run(
            "INSERT OR REPLACE INTO bridge_folded_name (user_id, folded, username) VALUES (?, ?, ?)",
            [id, LoginName.fold(username), username])
    }
}
