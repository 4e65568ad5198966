import AuthCore
@testable import LDAPBackend
import LDAPClient
import Testing

/// What entries of Active Directory, AD LDS and Samba say.
@Suite struct ActiveDirectoryStateTests {
    private static let control = "userAccountControl"
    private static let computed = "msDS-User-Account-Control-Computed"
    private static let expiry = "msDS-UserPasswordExpiryTimeComputed"

    static let rows: [AccountStateRow] =
        [
            AccountStateRow(control, "512", login: "in"),
            AccountStateRow(control, "514", login: "accountDisabled", sync: "accountDisabled"),
            AccountStateRow(control, "546", login: "accountDisabled", sync: "accountDisabled"),
            AccountStateRow(control, "66050", login: "accountDisabled", sync: "accountDisabled"),
            // Only the computed attribute has these bits.
            AccountStateRow(control, "528", login: "in"), AccountStateRow(control, "8389120", login: "in"),
            AccountStateRow(control, "0", login: "in"),
            AccountStateRow(control, "-2147483646", login: "accountDisabled", sync: "accountDisabled"),
            AccountStateRow(control, "", login: "doubt", sync: "doubt"),
            AccountStateRow(control, "0x202", login: "doubt", sync: "doubt"),
            AccountStateRow(control, "514 ", login: "doubt", sync: "doubt"),
            AccountStateRow(control, "+514", login: "doubt", sync: "doubt"),
            AccountStateRow(control, "99999999999", login: "doubt", sync: "doubt"),
            AccountStateRow([control: ["512", "514"]], login: "doubt", sync: "doubt"),

            AccountStateRow("accountExpires", "0", login: "in"),
            AccountStateRow("accountExpires", "9223372036854775807", login: "in"),
            AccountStateRow("accountExpires", ticks(0), login: "accountExpired", sync: "accountExpired"),
            AccountStateRow("accountExpires", ticks(-1), login: "accountExpired", sync: "accountExpired"),
            AccountStateRow("accountExpires", ticks(1), login: "in"),
            AccountStateRow("accountExpires", "1", login: "accountExpired", sync: "accountExpired"),
            AccountStateRow("accountExpires", "-1", login: "doubt", sync: "doubt"),
            AccountStateRow("accountExpires", "text", login: "doubt", sync: "doubt"),
            AccountStateRow("accountExpires", "9223372036854775808", login: "doubt", sync: "doubt"),
            AccountStateRow(["accountExpires": ["0", "1"]], login: "doubt", sync: "doubt"),

            AccountStateRow(computed, "0", login: "in"),
            AccountStateRow(computed, "16", login: "accountLocked"),
            AccountStateRow(computed, "8388608", login: "passwordExpired"),
            AccountStateRow(computed, "8388624", login: "accountLocked"),
            AccountStateRow(computed, "locked", login: "doubt", sync: "doubt"),
            // The time of a lock stays when it is over: the bit says whether it is, else the answer to the bind.
            AccountStateRow([computed: ["16"], "lockoutTime": [ticks(-60)]], login: "accountLocked", sync: "in"),
            AccountStateRow([computed: ["0"], "lockoutTime": [ticks(-60)]], login: "in", sync: "in"),
            AccountStateRow("lockoutTime", ticks(-60), login: "in"), AccountStateRow("lockoutTime", "0", login: "in"),
            AccountStateRow("lockoutTime", "text", login: "in"),

            AccountStateRow("pwdLastSet", "0", login: "mustChangePassword"),
            AccountStateRow("pwdLastSet", ticks(-1), login: "in"),
            AccountStateRow("pwdLastSet", "-1", login: "doubt", sync: "doubt"),
            AccountStateRow("pwdLastSet", "x", login: "doubt", sync: "doubt"),
            AccountStateRow(["pwdLastSet": ["0"], control: ["512"]], login: "mustChangePassword", sync: "in"),
            AccountStateRow(["pwdLastSet": ["0"], control: ["66048"]], login: "in", sync: "in"),
            AccountStateRow(["pwdLastSet": ["0"], control: ["262656"]], login: "in", sync: "in"),
            AccountStateRow(
                ["pwdLastSet": ["0"], computed: ["8388608"], expiry: ["0"]], login: "mustChangePassword", sync: "in"),

            AccountStateRow(expiry, "0", login: "mustChangePassword"),
            AccountStateRow(expiry, "9223372036854775807", login: "in"),
            AccountStateRow(expiry, ticks(0), login: "passwordExpired"),
            AccountStateRow(expiry, ticks(-1), login: "passwordExpired"),
            AccountStateRow(expiry, ticks(1), login: "in"),
            AccountStateRow(expiry, "-9223372036854775808", login: "doubt", sync: "doubt"),

            // Whoever is refused for certain is not left in doubt.
            AccountStateRow(
                [control: ["514"], "accountExpires": ["text"]], login: "accountDisabled", sync: "accountDisabled"),
            AccountStateRow([control: ["text"], "pwdLastSet": ["0"]], login: "mustChangePassword", sync: "doubt"),
            AccountStateRow(
                [control: ["514"], "accountExpires": ["1"], computed: ["16"]], login: "accountDisabled",
                sync: "accountDisabled"),
        ] + flags("msDS-UserAccountDisabled", "accountDisabled", isLasting: true)
        + flags("msDS-UserPasswordExpired", "passwordExpired", isLasting: false)
        + flags("ms-DS-UserAccountAutoLocked", "accountLocked", isLasting: false)

    @Test(arguments: rows) func anEntrySays(_ row: AccountStateRow) throws {
        try check(row, [.activeDirectory])
    }

    @Test func administratorsAreToldTheAttributeItsValueAndTheTime() {
        let policy = AccountStatePolicy()
        func explain(_ attributes: [String: [String]]) -> String? {
            policy.read(.of(attributes), at: noon).loginAccess.explanation
        }
        #expect(
            explain([Self.control: ["514"]])
                == "uid=x,dc=test is disabled in the directory: userAccountControl is 514, which holds 2 (ACCOUNTDISABLE)."
        )
        #expect(
            explain(["accountExpires": ["134100000000000000"]])
                == "The account uid=x,dc=test expired at 2025-12-12 08:00:00 UTC: accountExpires is 134100000000000000."
        )
        #expect(
            explain([Self.computed: ["16"], "lockoutTime": ["134100000000000000"]])
                == "uid=x,dc=test is locked after wrong passwords since 2025-12-12 08:00:00 UTC: msDS-User-Account-Control-Computed is 16, which holds 16 (LOCKOUT)."
        )
        #expect(
            explain([Self.control: ["a\u{7}b\u{202E}"]])
                == "userAccountControl of uid=x,dc=test is “a?b?”, which is no number of 32 bits; correct it in the directory, or leave what it belongs to out of account_state."
        )
        #expect(
            explain([Self.control: ["514"], "accountExpires": ["134100000000000000"]])?.contains(
                "ACCOUNTDISABLE). The account") == true)
    }
}
