import AuthCore
import DirectorySync
import LDAPBackend
import TestSupport
import Testing

/// Rules for attributes and for the names of mirrored groups: what a sync makes of them is what a login makes of them.
@Suite struct AttributeRuleTests {
    @Test func aSyncAndALoginComeToTheSameValues() async throws {
        let lines = ["telephoneNumber: 2", "telephoneNumber: 1", "givenName: Alice", "jpegPhoto:: /9gA"]
        try await withSyncSite(
            loading: .base(adding: person("alice", lines: lines)),
            {
                $0.attributes.fields[.firstName] = .template(try AttributeTemplate("{givenName} {sn}"))
                $0.attributes.profile = [
                    "phones": AttributeRule(.attribute("telephoneNumber"), values: .all),
                    "photo": AttributeRule(.attribute("jpegPhoto"), type: .binary),
                ]
            }
        ) { site async throws in
            try await site.sync()
            #expect(try site["alice"]?.profile == ["phones": #"["1","2"]"#, "photo": "/9gA"])
            let before = try site.dump()
            #expect(try await site.logIn("alice").user?.firstName == "Alice alice")
            #expect(try site.dump() == before)
            #expect(try await site.hasNothingToDo())
        }
    }

    @Test func valuesThatCannotBeUsedAreCountedByAttribute() async throws {
        let odd = ["p1", "p2", "p3"].map { person($0, lines: ["employeeNumber: none"]) }.joined()
        let fine = person("p4", lines: ["employeeNumber: 4"])
        try await withSyncSite(
            loading: .base(adding: odd + fine),
            {
                $0.attributes.profile = ["number": AttributeRule(.attribute("employeeNumber"), type: .integer)]
            }
        ) { site async throws in
            let report = try await site.sync()
            #expect(report.isApplied && report.counts.created == 4 && report.counts.quarantined == 0)
            #expect(report.warnings.count == 1)
            let warning = try #require(report.warnings.first)
            #expect(warning.hasPrefix("employeeNumber is not of type integer in 3 entries, uid=p"))
            #expect(warning.hasSuffix(" among them; number was left as it was."))
            #expect(try site["p4"]?.profile == ["number": "4"])
        }
    }

    @Test func whoLacksARequiredAttributeIsQuarantinedByName() async throws {
        try await withSyncSite(
            loading: .base(adding: person("alice", lines: ["mail: alice@example.org"]) + person("bob")),
            { $0.attributes.fields[.email] = AttributeRule(.attribute("mail"), whenMissing: .refuse) }
        ) { site async throws in
            let report = try await site.sync()
            #expect(report.counts.created == 1 && report.counts.quarantined == 1 && report.counts.excluded == 0)
            #expect(report.quarantined.map(\.username) == ["bob"])
            #expect(
                report.quarantined.first?.reason
                    == "\(member("uid=bob")) has no usable mail, and email is required of new accounts.")
            // One that is there keeps its value and stays as it is.
            try await site.slapd.modify(
                ldif: "dn: \(member("uid=alice"))\nchangetype: modify\ndelete: mail\n")
            let later = try await site.sync()
            #expect(later.counts.quarantined == 1 && later.counts.deactivated == 0)
            #expect(try site["alice"]?.email == "alice@example.org" && site["alice"]?.isActive == true)
            #expect(later.warnings.contains { $0.hasPrefix("mail is missing in 2 entries, ") })
            #expect(try await site.logIn("alice").user != nil)
        }
    }

    @Test func anotherNamingRenamesTheMirrorsAndKeepsThem() async throws {
        try await withSyncSite(
            loading: .base(adding: people("alice") + group("Sales", "uid=alice") + group("staff", "cn=Sales"))
        ) { site async throws in
            try await site.sync()
            let before = try site.groups()
            let naming = GroupNaming(table: ["staff": "everybody"], letterCase: .lower, prefix: "corp-")
            let report = try await site.sync { $0.groupNaming = naming }
            #expect(report.counts.groupsRenamed == 2 && report.counts.groupsCreated == 0)
            #expect(report.counts.membershipsAdded == 0 && report.counts.membershipsRemoved == 0)
            #expect(try site.groups() == ["corp-sales": before["Sales"], "everybody": before["staff"]])
            #expect(try await site.hasNothingToDo { $0.groupNaming = naming })
            let tables = try site.dump()
            #expect(try await site.logIn("alice") { $0.groupNaming = naming }.user != nil)
            #expect(try site.dump() == tables)
        }
    }

    @Test func groupsThatWouldGetOneNameAreNotMirroredUnlessOneHasItAlready() async throws {
        let ldif =
            people("alice", "bob") + group("Sales EU", "uid=alice") + group("Sales US", "uid=bob")
            + group("staff", "uid=alice")
        let rewrite = try GroupNameRewrite(pattern: " ..$", replacement: "")
        try await withSyncSite(
            loading: .base(adding: ldif), { $0.groupNaming = GroupNaming(rewrite: rewrite) }
        ) { site async throws in
            let report = try await site.sync()
            #expect(try site.groups().keys.sorted() == ["staff"])
            #expect(
                report.warnings == [
                    "\(member("cn=Sales EU")) and \(member("cn=Sales US")) would be mirrored as 'Sales', so none of them is; make their names differ."
                ])
            #expect(try site["alice"]?.groups == ["staff <- corp"] && site["bob"]?.groups == [])
            #expect(try await site.hasNothingToDo())
            // A login knows only one of the two.
            #expect(try await site.logIn("bob").user != nil)
            #expect(try site["bob"]?.groups == ["Sales <- corp"])
            let later = try await site.sync()
            #expect(later.changes.isEmpty)
            #expect(later.warnings.count == 1 && later.warnings.first?.contains("is the mirror of") == true)
            #expect(try site["bob"]?.groups == ["Sales <- corp"] && site["alice"]?.groups == ["staff <- corp"])
        }
    }
}
