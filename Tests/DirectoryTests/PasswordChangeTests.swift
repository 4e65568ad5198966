import AuthCore
import LDAPClient
import TestSupport
import Testing

/// Passwords are changed by their owners and reset by the service account, on each directory.
@Suite struct PasswordChangeTests {
    private let new = "another Horse 8"

    @Test(arguments: DirectoryKind.allCases)
    func theOwnerChangesAPasswordAndOnlyTheNewOneCounts(_ kind: DirectoryKind) async throws {
        try await PasswordSite.on(kind, mayReset: false) { site async throws in
            for login in ["anna", "žofie", "o'neil(ops)#1"] {
                let old = try SmallCompany.person(login).password
                #expect(try await site.change(login, from: old, to: new + "ž") == .changed(), "\(login)")
                #expect(try await site.logIn(login, new + "ž") == "authenticated")
                #expect(try await site.logIn(login, old) == "wrongPassword")
            }
        }
    }

    @Test(arguments: DirectoryKind.allCases)
    func whoMustChangeThePasswordChangesItAndComesIn(_ kind: DirectoryKind) async throws {
        try await PasswordSite.on(kind, mayReset: false) { site async throws in
            let old = try SmallCompany.person("mona").password
            #expect(try await site.logIn("mona", old) == "mustChangePassword")
            let wrong = try await site.change("mona", from: "wrong", to: new)
            #expect(wrong.refusal?.reason == .wrongPassword, "\(wrong)")
            // In 389 Directory Server her policy of her own takes the place of the one that looks at passwords.
            if kind != .directoryServer389 {
                let short = try await site.change("mona", from: old, to: "Sh0rt!")
                #expect(short.refusal?.reason == .tooShort, "\(short)")
                #expect(try await site.logIn("mona", old) == "mustChangePassword")
            }
            #expect(try await site.change("mona", from: old, to: new) == .changed())
            #expect(try await site.logIn("mona", new) == "authenticated")
            #expect(try await site.logIn("mona", old) == "wrongPassword")
        }
    }

    @Test(arguments: DirectoryKind.allCases)
    func whosePasswordHasExpiredChangesItAndComesIn(_ kind: DirectoryKind) async throws {
        try await PasswordSite.on(kind, mayReset: false) { site async throws in
            let old = try SmallCompany.person("paul").password
            #expect(try await site.logIn("paul", old) == "passwordExpired")
            let changed = try await site.change("paul", from: old, to: new)
            #expect(changed == .changed(), "\(changed)")
            #expect(try await site.logIn("paul", new) == "authenticated")
            #expect(try await site.logIn("paul", old) == "wrongPassword")
        }
    }

    @Test(arguments: DirectoryKind.allCases)
    func theServiceAccountResetsAPassword(_ kind: DirectoryKind) async throws {
        try await PasswordSite.on(kind) { site async throws in
            let old = try SmallCompany.person("anna").password
            let reset = try await site.reset("anna", to: new)
            #expect(reset == .changed(), "\(reset)")
            #expect(try await site.logIn("anna", old) == "wrongPassword")
            #expect(try await site.logIn("anna", new) == "authenticated")
            // Active Directory has to be asked to look at the history for this, by a control that Samba does not know.
            let again = try await site.reset("anna", to: old)
            #expect(again.refusal?.reason == (kind == .activeDirectory ? nil : .inHistory), "\(again)")
        }
    }

    @Test(arguments: DirectoryKind.allCases)
    func aResetCanDemandAnotherPasswordAtTheNextLogin(_ kind: DirectoryKind) async throws {
        try await PasswordSite.on(kind) { site async throws in
            let outcome = try await site.reset("ruth", to: new, mustChange: true)
            guard kind != .directoryServer389 else {
                #expect(outcome.refusal?.reason == .notSupported)
                #expect(try await site.logIn("ruth", SmallCompany.person("ruth").password) == "authenticated")
                return
            }
            #expect(outcome == .changed(), "\(outcome)")
            #expect(try await site.logIn("ruth", new) == "mustChangePassword")
            #expect(try await site.change("ruth", from: new, to: "third Horse 9") == .changed())
            #expect(try await site.logIn("ruth", "third Horse 9") == "authenticated")
            #expect(try await site.logIn("ruth", new) == "wrongPassword")
        }
    }

    @Test(arguments: DirectoryKind.allCases)
    func theDirectorysReasonsAreTold(_ kind: DirectoryKind) async throws {
        try await PasswordSite.on(kind) { site async throws in
            let old = try SmallCompany.person("anna").password
            func reason(_ outcome: PasswordChangeOutcome) throws -> PasswordRefusal.Reason {
                let refusal = try #require(outcome.refusal, "\(outcome)")
                for secret in [old, "Sh0rt!", new] { #expect(!refusal.explanation.contains(secret)) }
                return refusal.reason
            }
            // What 389 Directory Server says to this operation is one thing for all that is wrong with a password.
            let short: PasswordRefusal.Reason = kind == .directoryServer389 ? .tooSimple : .tooShort
            #expect(try await reason(site.change("anna", from: old, to: "Sh0rt!")) == short)
            #expect(try await reason(site.reset("anna", to: "Sh0rt!")) == short)
            #expect(try await reason(site.change("anna", from: old, to: old)) == .sameAsOld)
            #expect(try await site.change("anna", from: old, to: new) == .changed())
            #expect(try await reason(site.change("anna", from: new, to: old)) == .inHistory)
            #expect(try await reason(site.change("anna", from: "no Horse 7", to: "third Horse 9")) == .wrongPassword)
            #expect(try await reason(site.change("nobody", from: old, to: new)) == .unknownUser)
            let disabled: PasswordRefusal.Reason = kind == .openLDAP ? .accountLocked : .accountDisabled
            #expect(try await reason(site.change("dana", from: old, to: new)) == disabled)
            #expect(try await reason(site.change("lars", from: old, to: new)) == .accountLocked)
            #expect(try await reason(site.change("ewa", from: old, to: new)) == .accountExpired)
            if kind == .activeDirectory {
                #expect(try await reason(site.change("anna", from: new, to: "lowercaseonly")) == .tooSimple)
            }
            #expect(try await site.logIn("anna", new) == "authenticated")
        }
    }

    @Test(arguments: DirectoryKind.allCases)
    func whoMayNotChangeItNowOrAtAllIsToldSo(_ kind: DirectoryKind) async throws {
        try await PasswordSite.on(kind) { site async throws in
            let old = try SmallCompany.person("anna").password
            let (policy, minimumAge, noChange): (String, String, String?) =
                switch kind {
                case .openLDAP:
                    (
                        "cn=default,ou=policies,\(site.server.suffix)", "pwdMinAge: 86400",
                        "pwdAllowUserChange: FALSE"
                    )
                case .directoryServer389: ("cn=config", "passwordMinAge: 86400", "passwordChange: off")
                case .activeDirectory: (site.server.suffix, "minPwdAge: -864000000000", nil)
                }
            func set(_ line: String) async throws {
                let name = line.prefix { $0 != ":" }
                try await site.server.modify(
                    ldif: "dn: \(policy)\nchangetype: modify\nreplace: \(name)\n\(line)\n")
            }
            // Active Directory looks at the age that the password has, the others at what they noted at the last change.
            if kind == .activeDirectory {
                #expect(try await site.change("anna", from: old, to: new) == .changed())
            }
            try await set(minimumAge)
            if kind != .activeDirectory {
                #expect(try await site.change("anna", from: old, to: new) == .changed())
            }
            let young = try await site.change("anna", from: new, to: "third Horse 9")
            #expect(young.refusal?.reason == .tooYoung, "\(young)")
            if let noChange {
                try await set(noChange)
                let never = try await site.change("anna", from: new, to: "third Horse 9")
                #expect(never.refusal?.reason == .notAllowed, "\(never)")
            }
            #expect(try await site.logIn("anna", new) == "authenticated")
        }
    }

    /// 389 Directory Server takes what the service account sent for somebody else's doing, whoever knew the old password.
    @Test func aPolicyThatDistrustsOthersAsksOnceMoreAfterAnExpiredPassword() async throws {
        try await PasswordSite.on(.directoryServer389) { site async throws in
            try await site.server.modify(
                ldif: """
                    dn: cn=monthly,ou=policies,\(site.server.suffix)
                    changetype: modify
                    replace: passwordMustChange
                    passwordMustChange: on

                    """)
            let old = try SmallCompany.person("paul").password
            #expect(try await site.change("paul", from: old, to: new) == .changed())
            #expect(try await site.logIn("paul", new) == "mustChangePassword")
            #expect(try await site.change("paul", from: new, to: "third Horse 9") == .changed())
            #expect(try await site.logIn("paul", "third Horse 9") == "authenticated")
        }
    }
}
