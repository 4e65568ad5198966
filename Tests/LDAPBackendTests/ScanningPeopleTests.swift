import AuthCore
import LDAPBackend
import LDAPClient
import Logging
import TestSupport
import Testing

@Suite struct ScanningPeopleTests {
    private static func person(_ uid: String, _ more: String = "") -> String {
        """
        dn: uid=\(uid),\(Company.people)
        objectClass: inetOrgPerson
        uid: \(uid)
        cn: \(uid)
        sn: \(uid)
        \(more)

        """
    }

    @Test func everybodyIsReadOnceAndAsTheDirectoryHasThem() async throws {
        let slapd = try await SharedSlapd.company.server()
        let attributes = ["entryUUID", "uid", "givenName", "sn", "mail", "departmentNumber"]
        let expected = try await slapd.entries("(objectClass=inetOrgPerson)", attributes)
        try await Company.on(slapd) { company async throws in
            let scan = try await Scan(company.backend)
            #expect(scan.peopleProof == ScanProof(shortfall: nil, entries: expected.count))
            #expect(scan.people.count == 300 && expected.count == 300)
            #expect(scan.unusable.isEmpty && scan.warnings.isEmpty)
            let byID = Dictionary(uniqueKeysWithValues: scan.people.map { ($0.link.id, $0) })
            for entry in expected {
                let person = try #require(byID[entry["entryUUID"]?.first ?? ""])
                let dn = try DistinguishedName(entry["dn"]?.first ?? "")
                #expect(person.username == entry["uid"]?.first)
                #expect(person.key == dn.canonicalKey)
                #expect(try DistinguishedName(person.link.dn ?? "") == dn)
                #expect(person.link.source == "corp")
                #expect(person.fields[.firstName] == entry["givenName"]?.first ?? "")
                #expect(person.fields[.lastName] == entry["sn"]?.first)
                #expect(person.fields[.email] == entry["mail"]?.min() ?? "")
                #expect(person.profile == ["department": entry["departmentNumber"]?.first])
            }
        }
    }

    @Test func oneSearchReadsAPageOfAThousandAndEachEntryComesOnce() async throws {
        let more = (1...700).map { Self.person("more\($0)") }.joined()
        try await withSlapd(loading: .company(adding: more)) { slapd async throws in
            try await Company.on(slapd) { company async throws in
                var scan = try await Scan(company.backend)
                #expect(scan.peopleProof == ScanProof(shortfall: nil, entries: 1000))
                try await slapd.add(ldif: Self.person("last"))
                let cost = try await slapd.counting {
                    let proof = try await company.backend.scanPeople { _ in }
                    #expect(proof == ScanProof(shortfall: nil, entries: 1001))
                }
                #expect(cost["Search"] == 2 && cost["Bind"] == 1 && cost.connections == 1)
                scan = try await Scan(company.backend)
                #expect(Set(scan.people.map(\.link.id)).count == 1001)
            }
        }
    }

    @Test func valuesThatAreNoTextComeAlongAsWarnings() async throws {
        try await Company.on(
            try await SharedSlapd.company.server(), adjust: { $0.attributes.profile["photo"] = "jpegPhoto" }
        ) { company async throws in
            let scan = try await Scan(company.backend)
            let photo = try #require(scan.person("photo"))
            #expect(photo.profile.keys.sorted() == ["department"])
            #expect(scan.person("alice")?.profile["photo"] == .some(nil))
            #expect(scan.warnings.count == 1)
            #expect(scan.warnings.first?.contains("jpegPhoto of uid=photo") == true)
        }
    }

    @Test func anEntryThatIsNobodysAccountIsNamedWithTheReason() async throws {
        let long = String(repeating: "x", count: 151)
        let odd = """
            dn: cn=Two Names,\(Company.people)
            objectClass: inetOrgPerson
            uid: first
            uid: second
            cn: Two Names
            sn: Names

            dn: cn=No Name,\(Company.people)
            objectClass: inetOrgPerson
            cn: No Name
            sn: Name
            mail: noname@example.org

            dn: cn=Nobody Finds Me,\(Company.people)
            objectClass: inetOrgPerson
            cn: Nobody Finds Me
            sn: Me

            \(Self.person(long))
            """
        var options = Slapd.Options()
        options.database = ["access to dn.exact=\"uid=carol,ou=hr,\(Company.people)\" attrs=entryUUID by * none"]
        try await withSlapd(loading: .company(adding: odd), options: options) { slapd async throws in
            try await Company.on(slapd) { company async throws in
                let scan = try await Scan(company.backend)
                #expect(scan.peopleProof == ScanProof(shortfall: nil, entries: 303))
                // Those whose only trouble is the name come as people without one, too.
                #expect(scan.people.count == 302)
                #expect(scan.people.count { $0.username.isEmpty } == 3)
                let reasons = Dictionary(uniqueKeysWithValues: scan.unusable.map { ($0.dn, $0) })
                #expect(reasons.count == 4)
                #expect(
                    reasons["uid=carol,ou=hr,\(Company.people)"]?.reason
                        == "The entry uid=carol,ou=hr,\(Company.people) shows no single entryUUID; give the service account the right to read it."
                )
                #expect(reasons["uid=carol,ou=hr,\(Company.people)"]?.id == nil)
                for name in ["Two Names", "No Name"] {
                    let entry = try #require(reasons["cn=\(name),\(Company.people)"])
                    #expect(entry.id != nil && entry.reason.contains("no single value of uid"))
                }
                #expect(reasons["uid=\(long),\(Company.people)"]?.reason.contains("151 characters") == true)
            }
        }
    }

    @Test func whoeverADNTemplateCanNameIsDirectlyBelowItsBase() async throws {
        let deeper = """
            dn: ou=deeper,ou=hr,\(Company.people)
            objectClass: organizationalUnit
            ou: deeper

            dn: uid=deep,ou=deeper,ou=hr,\(Company.people)
            objectClass: inetOrgPerson
            uid: deep
            cn: deep
            sn: deep

            """
        let template = try DNTemplate("uid={username},ou=hr,\(Company.people)")
        try await withSlapd(loading: .company(adding: deeper)) { slapd async throws in
            let all = try await slapd.entries("(uid=*)", ["uid"])
            let expected = all.filter { entry in
                guard let dn = entry["dn"]?.first, let uid = entry["uid"]?.first else { return false }
                return dn == template.dn(for: uid)
            }
            try await Company.on(slapd, adjust: { $0.users = UserSearch(.template(template)) }) {
                company async throws in
                let scan = try await Scan(company.backend)
                #expect(scan.peopleProof == ScanProof(shortfall: nil, entries: expected.count))
                #expect(scan.people.map(\.username).sorted() == expected.compactMap { $0["uid"]?.first }.sorted())
                #expect(scan.person("carol") != nil && scan.person("deep") == nil)
            }
        }
    }

    // MARK: No proof

    @Test func aSizeLimitMakesAScanIncompleteAndWhatCameStays() async throws {
        var options = Slapd.Options()
        let reader = "cn=reader,ou=services,dc=example,dc=org"
        options.database = [
            "limits dn.exact=\"\(reader)\" size.hard=100 size.prtotal=100",
            "access to * by dn.exact=\"\(reader)\" read by * break",
        ]
        let ldif = """
            dn: \(reader)
            objectClass: person
            cn: reader
            sn: reader
            userPassword: reader-secret

            """
        try await withSlapd(loading: .company(adding: ldif), options: options) { slapd async throws in
            var settings = try Company.clientConfiguration(slapd.uri)
            settings.serviceAccount = ServiceAccount(dn: try DistinguishedName(reader)) { Array("reader-secret".utf8) }
            let client = LDAPClient(configuration: settings, logger: Logger(label: "test"))
            let backend = LDAPBackend(
                configuration: try Company.configuration(), client: client, memory: InMemoryAccountStore())
            let scan = try await Scan(backend)
            await client.shutdown()
            #expect(!scan.peopleProof.isComplete)
            #expect(scan.peopleProof.shortfall == "cut off: sizeLimit")
            #expect(scan.people.count == 100 && scan.peopleProof.entries == 100)
            #expect(scan.groupsProof.isComplete)
        }
    }

    @Test func aPartOnAnotherServerMakesAScanIncomplete() async throws {
        let referral = """
            dn: ou=elsewhere,\(Company.people)
            objectClass: referral
            objectClass: extensibleObject
            ou: elsewhere
            ref: ldap://127.0.0.1:1/ou=elsewhere,\(Company.people)

            """
        try await withSlapd(loading: .company(adding: referral)) { slapd async throws in
            try await Company.on(slapd) { company async throws in
                let scan = try await Scan(company.backend)
                #expect(
                    scan.peopleProof == ScanProof(shortfall: "a part of the tree is on another server", entries: 300))
                #expect(scan.groupsProof.isComplete)
            }
        }
    }

    private func reason(_ body: () async throws -> Void) async -> OutageReason? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? AuthenticationOutage)?.reason
        }
    }

    @Test func aBaseThatCannotBeReadIsAnOutageAndNoEmptyCompany() async throws {
        let slapd = try await SharedSlapd.company.server()
        let elsewhere = try DistinguishedName("ou=poeple,dc=example,dc=org")
        let filter = try FilterTemplate("(uid={username})")
        try await Company.on(
            slapd,
            adjust: {
                $0.users = UserSearch(.search(base: elsewhere, filter: filter))
                $0.groups?.bases = [elsewhere]
            }
        ) { company async throws in
            #expect(await reason { _ = try await company.backend.scanPeople { _ in } } == .searchRefused)
            #expect(await reason { _ = try await company.backend.scanGroups { _ in } } == .searchRefused)
        }
        var options = Slapd.Options()
        options.database = ["access to dn.subtree=\"\(Company.people)\" by * none"]
        try await withSlapd(loading: .company, options: options) { slapd async throws in
            try await Company.on(slapd) { company async throws in
                #expect(await reason { _ = try await company.backend.scanPeople { _ in } } == .searchRefused)
                await slapd.stop()
                #expect(await reason { _ = try await company.backend.scanPeople { _ in } } == .serverDown)
            }
        }
    }

    @Test func aServiceAccountThatIsRefusedIsAnOutage() async throws {
        let slapd = try await SharedSlapd.company.server()
        let client = LDAPClient(
            configuration: try Company.clientConfiguration(slapd.uri, password: "changed"),
            logger: Logger(label: "test"))
        let backend = LDAPBackend(
            configuration: try Company.configuration(), client: client, memory: InMemoryAccountStore())
        #expect(await reason { _ = try await backend.scanPeople { _ in } } == .serviceBindRefused)
        #expect(await reason { _ = try await backend.whereabouts(ofIDs: ["x"]) } == .serviceBindRefused)
        await client.shutdown()
    }

    @Test func aServerThatFallsSilentHalfwayIsAnOutage() async throws {
        let more = (1...1000).map { Self.person("more\($0)") }.joined()
        try await withSlapd(loading: .company(adding: more)) { slapd async throws in
            var settings = try Company.clientConfiguration(slapd.uri)
            settings.connection.timeouts.operation = .milliseconds(300)
            let client = LDAPClient(configuration: settings, logger: Logger(label: "test"))
            let backend = LDAPBackend(
                configuration: try Company.configuration(), client: client, memory: InMemoryAccountStore())
            var count = 0
            let outage = await reason {
                _ = try await backend.scanPeople { _ in
                    // The second page is asked for after the first has come.
                    if count == 0 { slapd.pause() }
                    count += 1
                }
            }
            slapd.resume()
            await client.shutdown()
            #expect(outage == .timedOut && (1...1000).contains(count))
        }
    }

    @Test func whatTheReaderThrowsIsNoOutage() async throws {
        let problem = LDAPError(.noSuchObject, operation: "write a file of my own")
        try await Company.on(try await SharedSlapd.company.server()) { company async throws in
            let error = await #expect(throws: LDAPError.self) {
                try await company.backend.scanPeople { _ in throw problem }
            }
            #expect(error?.code == .noSuchObject)
        }
    }

    /// Whoever is hidden looks as if they were gone; that is what canaries are for.
    @Test func whoIsHiddenIsNotSeen() async throws {
        var options = Slapd.Options()
        options.database = ["access to dn.subtree=\"ou=hr,\(Company.people)\" by * none"]
        try await withSlapd(loading: .company, options: options) { slapd async throws in
            let hidden = try await slapd.entries("(objectClass=inetOrgPerson)", ["uid"]).filter {
                $0["dn"]?.first?.hasSuffix(",ou=hr,\(Company.people)") == true
            }
            #expect(hidden.count > 5)
            try await Company.on(slapd) { company async throws in
                let scan = try await Scan(company.backend)
                #expect(scan.peopleProof == ScanProof(shortfall: nil, entries: 300 - hidden.count))
                #expect(scan.person("carol") == nil && scan.person("alice") != nil)
            }
        }
    }
}
