import LDAPClient
import TestSupport

/// What is done with the clients that everybody shares.
extension Worker {
    mutating func useClient() async throws {
        let slot = site.clients[roll(site.clients.count)]
        let target = (slot, slot.client)
        switch roll(20) {
        case 0...4: try await findSomebody(target)
        case 5...7: await testRightPassword(target)
        case 8, 9: await testWrongPassword(target)
        case 10: await compareName(target)
        case 11...13: try await write(target)
        case 14: await askWhoIAm(target)
        case 15: await readRootDSE(target)
        case 16: try await findEverybody(target)
        case 17, 18: try await readStream(target)
        default: try await synchronize(target)
        }
    }

    private mutating func findSomebody(_ target: (ClientSlot, LDAPClient)) async throws {
        let (client, person) = (target.1, roll(Site.people))
        let request = SearchRequest(
            base: try DistinguishedName(Site.peopleDN), filter: .equal("uid", "user\(person)"),
            attributes: .named(["cn"]), sizeLimit: 2)
        let (found, _) = await attempt("search", target) { deadline throws(LDAPError) in
            try await client.search(request, deadline: deadline)
        }
        guard let found else { return }
        expect(
            found.completeness == .complete && found.entries.map(\.dn) == [Site.userDN(person)]
                && found.entries.first?.firstString("cn") == "Person \(person)",
            "a search for user\(person) found \(found)")
    }

    private mutating func findEverybody(_ target: (ClientSlot, LDAPClient)) async throws {
        let client = target.1
        let isPaged = roll(2) == 0
        let request = SearchRequest(
            base: try DistinguishedName(Site.peopleDN), scope: .oneLevel, attributes: .named(["uid"]),
            pageSize: isPaged ? 70 : nil)
        let (found, _) = await attempt(isPaged ? "search, paged" : "search for all", target) {
            deadline throws(LDAPError) in
            try await client.search(request, deadline: deadline)
        }
        guard let found else { return }
        expect(
            found.completeness == .complete && Set(found.entries.map(\.dn)).count == Site.people,
            "a search for all found \(found.entries.count), \(found.completeness)")
    }

    private mutating func testRightPassword(_ target: (ClientSlot, LDAPClient)) async {
        let (client, dn) = (target.1, Site.userDN(rollRight()))
        let (answer, _) = await attempt("bind, right", target) { deadline throws(LDAPError) in
            try await client.verifyPassword(dn: dn, password: Array(Site.password.utf8), deadline: deadline)
        }
        if let answer { expect(answer.isSuccess, "the right password was answered with \(answer)") }
    }

    private mutating func testWrongPassword(_ target: (ClientSlot, LDAPClient)) async {
        let (client, dn) = (target.1, Site.userDN(roll(Site.rightPasswords.lowerBound)))
        let (answer, _) = await attempt("bind, wrong", target) { deadline throws(LDAPError) in
            try await client.verifyPassword(dn: dn, password: Array("wrong".utf8), deadline: deadline)
        }
        if let answer { expect(answer.resultCode == 49, "a wrong password was answered with \(answer)") }
    }

    private mutating func compareName(_ target: (ClientSlot, LDAPClient)) async {
        let (client, person, isTrue) = (target.1, roll(Site.people), roll(2) == 0)
        let (answer, _) = await attempt("compare", target) { deadline throws(LDAPError) in
            try await client.compare(
                DistinguishedName(Site.userDN(person)), attribute: "sn",
                value: LDAPValue(isTrue ? "\(person)" : "x"), deadline: deadline)
        }
        if let answer { expect(answer == isTrue, "a comparison that is \(isTrue) was answered with \(answer)") }
    }

    private mutating func askWhoIAm(_ target: (ClientSlot, LDAPClient)) async {
        let client = target.1
        let (answer, _) = await attempt("who am I", target) { deadline throws(LDAPError) in
            try await client.whoAmI(deadline: deadline)
        }
        if let answer { expect(answer == "dn:\(site.slapd.serviceDN)", "the service account was taken for \(answer)") }
    }

    private mutating func readRootDSE(_ target: (ClientSlot, LDAPClient)) async {
        let (client, age) = (target.1, Duration.seconds(roll(2)))
        let (answer, _) = await attempt("root DSE", target) { deadline throws(LDAPError) in
            try await client.rootDSE(maximumAge: age, deadline: deadline)
        }
        if let answer {
            expect(answer.namingContexts.contains { "\($0)" == site.slapd.suffix }, "the root DSE was \(answer)")
        }
    }
}
