/// What is wrong with what was typed, and with the person's account in the directory.
extension Mistake {
    static let accounts: [Mistake] = [
        Mistake(
            name: "no password", password: "", answer: "rejected emptyPassword", step: "credentials",
            cause: "No password was given", remedy: "Type the password"),
        Mistake(
            name: "a control character in the name", user: "ali\u{7}ce", password: "alice-secret",
            answer: "rejected malformedName",
            step: "credentials", cause: "holds a control character", remedy: "Type the name"),
        Mistake(
            name: "the wrong password", user: "bob", password: "not-the-password", answer: "rejected wrongPassword",
            step: "bind", cause: "does not accept the password of uid=bob", remedy: "Type the password again"),
        Mistake(
            name: "one attempt before the lock", user: "nearlock", password: "not-the-password",
            answer: "denied throttled",
            step: "account state", cause: "one more attempt from here could be the last", remedy: "Wait until"),
        Mistake(
            name: "locked", user: "locked", answer: "denied accountLocked", step: "account state",
            cause: "pwdAccountLockedTime is 000001010000Z", remedy: "Unlock uid=locked"),
        Mistake(
            name: "the password has expired", user: "expired", answer: "denied passwordExpired", step: "account state",
            cause: "password of uid=expired,ou=people,dc=example,dc=org has expired",
            remedy: "Have the person change their password"),
        Mistake(
            name: "the password must be changed", user: "reset", answer: "denied mustChangePassword",
            step: "account state", cause: "must be changed first", remedy: "change the password that was set for them"),
        Mistake(
            name: "not valid yet", user: "notyet", answer: "denied accountDisabled", step: "account state",
            cause: "is not valid before", remedy: "Enable uid=notyet"),
        Mistake(
            name: "the account is over", user: "over", answer: "denied accountExpired", step: "account state",
            cause: "shadowExpire is 1", remedy: "Set a later end"),
        Mistake(
            name: "a value too long", user: "longname", users: ["attributes: {last_name: title}"],
            answer: "authenticated -",
            step: "attributes", cause: "has 300 characters, and last_name holds 150", remedy: "Shorten the value"),
        Mistake(
            name: "a value of another type", user: "textual",
            edits: ["{department: departmentNumber}": "{number: {attribute: employeeNumber, type: integer}}"],
            answer: "authenticated -", step: "attributes", cause: "is not of type integer",
            remedy: "write another type than integer"),
        Mistake(
            name: "a required value is missing",
            users: ["attributes: {email: {attribute: pager, when_missing: refuse}}"],
            answer: "denied newUsersNotAllowed", step: "attributes", cause: "has no usable pager",
            remedy: "when_missing: clear or keep"),
    ]
}
