/// What fits the columns of Django's tables. SQLite enforces no length; PostgreSQL counts code points, and so does this.
enum PlanLimits {
    static func check(_ account: NewAccount) throws {
        try checkUsername(account.username)
        try check(account.password)
        for (field, value) in account.fields { try check(field, value) }
    }

    static func checkUsername(_ username: String) throws {
        try checkName(username, "username", at: ExternalAccount.maximumUsernameLength)
    }

    static func checkGroupName(_ name: String) throws {
        try checkName(name, "group name", at: Group.maximumNameLength)
    }

    static func check(_ field: UserField, _ value: String) throws {
        try checkText(value, field.rawValue, at: field.maximumLength)
    }

    static func check(_ password: EncodedPassword) throws {
        try checkText(password.encoded, "password hash", at: EncodedPassword.maximumLength)
    }

    static func check(_ permission: RegisteredPermission) throws {
        try checkName(permission.permission.appLabel, "application label", at: 100)
        try checkName(permission.permission.codename, "codename", at: 100)
        try checkName(permission.model, "model", at: 100)
        try checkText(permission.name, "permission's name", at: 255)
    }

    /// The beginning of a text that has at most so many code points.
    static func cut(_ text: String, to length: Int) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(length)))
    }

    private static func checkName(_ text: String, _ what: String, at limit: Int) throws {
        if text.isEmpty { throw AccountStoreError(.invalidPlan, "The \(what) is empty.") }
        try checkText(text, what, at: limit)
    }

    private static func checkText(_ text: String, _ what: String, at limit: Int) throws {
        let length = text.unicodeScalars.count
        if length > limit {
            throw AccountStoreError(.valueTooLong, "The \(what) has \(length) characters; the column holds \(limit).")
        }
        if text.utf8.contains(0) {
            throw AccountStoreError(.invalidPlan, "The \(what) holds a NUL character.")
        }
    }
}
