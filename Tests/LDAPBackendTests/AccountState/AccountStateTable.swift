import AuthCore
@testable import LDAPBackend
import LDAPClient

/// One row of the table: what an entry shows, and what follows at a login with the right password and at a sync.
struct AccountStateRow: Sendable, CustomStringConvertible {
    let attributes: [String: [String]]
    /// `in`, a reason of the closed vocabulary, or `doubt`.
    let login: String
    let sync: String

    init(_ attributes: [String: [String]], login: String, sync: String) {
        self.attributes = attributes
        self.login = login
        self.sync = sync
    }

    init(_ name: String, _ value: String, login: String, sync: String = "in") {
        self.init([name: [value]], login: login, sync: sync)
    }

    var description: String { "\(attributes)" }

    var entry: LDAPEntry { .of(attributes) }
}

extension LDAPEntry {
    static func of(_ attributes: [String: [String]]) -> LDAPEntry {
        LDAPEntry(
            dn: "uid=x,dc=test",
            attributes: attributes.map { Attribute(name: $0.key, values: $0.value.map { LDAPValue($0) }) })
    }
}

extension ScannedDecision.Access {
    /// As in a row.
    var word: String {
        switch self {
        case .allowed: "in"
        case .refused(let reason, _): reason.rawValue
        case .undecided: "doubt"
        }
    }

    var explanation: String? {
        switch self {
        case .allowed: nil
        case .refused(_, let explanation), .undecided(let explanation): explanation
        }
    }
}

/// The moment at which the table is read: 2026-06-15 12:00:00 UTC, of which 20619 is the day.
let noon = DirectoryTime(secondsSince1970: 1_781_524_800)

func ticks(_ seconds: Int64) -> String {
    ActiveDirectoryTime(noon.adding(seconds: seconds)).map { String($0.ticks) } ?? "none"
}

let endedGenerally: [(String, login: String, sync: String)] = [
    ("20260615120000Z", "over", "over"), ("20260615115959Z", "over", "over"), ("20260615120001Z", "in", "in"),
    ("20260615140000+0200", "over", "over"), ("20260615120000.000001Z", "in", "in"), ("99991231235959Z", "in", "in"),
    ("00000101000000Z", "over", "over"), ("", "doubt", "doubt"), ("never", "doubt", "doubt"), ("0", "doubt", "doubt"),
    ("20261301000000Z", "doubt", "doubt"), ("2026-06-15", "doubt", "doubt"), ("20260615120000", "doubt", "doubt"),
]

/// The rows for an attribute that is a generalized time at which something ends.
func ends(_ name: String, _ reason: String, isLasting: Bool) -> [AccountStateRow] {
    endedGenerally.map { value, login, sync in
        AccountStateRow(
            name, value, login: login == "over" ? reason : login,
            sync: sync == "over" ? (isLasting ? reason : "in") : sync)
    } + [AccountStateRow([name: ["20270101000000Z", "20280101000000Z"]], login: "doubt", sync: "doubt")]
}

/// The rows for an attribute that is TRUE or FALSE.
func flags(_ name: String, _ reason: String, isLasting: Bool) -> [AccountStateRow] {
    [
        AccountStateRow(name, "TRUE", login: reason, sync: isLasting ? reason : "in"),
        AccountStateRow(name, "true", login: reason, sync: isLasting ? reason : "in"),
        AccountStateRow(name, "FALSE", login: "in"), AccountStateRow(name, "False", login: "in"),
        AccountStateRow(name, "", login: "doubt", sync: "doubt"),
        AccountStateRow(name, "yes", login: "doubt", sync: "doubt"),
        AccountStateRow(name, "1", login: "doubt", sync: "doubt"),
        AccountStateRow(name, "TRUE ", login: "doubt", sync: "doubt"),
        AccountStateRow([name: ["FALSE", "TRUE"]], login: "doubt", sync: "doubt"),
        AccountStateRow([name: []], login: "in", sync: "in"),
    ]
}
