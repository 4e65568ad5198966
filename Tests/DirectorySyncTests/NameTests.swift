import AuthCore
import DirectorySync
import LDAPBackend
import TestSupport
import Testing

/// Names go from one to another, and nobody becomes somebody else.
@Suite struct NameTests {
    /// Runs a test with people who have accounts already.
    private func withPeople(
        _ uids: String..., more: [String] = [], _ body: (SyncSite, [String: AccountView]) async throws -> Void
    ) async throws {
        // Never fewer than five, so that absence takes one run.
        let ldif = people(uids + more + ["v", "w", "x", "y", "z"]) + group("staff", "uid=\(uids[0])")
        try await withSyncSite(loading: .base(adding: ldif)) { site async throws in
            try await site.sync()
            let accounts = try site.accounts()
            try await body(site, Dictionary(uniqueKeysWithValues: accounts.map { ($0.username, $0) }))
        }
    }

    /// Renames entries so that each has the uid of another, by way of a name that nobody has.
    private func rename(_ site: SyncSite, _ pairs: [(from: String, to: String)]) async throws {
        for (from, _) in pairs { try await site.slapd.rename(member("uid=\(from)"), to: "uid=\(from)-on-the-way") }
        for (from, to) in pairs {
            try await site.slapd.rename(member("uid=\(from)-on-the-way"), to: "uid=\(to)")
        }
    }

    /// Whether each account has the new name, and nothing else of it changed but where its entry is.
    private func areRenamed(
        _ site: SyncSite, _ before: [String: AccountView], _ pairs: [(from: String, to: String)]
    ) throws -> Bool {
        try pairs.allSatisfy { from, to in
            var expected = before[from]
            expected?.username = to
            expected?.dn = member("uid=\(to)")
            return try site[to] == expected
        }
    }

    private static func letters(_ text: String) -> [(from: String, to: String)] {
        text.split(separator: " ").map { (String($0.first ?? " "), String($0.last ?? " ")) }
    }

    @Test(arguments: [
        // Two and three that exchange their names, one onto a free name, a line onto freed names in either order, a line that ends in a circle,
        // and two circles at once.
        "a>b b>a", "a>b b>c c>a", "c>b b>a a>c", "a>q", "a>b b>c c>q", "c>b b>a a>q", "a>b b>c c>d d>a",
        "a>b b>a c>d d>c",
    ])
    func namesThatAreExchangedOrHandedDownAreRightInOneRun(_ text: String) async throws {
        try await withPeople("a", "b", "c", "d") { site, before async throws in
            let pairs = Self.letters(text)
            try await rename(site, pairs)
            let report = try await site.sync()
            #expect(report.counts.renamed == pairs.count && report.quarantined == [])
            #expect(report.counts.created == 0 && report.counts.deactivated == 0)
            #expect(try areRenamed(site, before, pairs))
            #expect(try site.usernames().allSatisfy { !$0.contains("former") })
            #expect(try await site.hasNothingToDo())
        }
    }

    @Test func aLineOfFortyRenamesIsRightInOneRun() async throws {
        let line = names(40)
        try await withPeople("a", more: line) { site, before async throws in
            let pairs = zip(line, line.dropFirst() + ["p999"]).map { (from: $0, to: $1) }
            // The last first, onto a free name, and so on to the first.
            for (from, to) in pairs.reversed() { try await site.slapd.rename(member("uid=\(from)"), to: "uid=\(to)") }
            let report = try await site.sync()
            #expect(report.counts.renamed == 40 && report.quarantined == [])
            #expect(try areRenamed(site, before, pairs))
            // In a line the names are handed on from its end, and nobody has to get out of the way.
            #expect(try site.count("SELECT count(*) FROM bridge_audit WHERE event = 'user.rename-aside'") == 0)
        }
    }

    @Test func theNameOfSomebodyWhoIsGoneGoesToWhoeverHasItNow() async throws {
        try await withPeople("a", "b") { site, before async throws in
            let id = try #require(before["b"]?.externalID).replacing("-", with: "").prefix(12)
            try await site.slapd.delete(member("uid=b"))
            try await site.slapd.rename(member("uid=a"), to: "uid=b")
            let report = try await site.sync()
            #expect(report.counts.renamed == 1 && report.counts.deactivated == 1 && report.quarantined == [])
            #expect(try areRenamed(site, before, [("a", "b")]))
            let gone = try #require(try site["b+former-\(id)"])
            #expect(gone.id == before["b"]?.id && !gone.isActive && gone.deactivation == "corp: absent")
            #expect(try await site.hasNothingToDo())
        }
    }

    @Test func theNameOfSomebodyWhoWasGoneBeforeCanBeTakenToo() async throws {
        try await withPeople("a", "b") { site, before async throws in
            try await site.slapd.delete(member("uid=b"))
            try await site.sync()
            try await site.slapd.add(ldif: person("b"))
            let report = try await site.sync()
            #expect(report.counts.created == 1 && report.counts.deactivated == 0 && report.quarantined == [])
            #expect(try site["b"]?.id != before["b"]?.id)
            #expect(try site.accounts().first { $0.id == before["b"]?.id }?.isActive == false)
            #expect(try await site.hasNothingToDo())
        }
    }

    @Test func whoKeepsTheNameIsNotMovedAside() async throws {
        try await withPeople("a", "b") { site, before async throws in
            try await site.administer(
                .create(NewAccount(username: "robert", password: EncodedPassword(encoded: "x$1"))))
            try await rename(site, [("a", "robert"), ("b", "a")])
            let plan = try await site.sync(.plan)
            #expect(plan.counts.renamed == 0 && plan.counts.renamedAside == 0)
            let report = try await site.sync()
            #expect(report.changes == plan.changes && report.counts == plan.counts)
            let reasons = Dictionary(uniqueKeysWithValues: report.quarantined.map { ($0.entry, $0.reason) })
            #expect(reasons.count == 2)
            #expect(reasons[member("uid=robert")]?.hasPrefix("The account keeps the name 'a'.") == true)
            #expect(reasons[member("uid=a")]?.hasPrefix("The account keeps the name 'b'.") == true)
            for (name, dn) in [("a", "robert"), ("b", "a")] {
                var expected = before[name]
                expected?.dn = member("uid=\(dn)")
                #expect(try site[name] == expected)
            }
            #expect(try await site.hasNothingToDo())
        }
    }

    @Test func whoIsMovedAsideIsCountedAndNamed() async throws {
        try await withPeople("a", "b") { site, before async throws in
            try await site.slapd.delete(member("uid=b"))
            try await site.slapd.rename(member("uid=a"), to: "uid=b")
            let plan = try await site.sync(.plan)
            #expect(plan.counts.renamed == 1 && plan.counts.renamedAside == 1)
            let line = try #require(plan.changes.first { $0.event == "user.rename-aside" })
            #expect(line.account == before["b"]?.externalID && line.name == "b")
        }
    }

    @Test func aNameThatALocalAccountHasIsNotTakenAndAllElseOfThePersonIsMirrored() async throws {
        try await withPeople("a", "b") { site, before async throws in
            try await site.administer(
                .create(NewAccount(username: "Admin", password: EncodedPassword(encoded: "x$1"), isSuperuser: true)))
            let local = try site["Admin"]
            try await site.slapd.rename(member("uid=a"), to: "uid=admin")
            try await site.set("mail", of: member("uid=admin"), to: ["a@example.org"])
            try await site.slapd.add(ldif: group("payroll", "uid=admin"))
            try await site.slapd.delete("cn=staff,\(SyncSite.groups)")
            let report = try await site.sync()
            let quarantined = try #require(report.quarantined.first)
            #expect(report.quarantined.count == 1)
            #expect(quarantined.entry == member("uid=admin") && quarantined.username == "admin")
            #expect(
                quarantined.reason.hasPrefix(
                    "The account keeps the name 'a'. An account named 'Admin' exists and is local"))
            var expected = try #require(before["a"])
            expected.email = "a@example.org"
            expected.dn = member("uid=admin")
            expected.groups = ["payroll <- corp"]
            #expect(try site["a"] == expected)
            #expect(try site["Admin"] == local)
            #expect(try await site.hasNothingToDo())
            // And when the name is free, it is given.
            try site.execute("UPDATE auth_user SET username = 'root' WHERE username = 'Admin'")
            #expect(try await site.sync().counts.renamed == 1)
            #expect(try site["admin"]?.id == before["a"]?.id)
        }
    }

    @Test func whoseNameALocalAccountHasGetsNoAccountWhileThatIsSo() async throws {
        try await withPeople("a") { site, _ async throws in
            try await site.administer(
                .create(NewAccount(username: "new", password: EncodedPassword(encoded: "x$1"))))
            let local = try site["new"]
            try await site.slapd.add(ldif: people("new"))
            let report = try await site.sync()
            #expect(report.quarantined.map(\.username) == ["new"] && report.counts.created == 0)
            #expect(try site["new"] == local)
        }
    }

    @Test func anAccountThatDjangoMadeMeanwhileIsSeen() async throws {
        try await withPeople("a") { site, _ async throws in
            try site.execute(
                """
                INSERT INTO auth_user (password, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined)
                VALUES ('x$1', 0, 'NEW', '', '', '', 0, 1, '2026-01-31 12:34:56')
                """)
            let local = try site["NEW"]
            try await site.slapd.add(ldif: people("new"))
            let report = try await site.sync()
            #expect(report.quarantined.map(\.username) == ["new"])
            #expect(report.counts.created == 0)
            #expect(try site["NEW"] == local && site["new"] == nil)
        }
    }

    @Test func anAccountThatDjangoRenamedMeanwhileIsSeen() async throws {
        try await withPeople("a", "b") { site, before async throws in
            // Neither is what the directory says, and each is in the way of the other.
            try site.execute("UPDATE auth_user SET username = 'tmp' WHERE username = 'a'")
            try site.execute("UPDATE auth_user SET username = 'A' WHERE username = 'b'")
            try site.execute("UPDATE auth_user SET username = 'B' WHERE username = 'tmp'")
            let report = try await site.sync()
            #expect(report.quarantined == [] && report.isApplied)
            #expect(try site["a"] == before["a"] && site["b"] == before["b"])
        }
    }

    @Test func aNameThatChangesInCaseOnlyIsFollowed() async throws {
        try await withPeople("anna") { site, before async throws in
            try await site.slapd.rename(member("uid=anna"), to: "uid=Anna")
            let report = try await site.sync()
            #expect(report.counts.renamed == 1 && report.quarantined == [])
            #expect(try areRenamed(site, before, [("anna", "Anna")]))
        }
    }

    @Test func namesThatDifferInCaseOnlyCanBeExchanged() async throws {
        try await withPeople("anna", "b") { site, before async throws in
            try await rename(site, [("anna", "B"), ("b", "Anna")])
            #expect(try await site.sync().quarantined == [])
            #expect(try areRenamed(site, before, [("anna", "B"), ("b", "Anna")]))
        }
    }

    @Test func whoGetsATwinKeepsTheAccountAndTheTwinGetsNone() async throws {
        try await withPeople("anna") { site, before async throws in
            try await site.slapd.add(ldif: unit("branch", under: SyncSite.people))
            try await site.slapd.add(ldif: person("Anna", under: "ou=branch,\(SyncSite.people)"))
            try await site.set("mail", of: member("uid=anna"), to: ["anna@example.org"])
            let report = try await site.sync()
            #expect(report.quarantined.map(\.entry) == ["uid=Anna,ou=branch,\(SyncSite.people)"])
            var expected = before["anna"]
            expected?.email = "anna@example.org"
            #expect(try site["anna"] == expected)
            #expect(try site["Anna"] == nil)
        }
    }

    @Test func whoBecomesSomebodysTwinKeepsTheOldNameAndAllElseIsMirrored() async throws {
        try await withPeople("anna", "b") { site, before async throws in
            try await site.slapd.add(ldif: unit("branch", under: SyncSite.people))
            try await site.slapd.rename(member("uid=b"), to: "uid=ANNA", under: "ou=branch,\(SyncSite.people)")
            let report = try await site.sync()
            #expect(report.quarantined.count == 1)
            #expect(report.quarantined.first?.reason.hasPrefix("The account keeps the name 'b'.") == true)
            var expected = before["b"]
            expected?.dn = "uid=ANNA,ou=branch,\(SyncSite.people)"
            #expect(try site["b"] == expected && site["anna"] == before["anna"])
            #expect(try await site.hasNothingToDo())
        }
    }

    @Test func whoIsBarredIsNobodysTwinToComplainOf() async throws {
        try await withPeople("a") { site, _ async throws in
            try await site.slapd.add(ldif: unit("branch", under: SyncSite.people))
            let (one, other) = ("uid=twin,ou=branch,\(SyncSite.people)", member("uid=Twin"))
            try await site.slapd.add(
                ldif: person("twin", under: "ou=branch,\(SyncSite.people)") + people("Twin")
                    + group("suspended", one, other))
            let report = try await site.sync { $0.deny = .leaf(.name("suspended")) }
            #expect(report.counts.excluded == 2 && report.quarantined == [])
        }
    }

    @Test func whoseUsernameCannotBeOneIsNamedAndNobodyElseIsKeptWaiting() async throws {
        let long = String(repeating: "x", count: 151)
        try await withPeople("a") { site, before async throws in
            try await site.slapd.add(
                ldif: person("two", lines: ["uid: more"]) + people(long, "fine")
                    + "dn: cn=none,\(SyncSite.people)\nobjectClass: inetOrgPerson\ncn: none\nsn: none\n\n")
            let report = try await site.sync()
            #expect(
                Set(report.quarantined.map(\.entry)) == [member("uid=two"), member("uid=\(long)")])
            #expect(report.quarantined.allSatisfy { !$0.reason.isEmpty })
            #expect(try Set(site.usernames()) == Set(before.keys).union(["fine"]))
            #expect(report.isComplete && report.isApplied)
        }
    }

    @Test func whoseUsernameBecomesUnusableIsNotGone() async throws {
        try await withPeople("a") { site, before async throws in
            try await site.slapd.modify(
                ldif: "dn: \(member("uid=a"))\nchangetype: modify\nadd: uid\nuid: second\n\n")
            let report = try await site.sync()
            #expect(report.quarantined.map(\.entry) == [member("uid=a")])
            #expect(report.counts.deactivated == 0)
            #expect(try site["a"] == before["a"])
        }
    }

    @Test func whoIsBarredGivesTheNameUpToWhoeverHasItNow() async throws {
        try await withPeople("a", "b") { site, before async throws in
            try await site.slapd.add(ldif: group("suspended", "uid=a"))
            try await rename(site, [("a", "q"), ("b", "a")])
            let report = try await site.sync { $0.deny = .leaf(.name("suspended")) }
            #expect(report.counts.deactivated == 1)
            #expect(try areRenamed(site, before, [("b", "a")]))
            #expect(try site.accounts().first { $0.id == before["a"]?.id }?.isActive == false)
            // When they may come in again, they get their new name.
            try await site.sync()
            let back = try #require(try site["q"])
            #expect(back.id == before["a"]?.id && back.isActive)
        }
    }
}
