/// The bridge's own tables, which stand beside Django's.
///
/// Django rebuilds a table by copying it, and drops what it does not know; so no index, trigger or column of ours sits on a table of
/// Django's. Rows of ours vanish with the rows they speak of, also when Django deletes those.
enum BridgeSchema {
    /// The statements that lead from each version of the tables to the next, from nothing to version 1 first. Only ever added to.
    static let migrations: [[String]] = [
        [
            // Which account is whose elsewhere: one tie for each account, one account for each tie.
            """
            CREATE TABLE bridge_user_link (
                user_id integer NOT NULL PRIMARY KEY
                    REFERENCES auth_user (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
                source text NOT NULL,
                external_id text NOT NULL,
                dn text NULL,
                UNIQUE (source, external_id))
            """,
            """
            CREATE TABLE bridge_group_link (
                group_id integer NOT NULL PRIMARY KEY
                    REFERENCES auth_group (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
                source text NOT NULL,
                external_id text NOT NULL,
                dn text NULL,
                UNIQUE (source, external_id))
            """,
            // Who put somebody into a group. No row: somebody did it here, or in Django.
            """
            CREATE TABLE bridge_membership_origin (
                membership_id integer NOT NULL PRIMARY KEY
                    REFERENCES auth_user_groups (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
                source text NOT NULL)
            """,
            // Who gave somebody a permission, and by which rule.
            """
            CREATE TABLE bridge_grant_origin (
                grant_id integer NOT NULL PRIMARY KEY
                    REFERENCES auth_user_user_permissions (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
                source text NOT NULL,
                rule text NULL)
            """,
            """
            CREATE TABLE bridge_profile (
                user_id integer NOT NULL
                    REFERENCES auth_user (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
                key text NOT NULL,
                value text NOT NULL,
                PRIMARY KEY (user_id, key)) WITHOUT ROWID
            """,
            // `username` is the name that `folded` was computed from: Django renames people without telling.
            """
            CREATE TABLE bridge_folded_name (
                user_id integer NOT NULL PRIMARY KEY
                    REFERENCES auth_user (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
                folded text NOT NULL,
                username text NOT NULL)
            """,
            "CREATE INDEX bridge_folded_name_folded ON bridge_folded_name (folded)",
            // `groups` is a JSON array of objects with id, name and dn.
            """
            CREATE TABLE bridge_rule_group (
                source text NOT NULL,
                leaf text NOT NULL,
                groups text NOT NULL,
                PRIMARY KEY (source, leaf)) WITHOUT ROWID
            """,
            // The trail outlives the account, so `user_id` refers to nothing. `details` is a JSON object of strings.
            """
            CREATE TABLE bridge_audit (
                id integer NOT NULL PRIMARY KEY AUTOINCREMENT,
                time datetime NOT NULL,
                event text NOT NULL,
                user_id integer NULL,
                username text NULL,
                cause text NOT NULL,
                details text NOT NULL)
            """,
        ],
        [
            // Accounts that a source deactivated, and nobody here.
            """
            CREATE TABLE bridge_deactivation (
                user_id integer NOT NULL PRIMARY KEY
                    REFERENCES auth_user (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
                source text NOT NULL,
                reason text NOT NULL)
            """,
            // One row for each sync run that wanted to write, begun before its first change. One without an end was interrupted.
            """
            CREATE TABLE bridge_sync_run (
                id integer NOT NULL PRIMARY KEY AUTOINCREMENT,
                source text NOT NULL,
                mode text NOT NULL,
                started datetime NOT NULL,
                finished datetime NULL,
                outcome text NULL,
                plan_id integer NULL,
                counts text NULL)
            """,
            // How far each source's changes have been taken over, and what the last complete run saw. `conditions` is a JSON object: for how
            // many people each attribute condition of a rule held.
            """
            CREATE TABLE bridge_sync_cursor (
                source text NOT NULL PRIMARY KEY,
                run_id integer NOT NULL,
                completed datetime NOT NULL,
                people integer NOT NULL,
                groups integer NOT NULL,
                conditions text NOT NULL) WITHOUT ROWID
            """,
            // Ids of directories are UUIDs, which are compared without regard to case.
            "UPDATE OR IGNORE bridge_user_link SET external_id = lower(external_id) WHERE length(external_id) = 36",
            "UPDATE OR IGNORE bridge_group_link SET external_id = lower(external_id) WHERE length(external_id) = 36",
            // Plans that wait for somebody to approve them. `status` is draft, open, applied or outdated.
            """
            CREATE TABLE bridge_plan (
                id integer NOT NULL PRIMARY KEY AUTOINCREMENT,
                source text NOT NULL,
                created datetime NOT NULL,
                status text NOT NULL)
            """,
            // `account` is the external id of the person or group that the change is about.
            """
            CREATE TABLE bridge_plan_change (
                plan_id integer NOT NULL REFERENCES bridge_plan (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
                position integer NOT NULL,
                account text NOT NULL,
                name text NOT NULL,
                event text NOT NULL,
                details text NOT NULL,
                PRIMARY KEY (plan_id, position)) WITHOUT ROWID
            """,
            // Linked accounts whose local password counts. Of those without a row here it never does, whatever it is.
            """
            CREATE TABLE bridge_break_glass (
                user_id integer NOT NULL PRIMARY KEY
                    REFERENCES auth_user (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
                since datetime NOT NULL)
            """,
        ],
        [
            // Who is logged in. `digest` is that of the token, which is nowhere; `binding` ties the session to the password column.
            """
            CREATE TABLE bridge_session (
                id integer NOT NULL PRIMARY KEY AUTOINCREMENT,
                digest blob NOT NULL UNIQUE,
                user_id integer NOT NULL
                    REFERENCES auth_user (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
                backend text NOT NULL,
                binding blob NOT NULL,
                created datetime NOT NULL,
                last_seen datetime NOT NULL,
                expires datetime NOT NULL,
                address text NULL,
                user_agent text NULL)
            """,
            "CREATE INDEX bridge_session_user ON bridge_session (user_id)",
            // How much of each failure budget is used up: until when it is not whole again, in microseconds since 1970. A row whose time has
            // come means nothing any more.
            """
            CREATE TABLE bridge_throttle (
                key blob NOT NULL PRIMARY KEY,
                kind integer NOT NULL,
                whole_at integer NOT NULL) WITHOUT ROWID
            """,
            // From where people have come in before. `key` stands for a name and a device or address, `person` for the name.
            """
            CREATE TABLE bridge_known_device (
                key blob NOT NULL PRIMARY KEY,
                person blob NOT NULL,
                seen datetime NOT NULL) WITHOUT ROWID
            """,
            "CREATE INDEX bridge_known_device_person ON bridge_known_device (person, seen)",
        ],
    ]

    /// The version this program works with.
    static var version: Int { migrations.count }
}
