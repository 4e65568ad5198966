import AuthCore
import Foundation
import LDAPBackend
import LDAPClient
import TestSupport
import Testing

/// What the groups of somebody in 300 of 2,000 cost a login, seen from the server's log.
@Suite struct LoginCostTests {
    /// How OpenLDAP is asked.
    struct Way: Sendable, CustomTestStringConvertible {
        let strategy: MembershipStrategy
        /// What keeps `memberOf`.
        var overlay: [String] = []
        /// How many searches a login costs, the one for the person included.
        let searches: Int
        var testDescription: String { "\(strategy), overlay \(overlay.first ?? "none")" }
    }

    static let ways = [
        // The person; their groups; twice the groups that hold 100 groups, 50 at a time; and that nobody holds the last.
        Way(strategy: .search, searches: 8),
        // The overlay lists the groups that name the person, so the same is done by their names.
        Way(strategy: .memberOf(), overlay: ["memberof"], searches: 7),
        // All 300 are listed.
        Way(
            strategy: .memberOf(),
            overlay: ["dynlist", "dynlist-attrset groupOfURLs memberURL member+memberOf@groupOfNames*"], searches: 7),
    ]

    @Test(arguments: ways) func membersAreNeverReadAtALogin(_ way: Way) async throws {
        var options = Slapd.Options()
        options.tls = true
        if let name = way.overlay.first {
            options.global = ["include /etc/ldap/schema/dyngroup.schema", "moduleload \(name)"]
            options.database = ["overlay \(name)"] + way.overlay.dropFirst()
        }
        try await withSlapd(loading: .smallCompany(.company), options: options) { slapd in
            try await slapd.add(ldif: ManyGroups.ldif(for: slapd))
            try await cost(on: slapd, way.strategy, searches: way.searches)
        }
    }

    private func cost(on server: any DirectoryServer, _ strategy: MembershipStrategy, searches: Int) async throws {
        let teams = try DistinguishedName(ManyGroups.baseDN(in: server))
        let adjust = { (configuration: inout LDAPBackendConfiguration) in
            configuration.groups?.strategy = strategy
            configuration.groups?.bases = [teams]
        }
        try await Site.on(server, adjust: adjust) { site async throws in
            // The first login asks what is remembered: the root DSE, the policy of passwords.
            _ = try await site.enter("olga")
            let before = try SearchesInLog(server)
            let person = try SmallCompany.person("anna")
            let anna = try #require(await site.logIn("anna", person.password, isTraced: false).external)
            #expect(anna.groups.count == ManyGroups.countOfAnna && anna.groupsAreComplete)
            let attributes = try SearchesInLog(server).attributes.dropFirst(before.attributes.count)
            #expect(attributes.count == searches)
            // A group is asked for its names only.
            for names in attributes { #expect(names.contains("entryuuid") && !names.contains("member"), "\(names)") }
        }
    }
}

/// What was asked for in each search that a slapd has logged: the names of the attributes.
struct SearchesInLog {
    var attributes: [Set<String>] = []

    init(_ server: any DirectoryServer) throws {
        attributes = try server.log().split(separator: "\n").compactMap { line in
            guard let range = line.range(of: " SRCH attr=") else { return nil }
            return Set(line[range.upperBound...].lowercased().split(separator: " ").map(String.init))
        }
    }
}
