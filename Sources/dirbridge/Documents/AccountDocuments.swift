import AuthCore
import Foundation

/// An account in JSON.
struct AccountDocument: Encodable {
    let record: AccountRecord
    var profile: [String: String] = [:]

    init(_ record: AccountRecord) {
        self.record = record
    }

    private enum Key: String, CodingKey {
        case user, owner, password
        case isBreakGlass = "break_glass"
        case lastLogin = "last_login"
        case dateJoined = "date_joined"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(UserDocument(user: record.user, link: record.link, profile: profile), forKey: .user)
        try container.encode(record.owner.words, forKey: .owner)
        try container.encode(record.password.isUsable ? "usable" : "unusable", forKey: .password)
        try container.encode(record.isBreakGlass, forKey: .isBreakGlass)
        try container.encode(record.lastLogin?.formatted(.iso8601), forKey: .lastLogin)
        try container.encode(record.dateJoined.formatted(.iso8601), forKey: .dateJoined)
    }
}

/// The result of `user list` in JSON.
struct UserListDocument: Encodable {
    let users: [AccountDocument]
}

/// The result of `user show`.
struct UserShowDocument: Encodable {
    let account: AccountDocument
    let groups: [String]
    let permissions: [Permission]

    init(account: AccountDocument, profile: [String: String], groups: [String], permissions: [Permission]) {
        var account = account
        account.profile = profile
        self.account = account
        self.groups = groups
        self.permissions = permissions
    }

    /// The same for people.
    /// - Parameter profile: The profile as it is shown; the document has it whole.
    func text(profile: [String: String]) -> String {
        let record = account.record
        var rows = [
            ["username", record.user.username], ["id", record.user.id.description], ["owner", record.owner.words],
            ["state", record.state], ["name", record.user.fullName],
            ["e-mail", record.user.email],
            ["password", record.password.isUsable ? "usable" : "unusable"],
            ["last login", record.lastLogin?.formatted(.iso8601) ?? "never"],
            ["joined", record.dateJoined.formatted(.iso8601)],
        ]
        let flags = [(record.user.isStaff, "staff"), (record.user.isSuperuser, "superuser")].filter(\.0).map(\.1)
        if !flags.isEmpty { rows.append(["is", flags.joined(separator: ", ")]) }
        if let link = record.link { rows += [["entry", link.dn ?? "–"], ["external id", link.id]] }
        rows += profile.sorted { $0.key < $1.key }.map { [$0.key, $0.value] }
        rows.append(["groups", groups.isEmpty ? "none" : groups.joined(separator: ", ")])
        let held = record.user.isSuperuser ? "all" : permissions.map(\.description).joined(separator: ", ")
        rows.append(["permissions", held.isEmpty ? "none" : held])
        return Output.table(rows)
    }
}

extension AccountOwner {
    /// Who lets the account in, in a word: the directory's name, `local` or `nobody`.
    var words: String {
        switch self {
        case .local: "local"
        case .external(let source): source
        case .nobody: "nobody"
        }
    }
}

extension AccountRecord {
    /// Whether the account is active; if not, and if a source wants it so, which and why; and whether its local password counts by a mark.
    var state: String {
        let mark = isBreakGlass ? ", break-glass" : ""
        if user.isActive { return "active" + mark }
        guard let deactivation else { return "inactive" + mark }
        return "inactive, says \(deactivation.source): \(deactivation.reason.rawValue)" + mark
    }
}
