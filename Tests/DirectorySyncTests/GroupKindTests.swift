import AuthCore
import DirectorySync
import LDAPBackend
import LDAPClient
import TestSupport
import Testing

/// A login and a sync come to the same memberships, whatever kind of groups a directory has and however a login reads them: those that the
/// directory was made with.
@Suite struct GroupKindTests {
    struct Kind: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var type: GroupType
        var strategy = MembershipStrategy.search
        var isNested = true
        /// Whether the primary group counts.
        var hasPrimary = false
        var classes: [String]
        var mustHaveMember = true
        var options = Slapd.Options()
        /// Whether groups are added to the running server, so that an overlay sees them.
        var isLive = false
    }

    static func overlay(_ name: String, _ lines: String...) -> Slapd.Options {
        var options = Slapd.Options()
        options.global = ["include /etc/ldap/schema/dyngroup.schema", "moduleload \(name)"]
        options.database = ["overlay \(name)"] + lines
        return options
    }

    static let memberOfOverlay = overlay("memberof")
    static let dynlist = overlay("dynlist", "dynlist-attrset groupOfURLs memberURL member+memberOf@groupOfNames*")

    static let kinds: [Kind] = [
        Kind(testDescription: "groupOfNames", type: .groupOfNames, classes: ["groupOfNames"]),
        Kind(testDescription: "groupOfNames, flat", type: .groupOfNames, isNested: false, classes: ["groupOfNames"]),
        Kind(testDescription: "groupOfUniqueNames", type: .groupOfUniqueNames, classes: ["groupOfUniqueNames"]),
        Kind(
            testDescription: "organizationalRole", type: .organizationalRole, classes: ["organizationalRole"],
            mustHaveMember: false),
        Kind(
            testDescription: "posixGroup", type: .posixGroup, isNested: false, hasPrimary: true,
            classes: ["posixGroup"], mustHaveMember: false),
        Kind(
            testDescription: "member and gidNumber",
            type: GroupType(objectClass: "groupOfNames", memberAttribute: "member", primary: .groupNumber),
            hasPrimary: true, classes: ["groupOfNames", "extensibleObject"]),
        Kind(
            testDescription: "memberOf by the overlay", type: .groupOfNames, strategy: .memberOf(),
            classes: ["groupOfNames"], options: memberOfOverlay, isLive: true),
        Kind(
            testDescription: "memberOf by the overlay, flat", type: .groupOfNames, strategy: .memberOf(),
            isNested: false, classes: ["groupOfNames"], options: memberOfOverlay, isLive: true),
        Kind(
            testDescription: "memberOf by dynlist", type: .groupOfNames, strategy: .memberOf(),
            classes: ["groupOfNames"], options: dynlist),
        Kind(
            testDescription: "memberOf by dynlist, flat", type: .groupOfNames, strategy: .memberOf(), isNested: false,
            classes: ["groupOfNames"], options: dynlist),
        Kind(
            testDescription: "memberOf and gidNumber",
            type: GroupType(objectClass: "groupOfNames", memberAttribute: "member", primary: .groupNumber),
            strategy: .memberOf(), hasPrimary: true, classes: ["groupOfNames", "extensibleObject"], options: dynlist),
        Kind(
            testDescription: "memberOf that nobody keeps", type: .groupOfNames, strategy: .memberOf(),
            classes: ["groupOfNames"], options: memberOfOverlay),
    ]

    private func withDirectory(
        _ kind: Kind, seed: UInt64, _ body: (SyncSite, NestedDirectory) async throws -> Void
    ) async throws {
        let directory = NestedDirectory(seed: seed, isNested: kind.isNested || kind.type.memberAttribute == "member")
        let groups = directory.groupsLDIF(
            kind.classes, kind.type.memberAttribute, mustHaveMember: kind.mustHaveMember, hasNumber: kind.hasPrimary)
        try await withSyncSite(
            loading: .base(adding: directory.peopleLDIF + (kind.isLive ? "" : groups)), options: kind.options,
            {
                $0.groups?.type = kind.type
                $0.groups?.strategy = kind.strategy
                $0.groups?.isNested = kind.isNested
            }
        ) { site async throws in
            if kind.isLive {
                // Each must be there before another one names it, or the overlay passes it over.
                try await site.slapd.add(ldif: directory.emptied.groupsLDIF(kind.classes, kind.type.memberAttribute))
                try await site.slapd.modify(ldif: directory.membersLDIF(kind.type.memberAttribute))
            }
            try await body(site, directory)
        }
    }

    /// What the directory was made with.
    private func expected(_ person: String, _ kind: Kind, _ directory: NestedDirectory) -> Set<String> {
        if !kind.isNested {
            let direct = directory.groups.filter {
                $0.people.contains(person) || (kind.hasPrimary && $0.number == directory.primary[person])
            }
            return Set(direct.map { "\($0.name) <- corp" })
        }
        return Set(directory.groups(of: person, withPrimary: kind.hasPrimary).map { "\($0) <- corp" })
    }

    @Test(arguments: kinds) func aSyncGivesWhatTheDirectoryHasAndLoginsFindNothingToChange(_ kind: Kind) async throws {
        try await withDirectory(kind, seed: 5) { site, directory async throws in
            let report = try await site.sync()
            #expect(report.isApplied && report.isComplete && report.explanations == [] && report.warnings == [])
            let accounts = try site.accounts()
            #expect(accounts.map(\.username) == directory.people)
            for account in accounts {
                #expect(account.groups == expected(account.username, kind, directory), "\(account.username)")
            }
            let before = try site.dump()
            for name in directory.people { #expect(try await site.logIn(name).user?.username == name) }
            let after = try site.dump()
            for (table, rows) in before { #expect(after[table] == rows, "\(table)") }
        }
    }

    @Test(arguments: kinds) func loginsGiveWhatTheDirectoryHasAndASyncFindsNothingToChange(_ kind: Kind) async throws {
        try await withDirectory(kind, seed: 11) { site, directory async throws in
            for name in directory.people { #expect(try await site.logIn(name).user?.username == name) }
            for account in try site.accounts() {
                #expect(account.groups == expected(account.username, kind, directory), "\(account.username)")
            }
            let before = try site.accounts()
            let report = try await site.sync()
            // Groups that nobody is in are new; nothing else is.
            #expect(report.isComplete && report.counts.unchanged == directory.people.count)
            #expect(try site.accounts() == before)
        }
    }

    // MARK: Names in groups

    private func withUnixGroups(
        _ ldif: String, options: Slapd.Options = Slapd.Options(), _ body: (SyncSite) async throws -> Void
    ) async throws {
        try await withSyncSite(loading: .base(adding: ldif), options: options, { $0.groups?.type = .posixGroup }, body)
    }

    private func unix(_ name: String, _ number: Int, _ users: String...) -> String {
        let lines = ["objectClass: posixGroup", "cn: \(name)", "gidNumber: \(number)"]
        return (["dn: \(member("cn=\(name)"))"] + lines + users.map { "memberUid: \($0)" }).joined(separator: "\n")
            + "\n\n"
    }

    @Test func aNameInAnotherCaseIsTheDirectorysToJudge() async throws {
        let ldif = people("ann", "bob") + unix("g", 7, "Ann", " bob ", "stranger")
        try await withUnixGroups(ldif) { site async throws in
            // slapd compares memberUid with regard to case.
            let report = try await site.sync()
            #expect(report.isComplete)
            #expect(try site["ann"]?.groups == [] && site["bob"]?.groups == ["g <- corp"])
            #expect(try await site.logIn("ann").user != nil)
            #expect(try site["ann"]?.groups == [])
        }
    }

    @Test func whoeverHidesTheirGroupNumberLosesNothing() async throws {
        var options = Slapd.Options()
        options.database = ["access to filter=(description=hidden) attrs=gidNumber by * none"]
        let ldif =
            people("bob", "cid", "dan", "eve") + account("ann", group: 7) + unix("g", 7, "bob")
            + unix("h", 8, "ann")
        try await withUnixGroups(ldif, options: options) { site async throws in
            try await site.sync()
            #expect(try site["ann"]?.groups == ["g <- corp", "h <- corp"])
            try await site.set("description", of: member("uid=ann"), to: ["hidden"])
            let report = try await site.sync(limits: .none)
            #expect(report.warnings.contains { $0.contains("does not show all that groups know people by") })
            #expect(try site["ann"]?.groups == ["g <- corp", "h <- corp"])
            _ = try await site.logIn("ann")
            #expect(try site["ann"]?.groups == ["g <- corp", "h <- corp"])
        }
    }

    @Test func aGroupThatHidesItsNumberTakesNothing() async throws {
        var options = Slapd.Options()
        options.database = ["access to dn.exact=\"\(member("cn=g"))\" attrs=gidNumber by * none"]
        try await withUnixGroups(people("bob") + unix("g", 7, "bob"), options: options) { site async throws in
            let report = try await site.sync()
            #expect(!report.isComplete)
            #expect(report.explanations.first?.contains("shows no single gidNumber, which it must have") == true)
        }
    }

    @Test func whoeverGetsAnotherGroupNumberWhileGroupsAreReadIsLeftForTheNextRun() async throws {
        let ann = member("uid=ann")
        let numbered = """
            dn: \(member("cn=g"))
            objectClass: groupOfNames
            objectClass: extensibleObject
            cn: g
            gidNumber: 7
            member: \(member("uid=bob"))


            """
        let ldif = account("ann", group: 9) + people("bob", "cid", "dan", "eve", "fay") + numbered
        try await withSyncSite(
            loading: .base(adding: ldif),
            {
                $0.groups?.type = GroupType(
                    objectClass: "groupOfNames", memberAttribute: "member", primary: .groupNumber)
            }
        ) { site async throws in
            try await site.sync()
            #expect(try site["ann"]?.groups == [] && site["bob"]?.groups == ["g <- corp"])
            try await site.set("gidNumber", of: ann, to: ["7"])
            let back = "dn: \(ann)\nchangetype: modify\nreplace: gidNumber\ngidNumber: 9\n\n"
            try await site.whileReading(.members(page: 1), { site.modifyNow(back) }) { directory async throws in
                let report = try await site.sync(from: directory)
                #expect(report.isApplied && report.changes == [])
                #expect(report.warnings.contains { $0.contains("were moved while the directory was read") })
            }
            #expect(try site["ann"]?.groups == [])
            #expect(try await site.hasNothingToDo())
        }
    }

    @Test func groupsBelowSeveralBasesCountOnceEach() async throws {
        let ldif =
            people("ann") + unit("more") + group("one", "uid=ann")
            + "dn: cn=two,ou=more,\(SyncSite.suffix)\nobjectClass: groupOfNames\ncn: two\nmember: \(member("cn=one"))\n\n"
        try await withSyncSite(
            loading: .base(adding: ldif),
            {
                $0.groups?.bases = try [SyncSite.groups, "ou=more,\(SyncSite.suffix)", SyncSite.suffix]
                    .map { try .init($0) }
            }
        ) { site async throws in
            let report = try await site.sync()
            #expect(report.isComplete && report.groups == 2)
            #expect(try site["ann"]?.groups == ["one <- corp", "two <- corp"])
            let before = try site.dump()
            #expect(try await site.logIn("ann").user != nil)
            #expect(try site.dump()["auth_user_groups"] == before["auth_user_groups"])
        }
    }
}
