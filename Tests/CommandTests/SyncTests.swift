import Foundation
import TestSupport
import Testing

/// `dirbridge sync`
@Suite struct SyncTests {
    private let people = "ou=people,dc=example,dc=org"
    private let club = "cn=club,ou=groups,dc=example,dc=org"

    /// Runs a test with seven people of whom two are in a group.
    private func withOffice(
        _ adjust: (inout Settings) -> Void = { _ in }, _ body: (Site, Slapd) async throws -> Void
    ) async throws {
        let ldif =
            ["ann", "bob", "cid", "dan", "eve", "fay", "gus"].map { person($0) }.joined()
            + "dn: \(club)\nobjectClass: groupOfNames\ncn: club\nmember: uid=ann,\(people)\nmember: uid=bob,\(people)\n\n"
        try await withSlapd(loading: .base(adding: ldif)) { slapd async throws in
            var settings = Settings(server: slapd.uri)
            adjust(&settings)
            try await Site.with(settings) { try await body($0, slapd) }
        }
    }

    private func sync(_ site: Site, _ arguments: String...) async throws -> (value: SyncRead, status: Int32) {
        let result = try await site.run(["sync"] + arguments + ["--json"])
        #expect(result.errors == "")
        return (try site.decoded(SyncRead.self, result), result.status)
    }

    private func remove(_ slapd: Slapd, _ names: String...) async throws {
        for name in names { try await slapd.delete("uid=\(name),\(people)") }
    }

    // MARK: Exit status and JSON

    @Test func aRunDoesAllAndASecondNothing() async throws {
        try await withOffice { site, _ async throws in
            let (first, status) = try await sync(site)
            #expect(status == 0 && first.applied && first.complete && !first.held && first.reason == nil)
            #expect(
                first.counts["create"] == 7 && first.counts["group_create"] == 1 && first.counts["membership_add"] == 2)
            #expect(
                first.people == 7 && first.groups == 1 && first.run == 1 && first.plan == nil && first.changes == nil)
            let (second, again) = try await sync(site)
            #expect(again == 0 && second.applied && second.counts.filter { $0.value > 0 } == ["unchanged": 7])
            #expect(try await site.usernames().count == 7)
            #expect(try await site.logIn("ann", "ann-secret").id == 1)
        }
    }

    @Test func aPlanShowsWhatWouldBeDoneAndIsAppliedByItsNumber() async throws {
        try await withOffice { site, slapd async throws in
            #expect(try await sync(site).status == 0)
            try await remove(slapd, "gus")
            let (plan, status) = try await sync(site, "--plan")
            #expect(status == 0 && !plan.applied && !plan.held && plan.plan == 1)
            #expect(plan.changes?.map { "\($0.name) \($0.event)" } == ["gus user.deactivate"])
            #expect(plan.changes?.first?.details["evidence"] == "there is no entry with this id")
            #expect(try await site.sqlite("SELECT is_active FROM auth_user WHERE username = 'gus'") == "1")
            let (done, applied) = try await sync(site, "--apply", "1")
            #expect(applied == 0 && done.applied && done.plan == 1 && done.changes == nil)
            #expect(try await site.sqlite("SELECT is_active FROM auth_user WHERE username = 'gus'") == "0")
        }
    }

    @Test func whatALimitHoldsExitsWithSixAndIsAppliedByItsNumber() async throws {
        try await withOffice({ $0.directory.append("sync: {max_deactivations: {minimum: 1}}") }) {
            site, slapd async throws in
            #expect(try await sync(site).status == 0)
            try await remove(slapd, "fay", "gus")
            let (held, status) = try await sync(site)
            #expect(status == 6 && held.held && !held.applied && held.reason == "deactivations" && held.plan == 1)
            #expect(held.explanations == ["2 of 7 active accounts would be deactivated; 1 are allowed."])
            let (shown, planned) = try await sync(site, "--plan")
            #expect(planned == 6 && shown.held && shown.plan == 1 && shown.changes?.count == 2)
            let (done, applied) = try await sync(site, "--apply", "1")
            #expect(applied == 0 && done.applied && done.counts["deactivate"] == 2)
        }
    }

    @Test func anEmptiedBaseExitsWithSixAndChangesNobody() async throws {
        try await withOffice { site, slapd async throws in
            #expect(try await sync(site).status == 0)
            let before = try await site.sqlite("SELECT * FROM auth_user")
            try await remove(slapd, "ann", "bob", "cid", "dan", "eve", "fay", "gus")
            let (held, status) = try await sync(site)
            #expect(status == 6 && held.held && held.reason == "emptied" && held.people == 0)
            #expect(try await site.sqlite("SELECT * FROM auth_user") == before)
        }
    }

    @Test func anUnreadableBaseExitsWithFiveAndChangesNothing() async throws {
        try await withOffice { site, slapd async throws in
            #expect(try await sync(site).status == 0)
            let before = try await site.sqlite(".dump")
            try site.configure(Settings(server: slapd.uri).text.replacing("ou=people,", with: "ou=nowhere,"))
            for arguments in [["sync"], ["sync", "--json"], ["sync", "--plan"]] {
                let result = try await site.run(arguments)
                #expect(result.status == 5 && result.output == "")
                #expect(result.errors.contains("ou=nowhere"))
            }
            await slapd.stop()
            #expect(try await site.run("sync").status == 5)
            #expect(try await site.sqlite(".dump") == before)
        }
    }

    @Test func whatIsIncompleteExitsWithFiveAndTakesNothingAway() async throws {
        var options = Slapd.Options()
        options.database = ["access to filter=(employeeType=hidden) attrs=entryUUID by * none"]
        let ldif = ["ann", "bob", "cid", "dan", "eve", "fay"].map { person($0) }.joined()
        try await withSlapd(loading: .base(adding: ldif), options: options) { slapd async throws in
            try await Site.with(Settings(server: slapd.uri)) { site async throws in
                #expect(try await sync(site).status == 0)
                try await slapd.modify(
                    ldif: "dn: uid=ann,\(people)\nchangetype: modify\nadd: employeeType\nemployeeType: hidden\n\n")
                try await remove(slapd, "bob")
                try await slapd.add(ldif: person("new"))
                let (report, status) = try await sync(site)
                #expect(
                    status == 5 && report.applied && !report.complete && !report.held && report.reason == "incomplete")
                #expect(report.quarantined.map(\.entry) == ["uid=ann,\(people)"])
                #expect(
                    try await site.sqlite(
                        "SELECT group_concat(username) FROM (SELECT * FROM auth_user WHERE is_active ORDER BY username)"
                    )
                        == "ann,bob,cid,dan,eve,fay,new")
                let text = try await site.run("sync")
                #expect(text.status == 5)
                #expect(
                    text.output.contains("Entries that show no entryUUID, so that nobody can tell who they are: 1;"))
                #expect(
                    text.output.hasSuffix(
                        "People and groups were added and updated; nothing was taken away. Mend the above and run it again.\n"
                    ))
            }
        }
    }

    // MARK: Refusals

    @Test func aPlanThatIsOutdatedExitsWithSixAndOneThatIsNotOpenWithTwo() async throws {
        try await withOffice { site, slapd async throws in
            #expect(try await sync(site).status == 0)
            try await remove(slapd, "gus")
            #expect(try await sync(site, "--plan").value.plan == 1)
            // The directory moves on.
            try await remove(slapd, "fay")
            let (outdated, status) = try await sync(site, "--apply", "1")
            #expect(
                status == 6 && outdated.held && !outdated.applied && outdated.reason == "planOutdated"
                    && outdated.run == nil)
            #expect(
                outdated.explanations == [
                    "The plan 1 is not what would be done now (fay: user.deactivate is new). Make a new one with --plan."
                ])
            #expect(try await sync(site, "--plan").value.plan == 2)
            // An account moves on.
            #expect(try await site.run("user", "deactivate", "fay").status == 0)
            let (moved, again) = try await sync(site, "--apply", "2")
            #expect(again == 6)
            #expect(moved.explanations.first?.contains("(fay: user.deactivate no longer applies)") == true)

            for (plan, words) in [("1", "The plan 1 was followed by a newer one"), ("9", "'corp' has no plan 9")] {
                let refused = try await site.run("sync", "--apply", plan)
                #expect(refused.status == 2 && refused.output == "")
                #expect(
                    refused.errors.contains(words) && refused.errors.contains("dirbridge sync --directory corp --plan"))
            }
            #expect(try await sync(site, "--plan").value.plan == 3)
            #expect(try await sync(site, "--apply", "3").status == 0)
            let twice = try await site.run("sync", "--apply", "3")
            #expect(twice.status == 2 && twice.errors.contains("The plan 3 has been applied"))
        }
    }

    @Test func whatALoginDidBetweenPlanAndApplicationIsNotDoneTwice() async throws {
        try await withOffice { site, _ async throws in
            #expect(try await sync(site, "--plan").value.plan == 1)
            #expect(try await site.logIn("ann", "ann-secret").status == 0)
            let (applied, status) = try await sync(site, "--apply", "1")
            #expect(status == 0 && applied.applied && applied.counts["create"] == 6)
            #expect(try await site.usernames() == ["ann", "bob", "cid", "dan", "eve", "fay", "gus"])
        }
    }

    @Test func theOptionsThatContradictEachOtherAreRefused() async throws {
        try await withOffice { site, _ async throws in
            for arguments in [["--plan", "--apply", "1"], ["--apply"], ["--apply", "one"], ["--directory", "lab"]] {
                let result = try await site.run(["sync"] + arguments)
                #expect(result.status == 2 && result.output == "", "\(arguments)")
            }
            #expect(try await site.usernames() == [])
        }
    }

    /// Nobody could come in by accounts of a directory that nobody is asked about.
    @Test func aDirectoryOutsideTheChainIsRefused() async throws {
        try await withOffice({ $0.chain = "[local]" }) { site, _ async throws in
            for arguments in [["sync"], ["sync", "--plan"], ["sync", "--directory", "corp"]] {
                let result = try await site.run(arguments)
                #expect(result.status == 2 && result.output == "", "\(arguments)")
                #expect(result.errors.contains("chain"), "\(result.errors)")
            }
            #expect(try await site.usernames() == [])
        }
    }

    @Test func aRuleThatCannotBeDecidedExitsWithFive() async throws {
        try await withOffice({ $0.users.append("deny: club") }) { site, slapd async throws in
            #expect(try await sync(site).status == 0)
            let before = try await site.usernames()
            try await slapd.delete(club)
            let result = try await site.run("sync", "--json")
            let report = try site.decoded(SyncRead.self, result)
            #expect(result.status == 5 && report.applied && report.complete && report.reason == "undecided")
            #expect(report.counts["quarantined"] == 7 && report.explanations.count == 1)
            #expect(try await site.usernames() == before)
        }
    }

    @Test func aRunByASymbolicLinkToTheDatabaseIsTheSameRun() async throws {
        try await withOffice { site, slapd async throws in
            #expect(try await sync(site).status == 0)
            try FileManager.default.createSymbolicLink(
                atPath: site.folder + "/alias.db", withDestinationPath: site.database)
            try site.configure(
                Settings(server: slapd.uri).text.replacing("sqlite:accounts.db", with: "sqlite:alias.db"))
            // What a run holds that was started by the other name.
            let lock = open(site.database + "-sync-corp", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            #expect(flock(lock, LOCK_EX | LOCK_NB) == 0)
            let refused = try await site.run("sync")
            #expect(refused.status == 1 && refused.errors.contains("Another sync of 'corp' is running"))
            close(lock)
            #expect(try await sync(site).status == 0)
        }
    }

    @Test func withSeveralDirectoriesOneIsNamed() async throws {
        try await withOffice { site, slapd async throws in
            let lab = Settings(server: slapd.uri).text
            let section = try #require(lab.components(separatedBy: "directories:\n").last)
            try site.configure(
                lab.replacing("[corp, local]", with: "[corp, lab, local]")
                    + section.replacing("  corp:", with: "  lab:").replacing(
                        "(objectClass=inetOrgPerson)", with: "(uid=g*)"
                    )
                    .replacing("{except: [everyone]}", with: "none"))
            let unnamed = try await site.run("sync")
            #expect(unnamed.status == 2)
            #expect(unnamed.errors.contains("There are several directories; name one with --directory: corp, lab."))
            let (report, status) = try await sync(site, "--directory", "lab")
            #expect(status == 0 && report.directory == "lab")
            #expect(try await site.usernames() == ["gus"])
            // The other one's person of the same name is not the same person.
            let (other, _) = try await sync(site, "--directory", "corp")
            #expect(other.quarantined.map(\.username) == ["gus"])
            #expect(other.quarantined.first?.reason.contains("belongs to 'lab'") == true)
        }
    }

    @Test func whileOneRunsAnotherIsRefused() async throws {
        try await withOffice { site, slapd async throws in
            #expect(try await sync(site).status == 0)
            slapd.pause()
            async let first = site.run("sync")
            try await eventually("the first run has the lock") {
                FileManager.default.fileExists(atPath: site.database + "-sync-corp")
            }
            let second = try await site.run("sync")
            #expect(second.status == 1 && second.output == "")
            #expect(second.errors.contains("Another sync of 'corp' is running; wait for it to end."))
            slapd.resume()
            #expect(try await first.status == 0)
        }
    }

    // MARK: What people read

    @Test func theResultIsReadAsText() async throws {
        try await withOffice { site, slapd async throws in
            let first = try await site.run("sync")
            #expect(first.status == 0 && first.errors == "")
            #expect(
                first.output.replacing(/\(\d+\.\d s\)/, with: "(T)") == """
                    corp: 7 people and 1 groups were read; create 7, group create 1, membership add 2 (T).
                    Done.

                    """)
            try await slapd.rename("uid=ann,\(people)", to: "uid=Bob-twin")
            try await slapd.rename("uid=cid,\(people)", to: "uid=root")
            #expect(try await site.run("user", "create", "root", password: "correct horse").status == 0)
            try await remove(slapd, "gus")
            let plan = try await site.run("sync", "--plan")
            #expect(plan.status == 0 && plan.errors == "")
            #expect(
                plan.output.replacing(/\(\d+\.\d s\)/, with: "(T)") == """
                    ann  user.move        from=uid=ann,\(people) to=uid=Bob-twin,\(people)
                    ann  user.rename      from=ann to=Bob-twin
                    cid  user.move        from=uid=cid,\(people) to=uid=root,\(people)
                    gus  user.deactivate  evidence=there is no entry with this id reason=absent source=corp

                    Not taken over, or not in full:
                      uid=root,\(people): The account keeps the name 'cid'. An account named 'root' exists and is local; 'corp' cannot have it. An administrator can link the two.

                    corp: 6 people and 1 groups were read; update 2, rename 1, deactivate 1, unchanged 4, quarantined 1 (T).
                    Nothing was changed. To apply this plan, number 1: dirbridge sync --directory corp --apply 1

                    """)
        }
    }

    @Test func whatIsHeldSaysHowItIsApplied() async throws {
        try await withOffice({ $0.directory.append("sync: {max_deactivations: {minimum: 0}}") }) {
            site, slapd async throws in
            #expect(try await sync(site).status == 0)
            try await remove(slapd, "gus")
            let held = try await site.run("sync")
            #expect(held.status == 6)
            #expect(
                held.output.replacing(/\(\d+\.\d s\)/, with: "(T)") == """
                    corp: 6 people and 1 groups were read; deactivate 1, unchanged 6 (T).
                    1 of 7 active accounts would be deactivated; 0 are allowed.
                    Nothing was changed. The plan is kept as number 1. To read it: dirbridge sync --directory corp --plan. To apply it: dirbridge sync --directory corp --apply 1

                    """)
        }
    }

    @Test func warningsGoToStandardError() async throws {
        try await withOffice { site, _ async throws in
            #expect(try await site.run("group", "create", "club").status == 0)
            let result = try await site.run("sync")
            #expect(result.status == 0)
            #expect(result.errors == "warning: A local group 'club' exists; \(club) is not mirrored into it.\n")
        }
    }
}

/// The parts of the document that tests look at.
struct SyncRead: Decodable {
    struct Change: Decodable {
        let account, name, event: String
        let details: [String: String]
    }
    struct Quarantined: Decodable {
        let entry, reason: String
        let username: String?
    }

    let run, plan: Int?
    let directory: String
    let complete, held, applied: Bool
    let reason: String?
    let explanations: [String]
    let people, groups: Int
    let quarantined: [Quarantined]
    let changes: [Change]?
    let counts: [String: Int]
}
