import LDAPBackend
import LDAPClient
import TestSupport
import Testing

/// RFC 4533 as the plug-in "Content Synchronization" of 389 Directory Server speaks it.
@Suite struct ContentSynchronizationTests {
    /// What a copy of the people holds, kept as a consumer would: logins by what names the entry.
    private struct Copy {
        var logins: [SyncUUID: String] = [:]
        var cookie: SyncCookie?
        /// What the last refresh brought.
        var changed: Set<String> = []
        var gone: Set<String> = []
        var absence: SyncRefreshOutcome.Absence?
        var restart: SyncRestart?
        var entries: [LDAPEntry] = []

        mutating func refresh(_ site: Site, filter: Filter = .equal("objectClass", "inetOrgPerson")) async throws {
            (changed, gone, absence, restart, entries) = ([], [], nil, nil, [])
            var tracker = SyncPhaseTracker(sentCookie: cookie)
            let request = SyncRequest(
                base: try DistinguishedName(site.server.peopleDN), filter: filter,
                attributes: .named(["uid", "nsUniqueId"]), cookie: cookie)
            for try await change in try await site.client.changes(request) {
                tracker.note(change)
                guard case .entry(let entry, let uuid, _) = change else { continue }
                let id = entry.firstString("nsUniqueId")?.filter { $0 != "-" }
                if !entry["nsUniqueId"].isEmpty { #expect(id == uuid.description.filter { $0 != "-" }) }
                let login = try #require(entry.firstString("uid"))
                logins[uuid] = login
                changed.insert(login)
                entries.append(entry)
            }
            restart = tracker.restart
            guard let outcome = tracker.finishRefresh(known: logins.keys) else { return }
            absence = outcome.absence
            let left = outcome.deleted + (outcome.absence == .gone ? outcome.absent : [])
            gone = Set(left.compactMap { logins.removeValue(forKey: $0) })
            cookie = tracker.cookie
        }
    }

    @Test func aRefreshBringsEverythingAndThenWhatHasChanged() async throws {
        try await withDirectory(.directoryServer389) { server in
            try await Site.on(server) { site async throws in
                let everybody = Set(SmallCompany.people.map(\.login))
                var copy = Copy()
                try await copy.refresh(site)
                #expect(copy.changed == everybody && copy.gone.isEmpty && copy.absence == .gone)
                #expect(copy.cookie != nil)

                try await copy.refresh(site)
                #expect(copy.changed.isEmpty && copy.gone.isEmpty && copy.absence == .unchanged)

                try await server.setLogin("rena.reich", of: SmallCompany.person("rena"))
                try await server.delete(server.dn(of: SmallCompany.person("nora")))
                try await server.rename(
                    server.dn(of: SmallCompany.person("milo")), to: "cn=Milo Moor",
                    under: "ou=berlin,\(server.peopleDN)")
                try await server.rename(
                    server.dn(of: SmallCompany.person("uwe")), to: "cn=Uwe Uhl", under: "ou=services,\(server.suffix)")
                try await copy.refresh(site)
                #expect(copy.changed == ["rena.reich", "milo"])
                #expect(copy.gone == ["nora", "uwe"] && copy.absence == .unchanged)
                #expect(
                    Set(copy.logins.values) == everybody.subtracting(["rena", "nora", "uwe"]).union(["rena.reich"]))

                // Whoever is made again is somebody else.
                let before = Set(copy.logins.keys)
                try await server.add(SmallCompany.person("nora"))
                try await copy.refresh(site)
                #expect(copy.changed == ["nora"] && before.isSubset(of: copy.logins.keys))
                #expect(copy.logins.count == before.count + 1)
            }
        }
    }

    @Test func whoWaitsHearsOfWhatHappens() async throws {
        try await withDirectory(.directoryServer389) { server in
            try await Site.on(server) { site async throws in
                var copy = Copy()
                try await copy.refresh(site)
                try await server.delete(server.dn(of: SmallCompany.person("nora")))
                let request = SyncRequest(
                    base: try DistinguishedName(server.peopleDN), filter: .equal("objectClass", "inetOrgPerson"),
                    attributes: .named(["uid"]), mode: .refreshAndPersist, cookie: copy.cookie)
                var tracker = SyncPhaseTracker(sentCookie: copy.cookie)
                var heard: [String] = []
                for try await change in try await site.client.changes(request) {
                    tracker.note(change)
                    if let outcome = tracker.finishRefresh(known: copy.logins.keys) {
                        #expect(outcome.absence == .unchanged)
                        #expect(outcome.deleted.compactMap { copy.logins[$0] } == ["nora"])
                        try await server.setLogin("rena.reich", of: SmallCompany.person("rena"))
                        try await server.delete(server.dn(of: SmallCompany.person("olga")))
                    } else if tracker.isPersisting {
                        switch change {
                        case .entry(let entry, let uuid, _):
                            #expect(copy.logins[uuid] == "rena")
                            heard.append(entry.firstString("uid") ?? "")
                        case .deleted(let uuid): heard.append("-" + (copy.logins[uuid] ?? ""))
                        case .deletedSet(let uuids): heard += uuids.map { "-" + (copy.logins[$0] ?? "") }
                        default: break
                        }
                    }
                    if heard.contains("-olga") { break }
                }
                #expect(heard.first == "rena.reich" && heard.last == "-olga", "\(heard)")
            }
        }
    }

    @Test func aCookieOfAnotherContentIsSentBack() async throws {
        try await Site.on(DirectoryServer389.shared.server()) { site async throws in
            var copy = Copy()
            try await copy.refresh(site)
            let cookie = copy.cookie
            try await copy.refresh(site, filter: .present("mail"))
            #expect(copy.restart?.reason == .refreshRequired && copy.cookie == cookie)
            #expect(copy.changed.isEmpty && copy.gone.isEmpty)
        }
    }

    /// Whatever was asked for, the server sends a changed entry whole, as far as the identity may read it.
    @Test func aPasswordThatNobodyAskedForIsNotHandedOut() async throws {
        try await withDirectory(.directoryServer389) { server in
            try await server.modify(
                ldif: """
                    dn: \(server.suffix)
                    changetype: modify
                    add: aci
                    aci: (targetattr = "*")(version 3.0; acl "all"; allow (read, search) userdn = "ldap:///\(server.serviceDN)";)

                    """)
            try await Site.on(server) { site async throws in
                var copy = Copy()
                try await copy.refresh(site)
                try await server.setLogin("rena.reich", of: SmallCompany.person("rena"))
                try await copy.refresh(site)
                let rena = try #require(copy.entries.first)
                #expect(rena.firstString("mail") == "rena.rand@example.org", "more than was asked for")
                #expect(rena["userPassword"].isEmpty)
            }
        }
    }
}
