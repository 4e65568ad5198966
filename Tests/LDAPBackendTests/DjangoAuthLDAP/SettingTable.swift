/// The table: what one can have with django-auth-ldap, what it is here, and where the two differ on purpose.
///
/// The settings' names are without their prefix `AUTH_LDAP_`.
enum SettingTable {
    static let rows =
        SettingRows.reaching + SettingRows.people + SettingRows.rules + SettingRows.mirroring + SettingRows.searches
        + SettingRows.groupTypes + SettingRows.queries + SettingRows.api + SettingRows.failures + SettingRows.caches
}

/// The rows, in files of a subject each.
enum SettingRows {}
