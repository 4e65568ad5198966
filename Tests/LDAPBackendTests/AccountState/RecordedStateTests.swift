import AuthCore
@testable import LDAPBackend
import LDAPClient
import Testing

/// What entries of OpenLDAP, 389 Directory Server, FreeIPA and `shadowAccount` say.
@Suite struct RecordedStateTests {
    static let openLDAP: [AccountStateRow] =
        [
            AccountStateRow("pwdAccountLockedTime", "000001010000Z", login: "accountLocked", sync: "accountLocked"),
            AccountStateRow("pwdAccountLockedTime", "00000101000000Z", login: "accountLocked", sync: "accountLocked"),
            // How long it lasts is not in the entry: a bind that succeeds says that it is over.
            AccountStateRow("pwdAccountLockedTime", "20260615115959Z", login: "in"),
            AccountStateRow("pwdAccountLockedTime", "forever", login: "doubt", sync: "doubt"),
            AccountStateRow(
                ["pwdAccountLockedTime": ["000001010000Z", "20260615115959Z"]], login: "doubt", sync: "doubt"),
            AccountStateRow("pwdAccountTmpLockoutEnd", "20260615120001Z", login: "accountLocked"),
            AccountStateRow("pwdAccountTmpLockoutEnd", "20260615120000Z", login: "in"),
            AccountStateRow("pwdAccountTmpLockoutEnd", "soon", login: "doubt", sync: "doubt"),
            AccountStateRow("pwdStartTime", "20260615120001Z", login: "accountDisabled", sync: "accountDisabled"),
            AccountStateRow("pwdStartTime", "20260615120000Z", login: "in"),
            AccountStateRow("pwdStartTime", "soon", login: "doubt", sync: "doubt"),
        ] + ends("pwdEndTime", "accountExpired", isLasting: true)
        + flags("pwdReset", "mustChangePassword", isLasting: false)

    @Test(arguments: openLDAP) func anEntryOfOpenLDAPSays(_ row: AccountStateRow) throws {
        try check(row, [.openLDAP])
    }

    static let directoryServer389: [AccountStateRow] =
        flags("nsAccountLock", "accountDisabled", isLasting: true)
        // Whether the end of a password counts is not in the entry: a bind that succeeds says that it does not.
        + ends("passwordExpirationTime", "in", isLasting: false) + [
            AccountStateRow("passwordExpirationTime", "19700101000000Z", login: "in"),
            AccountStateRow("passwordExpirationTime", "19700101000001Z", login: "in"),
            AccountStateRow("passwordExpirationTime", "19700101000002Z", login: "in"),
            AccountStateRow("accountUnlockTime", "20260615120001Z", login: "accountLocked"),
            AccountStateRow("accountUnlockTime", "20260615120000Z", login: "in"),
            AccountStateRow("accountUnlockTime", "19700101000000Z", login: "in"),
            AccountStateRow("accountUnlockTime", "x", login: "doubt", sync: "doubt"),
            AccountStateRow(
                ["accountUnlockTime": ["20260615120001Z"], "passwordRetryCount": ["0"]], login: "in", sync: "in"),
            AccountStateRow(
                ["accountUnlockTime": ["20260615120001Z"], "passwordRetryCount": ["3"]], login: "accountLocked",
                sync: "in"),
            AccountStateRow(
                ["accountUnlockTime": ["20260615120001Z"], "passwordRetryCount": ["?"]], login: "accountLocked",
                sync: "in"),
            AccountStateRow("passwordRetryCount", "3", login: "in"),
        ]

    @Test(arguments: directoryServer389) func anEntryOf389DirectoryServerSays(_ row: AccountStateRow) throws {
        try check(row, [.directoryServer389])
    }

    static let freeIPA: [AccountStateRow] =
        flags("nsAccountLock", "accountDisabled", isLasting: true)
        + ends("krbPrincipalExpiration", "accountExpired", isLasting: true)
        + ends("krbPasswordExpiration", "passwordExpired", isLasting: false) + [
            AccountStateRow("krbPrincipalExpiration", "19700101000000Z", login: "in"),
            AccountStateRow("krbPasswordExpiration", "19700101000000Z", login: "in"),
            AccountStateRow("krbLoginFailedCount", "99", login: "in"),
        ]

    @Test(arguments: freeIPA) func anEntryOfFreeIPASays(_ row: AccountStateRow) throws {
        try check(row, [.freeIPA])
    }

    static let shadow: [AccountStateRow] = [
        AccountStateRow("shadowExpire", "20619", login: "accountExpired", sync: "accountExpired"),
        AccountStateRow("shadowExpire", "20620", login: "in"), AccountStateRow("shadowExpire", "-1", login: "in"),
        AccountStateRow("shadowExpire", "1", login: "accountExpired", sync: "accountExpired"),
        AccountStateRow("shadowExpire", "9223372036854775807", login: "in"),
        AccountStateRow("shadowExpire", "9223372036854775808", login: "doubt", sync: "doubt"),
        AccountStateRow("shadowExpire", "", login: "doubt", sync: "doubt"),
        AccountStateRow("shadowExpire", "2026-06-15", login: "doubt", sync: "doubt"),
        AccountStateRow("shadowExpire", "+1", login: "doubt", sync: "doubt"),
        AccountStateRow(["shadowExpire": ["-1", "1"]], login: "doubt", sync: "doubt"),
        AccountStateRow("shadowLastChange", "0", login: "mustChangePassword"),
        AccountStateRow("shadowLastChange", "20619", login: "in"), AccountStateRow("shadowMax", "1", login: "in"),
        AccountStateRow("shadowMax", "x", login: "doubt", sync: "doubt"),
        AccountStateRow(["shadowLastChange": ["20589"], "shadowMax": ["30"]], login: "in", sync: "in"),
        AccountStateRow(["shadowLastChange": ["20588"], "shadowMax": ["30"]], login: "passwordExpired", sync: "in"),
        AccountStateRow(["shadowLastChange": ["20588"], "shadowMax": ["-1"]], login: "in", sync: "in"),
        AccountStateRow(["shadowLastChange": ["-1"], "shadowMax": ["30"]], login: "in", sync: "in"),
        AccountStateRow(["shadowLastChange": ["20618"], "shadowMax": ["0"]], login: "passwordExpired", sync: "in"),
        AccountStateRow(["shadowLastChange": ["20588"], "shadowMax": ["99999"]], login: "in", sync: "in"),
        AccountStateRow(
            ["shadowLastChange": ["20588"], "shadowMax": ["9223372036854775807"]], login: "in", sync: "in"),
    ]

    @Test(arguments: shadow) func aShadowAccountSays(_ row: AccountStateRow) throws {
        try check(row, [.shadow])
    }

    @Test func aShadowAccountEndsWithTheYear1970OnlyForWhoeverConfiguresTheseAttributes() {
        func state(_ dialects: AccountStatePolicy.Dialects, _ expire: String) -> AccountState {
            AccountStatePolicy(dialects: dialects).read(.of(["shadowExpire": [expire]]), at: noon)
        }
        #expect(state(.only([.shadow, .openLDAP]), "0").loginAccess.word == "accountExpired")
        #expect(state(.auto, "0").loginAccess == .allowed && state(.auto, "0").lastingAccess == .allowed)
        #expect(state(.auto, "0").warnings.count == 1)
        #expect(state(.auto, "1").loginAccess.word == "accountExpired")
        #expect(state(.auto, "-1").loginAccess == .allowed && state(.auto, "-1").warnings.isEmpty)
    }

    @Test func aLockEndsWithTheDurationThatIsConfigured() {
        func login(_ locked: String, _ duration: Duration) -> String {
            AccountStatePolicy(lockoutDuration: duration).read(.of(["pwdAccountLockedTime": [locked]]), at: noon)
                .loginAccess.word
        }
        #expect(login("20260615114500Z", .seconds(901)) == "accountLocked")
        #expect(login("20260615114500Z", .seconds(900)) == "in")
        #expect(login("20200101000000Z", .zero) == "accountLocked")
        #expect(login("20260615120000Z", .zero) == "accountLocked")
        #expect(login("20260615120001Z", .zero) == "in")
        #expect(login("20260615114500Z", .seconds(Int64.max)) == "accountLocked")
    }

    @Test func theAgeOfAShadowPasswordCountsOnlyWhereNothingElseTellsIt() {
        let old = ["shadowLastChange": ["10000"], "shadowMax": ["90"]]
        func login(_ attribute: String?, _ dialects: AccountStatePolicy.Dialects) -> String {
            var attributes = old
            attribute.map { attributes[$0] = $0.hasPrefix("pwdLast") ? ["134100000000000000"] : ["20280101000000Z"] }
            return AccountStatePolicy(dialects: dialects).read(.of(attributes), at: noon).loginAccess.word
        }
        #expect(login(nil, .auto) == "passwordExpired")
        for attribute in ["pwdChangedTime", "pwdLastSet", "passwordExpirationTime", "krbPasswordExpiration"] {
            #expect(login(attribute, .auto) == "in")
            #expect(login(attribute, .only([.shadow])) == "passwordExpired")
        }
    }
}

extension AccountState {
    /// At a login to which the directory said nothing but "success".
    var loginAccess: ScannedDecision.Access {
        (try? BindFindings(BindResult(resultCode: 0), dn: "uid=x,dc=test")).map { access(after: $0) }
            ?? .undecided(explanation: "")
    }
}

/// A row holds under its own dialects and under all; under the others the attributes say nothing.
func check(_ row: AccountStateRow, _ own: Set<AccountStateDialect>) throws {
    for dialects in [AccountStatePolicy.Dialects.only(own), .auto] {
        let state = AccountStatePolicy(dialects: dialects).read(row.entry, at: noon)
        #expect(state.loginAccess.word == row.login)
        #expect(state.lastingAccess.word == row.sync)
        for access in [state.loginAccess, state.lastingAccess] {
            guard let explanation = access.explanation else { continue }
            #expect(explanation.contains("uid=x,dc=test"))
            #expect(row.attributes.keys.contains { explanation.contains($0) })
        }
    }
    let others = Set(AccountStateDialect.allCases).subtracting(own).filter {
        Set($0.attributeNames).isDisjoint(with: row.attributes.keys)
    }
    #expect(AccountStatePolicy(dialects: .only(others)).read(row.entry, at: noon) == AccountState())
}
