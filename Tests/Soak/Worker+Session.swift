import LDAPClient
import TestSupport

/// What is done with a connection of one's own.
extension Worker {
    mutating func useSession() async throws {
        guard let session, await session.isOpen else {
            session = nil
            return try await connect()
        }
        switch roll(16) {
        case 0...3: try await searchSideBySide(session)
        case 4, 5: await askWhoIAm(session, site.slapd.serviceDN)
        case 6, 7: try await bindAsSomebody(session)
        case 8, 9: try await endOperations(session, asking: false)
        case 10, 11: try await endOperations(session, asking: true)
        case 12, 13: await readRootDSE(session)
        case 14: try await closeInTheMiddle(session)
        default: self.session = nil
        }
    }

    private mutating func connect() async throws {
        let route = site.routes[roll(site.routes.count)]
        let options = LDAPConnectionOptions(tls: route.tls, timeouts: Site.timeouts)
        let kind = route.tls.startTLS ? "connect, StartTLS" : "connect, \(route.url.scheme)"
        // The connection and the handshake have a limit each.
        let (made, _) = await attempt(kind, within: Site.timeouts.connect * 2) { _ throws(LDAPError) in
            try await LDAPConnection.connect(to: route.url, options: options)
        }
        guard let made else { return }
        if try await bindAsService(made) { session = made }
    }

    private mutating func bindAsService(_ connection: LDAPConnection) async throws -> Bool {
        let (dn, password) = (site.slapd.serviceDN, Array(site.slapd.servicePassword.utf8))
        let (answer, _) = await attempt("own connection: bind") { deadline throws(LDAPError) in
            try await connection.bind(dn: dn, password: password, deadline: deadline)
        }
        guard let answer else { return false }
        expect(answer.isSuccess, "the service account's password was answered with \(answer)")
        return answer.isSuccess
    }

    private mutating func searchSideBySide(_ connection: LDAPConnection) async throws {
        let base = try DistinguishedName(Site.peopleDN)
        let people = (0...roll(8)).map { _ in roll(Site.people) }
        let (found, _) = await attempt("own connection: searches") { deadline throws(LDAPError) in
            await withTaskGroup(of: (Int, Result<[LDAPEntry], LDAPError>).self) { group in
                for person in people {
                    group.addTask {
                        do throws(LDAPError) {
                            let request = SearchRequest(
                                base: base, filter: .equal("uid", "user\(person)"), attributes: .named(["cn"]))
                            return (person, .success(try await connection.search(request, deadline: deadline).entries))
                        } catch {
                            return (person, .failure(error))
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
        }
        for (person, result) in found ?? [] {
            switch result {
            case .success(let entries):
                expect(
                    entries.map(\.dn) == [Site.userDN(person)], "a search for user\(person) found \(entries.map(\.dn))")
            case .failure(let error):
                let isPossible = Self.outages.contains(error.code) || error.code == .cancelled
                expect(isPossible, "a search beside others: \(error)")
            }
        }
    }

    private mutating func askWhoIAm(_ connection: LDAPConnection, _ dn: String) async {
        let (answer, _) = await attempt("own connection: who am I") { deadline throws(LDAPError) in
            try await connection.whoAmI(deadline: deadline)
        }
        if let answer { expect(answer == "dn:\(dn)", "\(dn) was taken for \(answer)") }
    }

    private mutating func readRootDSE(_ connection: LDAPConnection) async {
        _ = await attempt("own connection: root DSE") { deadline throws(LDAPError) in
            try await connection.rootDSE(deadline: deadline)
        }
    }

    private mutating func bindAsSomebody(_ connection: LDAPConnection) async throws {
        let isRight = roll(2) == 0
        let dn = Site.userDN(isRight ? rollRight() : roll(Site.rightPasswords.lowerBound))
        let password = Array((isRight ? Site.password : "wrong").utf8)
        let (answer, _) = await attempt("own connection: bind") { deadline throws(LDAPError) in
            try await connection.bind(dn: dn, password: password, deadline: deadline)
        }
        if let answer { expect(answer.resultCode == (isRight ? 0 : 49), "a bind as \(dn) was answered with \(answer)") }
        if answer?.isSuccess == true { await askWhoIAm(connection, dn) }
        // A bind that was not answered has closed the connection.
        guard await connection.isOpen else { return }
        if try await !bindAsService(connection) { session = nil }
    }

    /// Ends searches from outside, by abandoning them or by asking the server to cancel them.
    private mutating func endOperations(_ connection: LDAPConnection, asking: Bool) async throws {
        let request = SearchRequest(
            base: try DistinguishedName(Site.peopleDN), scope: .oneLevel, attributes: .allUserAttributes)
        let kind = asking ? "own connection: cancel" : "own connection: abandon"
        let failures: Set<LDAPError.Code> = [.cancelled, .operationCanceled]
        let pause = Duration.microseconds(roll(5000))
        _ = await attempt(kind, failures: failures) { deadline throws(LDAPError) in
            async let search = Self.entries(connection, request, deadline)
            try? await Task.sleep(for: pause)
            for operation in await connection.operationsUnderWay {
                if asking {
                    _ = try await connection.cancelOperation(operation.messageID, deadline: deadline)
                } else {
                    await connection.abandonOperation(operation.messageID)
                }
            }
            return try await search.get()
        }
    }

    private static func entries(
        _ connection: LDAPConnection, _ request: SearchRequest, _ deadline: ContinuousClock.Instant
    ) async -> Result<Int, LDAPError> {
        do throws(LDAPError) {
            return .success(try await connection.search(request, deadline: deadline).entries.count)
        } catch {
            return .failure(error)
        }
    }

    private mutating func closeInTheMiddle(_ connection: LDAPConnection) async throws {
        let request = SearchRequest(
            base: try DistinguishedName(Site.peopleDN), scope: .oneLevel, attributes: .allUserAttributes)
        let pause = Duration.microseconds(roll(5000))
        _ = await attempt("own connection: close") { deadline throws(LDAPError) in
            async let search = Self.entries(connection, request, deadline)
            try? await Task.sleep(for: pause)
            await connection.close()
            return try await search.get()
        }
        session = nil
    }
}
