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
            try await cost(
                on: slapd, way.strategy, below: ManyGroups.baseDN(in: slapd), searches: way.searches,
                groups: ManyGroups.countOfAnna)
        }
    }

    /// Its plug-in that keeps memberOf takes minutes for 2,000 groups, so these are the three of the company: one above the other, or listed at
    /// once.
    @Test func membersAreNeverReadAtALoginTo389DirectoryServer() async throws {
        try await withDirectory(.directoryServer389) { server in
            for (strategy, searches) in [(MembershipStrategy.search, 5), (.memberOf(), 2)] {
                try await cost(on: server, strategy, below: server.groupsDN, searches: searches, groups: 3)
            }
        }
    }

    private func cost(
        on server: any DirectoryServer, _ strategy: MembershipStrategy, below base: String, searches: Int, groups: Int
    ) async throws {
        let base = try DistinguishedName(base)
        let adjust = { (configuration: inout LDAPBackendConfiguration) in
            configuration.groups?.strategy = strategy
            configuration.groups?.bases = [base]
        }
        try await Site.on(server, adjust: adjust) { site async throws in
            // The first login asks what is remembered: the root DSE, the policy of passwords.
            _ = try await site.enter("olga")
            let before = try SearchesInLog(server)
            let person = try SmallCompany.person("anna")
            let anna = try #require(await site.logIn("anna", person.password, isTraced: false).external)
            #expect(anna.groups.count == groups && anna.groupsAreComplete)
            let attributes = try SearchesInLog(server).attributes.dropFirst(before.attributes.count)
            #expect(attributes.count == searches)
            // A group is asked for its names only.
            let id = server.kind == .openLDAP ? "entryuuid" : "nsuniqueid"
            for names in attributes {
                #expect(names.contains(id) && names.isDisjoint(with: ["member", "*"]), "\(names)")
            }
        }
    }
}

/// What was asked for in each search that a server has logged: the names of the attributes.
struct SearchesInLog {
    let attributes: [Set<String>]

    init(_ server: any DirectoryServer) throws {
        let isOpenLDAP = server.kind == .openLDAP
        attributes = try server.log().split(separator: "\n").compactMap { line in
            guard let range = line.range(of: isOpenLDAP ? " SRCH attr=" : #" attrs=""#) else { return nil }
            return Set(line[range.upperBound...].lowercased().split { " \"".contains($0) }.map(String.init))
        }
    }
}
