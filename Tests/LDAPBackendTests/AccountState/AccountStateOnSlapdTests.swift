import AuthCore
import LDAPBackend
import LDAPClient
import TestSupport
import Testing

/// Account states on OpenLDAP with its password policy, at a login and at a scan.
@Suite struct AccountStateOnSlapdTests {
    private static func person(_ uid: String, _ lines: String...) -> String {
        """
        dn: uid=\(uid),ou=people,dc=example,dc=org
        objectClass: inetOrgPerson
        objectClass: shadowAccount
        uid: \(uid)
        cn: \(uid)
        sn: \(uid)
        userPassword: \(uid)-secret
        \(lines.joined(separator: "\n"))


        """
    }

    private static func policy(_ name: String, _ lines: String...) -> String {
        """
        dn: cn=\(name),ou=policies,dc=example,dc=org
        objectClass: device
        objectClass: pwdPolicy
        cn: \(name)
        pwdAttribute: userPassword
        \(lines.joined(separator: "\n"))


        """
    }

    private static func subentry(_ name: String) -> String {
        "pwdPolicySubentry: cn=\(name),ou=policies,dc=example,dc=org"
    }

    private static let content =
        policy("graceful", "pwdMaxAge: 2592000", "pwdGraceAuthNLimit: 2")
        + policy("warning", "pwdMaxAge: 2000000000", "pwdExpireWarning: 2000000000")
        + person("fine") + person("forgood", "pwdAccountLockedTime: 000001010000Z")
        + person("pardoned", "pwdAccountLockedTime: 20200101000000Z", "pwdFailureTime: 20200101000000Z")
        + person("reset", "pwdReset: TRUE") + person("ended", "pwdEndTime: 20200101000000Z")
        + person("early", "pwdStartTime: 20900101000000Z")
        + person("grace", "pwdChangedTime: 20200101000000Z", subentry("graceful"))
        + person("stale", "pwdChangedTime: 20200101000000Z", subentry("monthly"))
        + person("warned", "pwdChangedTime: 20200101000000Z", subentry("warning"))
        // slapd lets these bind: nobody but who asks looks at the shadow attributes.
        + person("shadow", "shadowExpire: 18000") + person("shadowless", "shadowExpire: -1")
        + person("aged", "shadowLastChange: 18000", "shadowMax: 90")
        + person("kept", "shadowLastChange: 18000", "shadowMax: 90", "pwdChangedTime: 20200101000000Z")

    private func onSlapd(
        adjust: (inout LDAPBackendConfiguration) throws -> Void = { _ in },
        _ body: (Slapd, Company) async throws -> Void
    ) async throws {
        try await withSlapd(loading: .base(adding: Self.content)) { slapd async throws in
            try await Company.on(slapd, adjust: adjust) { company async throws in try await body(slapd, company) }
        }
    }

    @Test func aLoginAndAScanSayWhatIsWrongWithAnAccount() async throws {
        try await onSlapd { _, company async throws in
            let table: [(uid: String, login: DenialReason?, scan: DenialReason?)] = [
                ("fine", nil, nil), ("forgood", .accountLocked, .accountLocked), ("pardoned", nil, nil),
                ("reset", .mustChangePassword, nil), ("ended", .accountExpired, .accountExpired),
                ("early", .accountDisabled, .accountDisabled), ("grace", nil, nil), ("stale", .passwordExpired, nil),
                ("warned", nil, nil), ("shadow", .accountExpired, .accountExpired), ("shadowless", nil, nil),
                ("aged", .passwordExpired, nil), ("kept", nil, nil),
            ]
            let scan = try await Scan(company.backend)
            #expect(scan.people.count == table.count && scan.peopleProof.isComplete)
            let decisions = try await company.backend.ruleDecisions()
            for row in table {
                let wrong = await company.outcome(row.uid, "wrong")
                #expect(
                    wrong == .rejected(.wrongPassword)
                        || [.accountLocked, .accountExpired, .accountDisabled].contains(row.login)
                            && wrong == row.login.map { .denied($0) },
                    "\(row.uid): \(wrong)")
                let report = await company.logIn(row.uid, traced: true)
                if let reason = row.login {
                    #expect(report.outcome == .denied(reason), "\(row.uid): \(report.outcome)")
                    #expect(report.explanation?.contains("uid=\(row.uid),") == true)
                } else {
                    #expect(report.outcome.user != nil, "\(row.uid): \(report.outcome) \(report.explanation ?? "")")
                    #expect(report.steps.contains { $0.name == "account state" && $0.isOK })
                }
                let person = try #require(scan.person(row.uid))
                let decision = decisions.decide(person, groups: [], groupsAreComplete: true)
                #expect(decision.account.barred == row.scan, "\(row.uid)")
                #expect(ScannedPerson(encoded: person.encoded) == person)
            }
        }
    }

    @Test func graceLoginsAndExpiryAreWarnedOf() async throws {
        try await onSlapd { _, company async throws in
            let dn = "uid=grace,ou=people,dc=example,dc=org"
            for left in ["1 more login", "0 more logins"] {
                let report = await company.logIn("grace")
                #expect(report.outcome.user != nil)
                #expect(
                    report.warnings == ["The password of \(dn) has expired; the directory allows \(left) with it."])
            }
            let spent = await company.logIn("grace", traced: true)
            #expect(spent.outcome == .denied(.passwordExpired))
            #expect(spent.explanation?.contains(dn) == true)
            let warned = await company.logIn("warned")
            #expect(warned.warnings.count == 1)
            #expect(
                warned.warnings.first?.hasPrefix("The password of uid=warned,ou=people,dc=example,dc=org expires in ")
                    == true)
        }
    }

    @Test func aLockAfterWrongPasswordsKeepsOutAndTakesNoAccountAway() async throws {
        try await onSlapd { slapd, company async throws in
            for number in 1...5 {
                #expect(await company.outcome("fine", "wrong\(number)") == .rejected(.wrongPassword))
            }
            let report = await company.logIn("fine", traced: true)
            #expect(report.outcome == .denied(.accountLocked))
            #expect(report.explanation?.contains("pwdAccountLockedTime is ") == true)
            let decisions = try await company.backend.ruleDecisions()
            let person = try #require(try await Scan(company.backend).person("fine"))
            #expect(decisions.decide(person, groups: [], groupsAreComplete: true).access == .allowed)
            try await slapd.modify(
                ldif: """
                    dn: uid=fine,ou=people,dc=example,dc=org
                    changetype: modify
                    delete: pwdAccountLockedTime

                    """)
            #expect(await company.outcome("fine").user != nil)
        }
    }

    @Test func theClockDecidesAndCanBeAnother() async throws {
        try await withSlapd(loading: .base(adding: Self.content)) { slapd async throws in
            let before = DirectoryTime(secondsSince1970: 18_000 * 86_400 - 1)
            try await Company.on(slapd, now: { before }) { company async throws in
                let report = await company.logIn("shadow", traced: true)
                #expect(report.outcome.user != nil)
                #expect(report.warnings.contains { $0.hasSuffix("expires at 2019-04-14 00:00:00 UTC, in 1 second.") })
                #expect(try await Scan(company.backend).person("shadow")?.standing == .allowed)
            }
            let then = DirectoryTime(secondsSince1970: 18_000 * 86_400)
            try await Company.on(slapd, now: { then }) { company async throws in
                #expect(await company.outcome("shadow") == .denied(.accountExpired))
            }
        }
    }

    @Test func aConfigurationChoosesWhoseWordsCount() async throws {
        try await onSlapd(adjust: { $0.accountState.dialects = .only([.openLDAP]) }) { _, company async throws in
            #expect(await company.outcome("shadow").user != nil)
            #expect(await company.outcome("ended") == .denied(.accountExpired))
        }
        try await onSlapd(adjust: { $0.accountState.dialects = .only([]) }) { _, company async throws in
            #expect(await company.outcome("shadow").user != nil)
            #expect(await company.outcome("ended") == .denied(.accountLocked))
        }
        try await onSlapd(adjust: { $0.accountState.lockoutDuration = .zero }) { _, company async throws in
            #expect(await company.outcome("pardoned") == .denied(.accountLocked))
        }
    }

    @Test func aTemplateReadsTheStateAfterTheBind() async throws {
        let template = try DNTemplate("uid={username},ou=people,dc=example,dc=org")
        try await onSlapd(adjust: { $0.users = UserSearch(.template(template)) }) { _, company async throws in
            #expect(await company.outcome("fine").user != nil)
            #expect(await company.outcome("shadow") == .denied(.accountExpired))
            #expect(await company.outcome("shadow", "wrong") == .rejected(.wrongPassword))
            #expect(await company.outcome("forgood") == .denied(.accountLocked))
            #expect(await company.outcome("pardoned").user != nil)
        }
    }

    @Test func attributesThatAreNotShownShutNobodyOut() async throws {
        try await withSlapd(
            loading: .base(adding: Self.content),
            options: .hiding("shadowExpire,shadowMax,shadowLastChange,pwdEndTime,pwdReset,pwdAccountLockedTime")
        ) { slapd async throws in
            try await Company.on(slapd) { company async throws in
                #expect(await company.outcome("fine").user != nil)
                #expect(await company.outcome("shadow").user != nil)
                // What the directory itself says remains.
                #expect(await company.outcome("reset") == .denied(.mustChangePassword))
                #expect(await company.outcome("ended") == .denied(.accountLocked))
            }
        }
    }

    @Test func theStateCostsNoSearch() async throws {
        try await onSlapd { slapd, company async throws in
            _ = await company.logIn("fine")
            let cost = try await slapd.counting { _ = await company.logIn("fine") }
            #expect(cost["Search"] == 2 && cost["Bind"] == 1)
        }
    }
}

extension Slapd.Options {
    /// A server that keeps attributes from everybody.
    static func hiding(_ attributes: String) -> Slapd.Options {
        var options = Slapd.Options()
        options.database = ["access to attrs=\(attributes) by * none"]
        return options
    }
}
