import LDAPClient
import TestSupport

extension Suite {
    /// F33–F41, F50, F51: servers that answer, and not what was wished for.
    static let resultCodes: [Fault] = [
        Fault(
            33, "busy (51), unavailable (52), other (80)",
            [51, 52].map { (code: UInt8) in
                Fault.Case(
                    "\(code) from the first of two servers: a search asks the other, a bind does not",
                    expect: [.answered(Int32(code)), .binds(1), .fact("the other server was not asked"), .found(1)]
                ) { run in
                    try await trouble(run, code)
                }
            } + [
                Fault.Case(
                    "80 from the first of two servers, which may be about the request",
                    expect: [
                        .answered(80), .binds(1), .fact("the other server was not asked"), .failed(.other, .search),
                    ]
                ) { run in
                    try await trouble(run, 80)
                }
            ]),
        Fault(
            34, "more people match than the size limit",
            [
                Fault.Case(
                    "3 people, limit 2, slapd", expect: [.found(2, .incomplete(.sizeLimit))]
                ) { run in
                    try await withSlapd(loading: .base(adding: crowd(3))) { slapd in
                        await run.search(run.client(try .of(slapd)), try everybody(sizeLimit: 2), limit: .wide)
                    }
                },
                Fault.Case(
                    "3 entries from a server that ignores the limit 2", expect: [.found(2, .incomplete(.sizeLimit))]
                ) { run in
                    let behaviour = Messages.server { id, _ in
                        (0..<3).flatMap { Messages.message(id, Messages.entry("cn=\($0)")) }
                            + Messages.message(id, Messages.result(0x65))
                    }
                    try await run.withToyServer(behaviour) { server in
                        let client = run.client(try .anonymous(server.uri))
                        await run.search(client, try everybody(sizeLimit: 2), limit: .wide)
                    }
                },
            ]),
        Fault(
            35, "size limit of the server in a scan",
            [
                Fault.Case(
                    "50 people, slapd allows 20, read with and without pages",
                    expect: [.found(20, .incomplete(.sizeLimit)), .found(20, .incomplete(.sizeLimit))]
                ) { run in
                    var options = Slapd.Options()
                    options.database = ["limits * size.soft=20 size.hard=20 size.prtotal=20", "access to * by * read"]
                    try await withSlapd(loading: .base(adding: crowd(50)), options: options) { slapd in
                        let client = run.client(try .anonymous(slapd.uri))
                        await run.stream(client, try everybody(pageSize: 10), limit: .wide)
                        await run.search(client, try everybody(), limit: .wide)
                    }
                }
            ]),
        Fault(
            36, "time limit (3), administrative limit (11)",
            [
                Fault.Case(
                    "two entries, then 3; two entries, then 11",
                    expect: [.found(2, .incomplete(.timeLimit)), .found(2, .incomplete(.adminLimit))]
                ) { run in
                    for code in [UInt8(3), 11] {
                        let behaviour = Messages.server { id, _ in
                            (0..<2).flatMap { Messages.message(id, Messages.entry("cn=\($0)")) }
                                + Messages.message(id, Messages.result(0x65, code))
                        }
                        try await run.withToyServer(behaviour) { server in
                            await run.search(run.client(try .anonymous(server.uri)), limit: .wide)
                        }
                    }
                }
            ]),
        Fault(
            37, "referral (10), search references",
            [
                Fault.Case(
                    "a referral to a bind and to a search",
                    expect: [.failed(.referral, .search), .answered(10), elsewhere, .binds(1)]
                ) { run in
                    try await run.withToyServer(.countsOnly) { other in
                        let referral = Messages.element(0xA3, Messages.octets("\(other.uri)/dc=x"))
                        try await run.withToyServer(Messages.server(code: 10, more: referral)) { server in
                            let client = run.client(try .anonymous(server.uri))
                            await run.search(client, limit: .wide)
                            await run.bind(client, limit: .wide)
                            run.note("nobody else was asked", other.connectionCount == 0)
                            run.noteBinds(server, 1)
                        }
                    }
                },
                Fault.Case(
                    "an entry and a reference, with and without pages",
                    expect: [.found(1, .incomplete(.references)), .found(1, .incomplete(.references)), elsewhere]
                ) { run in
                    try await run.withToyServer(.countsOnly) { other in
                        let reference = Messages.element(0x73, Messages.octets("\(other.uri)/dc=x"))
                        let behaviour = Messages.server { id, _ in
                            Messages.message(id, Messages.entry("cn=x")) + Messages.message(id, reference)
                                + Messages.message(id, Messages.result(0x65))
                        }
                        try await run.withToyServer(behaviour) { server in
                            let client = run.client(try .anonymous(server.uri))
                            await run.search(client, limit: .wide)
                            await run.stream(client, try everybody(pageSize: 10), limit: .wide)
                            run.note("nobody else was asked", other.connectionCount == 0)
                        }
                    }
                },
            ]),
        Fault(
            38, "referrals in a circle",
            [
                Fault.Case(
                    "a server that refers to itself", expect: [.failed(.referral, .search), .fact("it was asked once")]
                ) { run in
                    // Its own address is not known before it listens, and no other is needed for a circle.
                    let port = try LoopbackPort.free()
                    let referral = Messages.element(0xA3, Messages.octets("ldap://127.0.0.1:\(port)/dc=x"))
                    let behaviour = Messages.server(code: 10, more: referral)
                    try await run.withToyServer(behaviour) { server in
                        try await withBalancer(to: [server.port], port: port) { port in
                            await run.search(run.client(try .anonymous("ldap://127.0.0.1:\(port)")), limit: .wide)
                            run.note("it was asked once", server.connectionCount == 1)
                        }
                    }
                }
            ]),
        Fault(
            39, "stronger authentication (8) or confidentiality (13) required",
            [
                Fault.Case(
                    "slapd wants encryption for binds (13); ten searches",
                    expect: Array(repeating: .failed(.confidentialityRequired, .serviceBind), count: 10)
                        + [.fact("one bind was sent")]
                ) { run in
                    try await withSlapd(loading: .base, extraConfiguration: ["security simple_bind=128"]) { slapd in
                        let client = run.client(try .of(slapd))
                        for _ in 0..<10 { await run.search(client, limit: .wide) }
                        run.note("one bind was sent", try slapd.log().serviceBinds == 1)
                    }
                },
                Fault.Case(
                    "8 to every bind; ten searches",
                    expect: Array(repeating: .failed(.strongerAuthRequired, .serviceBind), count: 10) + [.binds(1)]
                ) { run in
                    try await run.withToyServer(Messages.server(code: 8)) { server in
                        var configuration = try LDAPClientConfiguration.anonymous(server.uri)
                        configuration.serviceAccount = ServiceAccount(dn: try DistinguishedName("cn=x")) {
                            Array(Run.secret.utf8)
                        }
                        let client = run.client(configuration)
                        for _ in 0..<10 { await run.search(client, limit: .wide) }
                        run.noteBinds(server, 1)
                    }
                },
            ]),
        Fault(
            40, "critical control not supported (12)",
            [
                Fault.Case(
                    "a synchronization with slapd without syncprov",
                    expect: [.failed(.unavailableCriticalExtension, .search)]
                ) { run in
                    try await withSlapd(loading: .base) { slapd in
                        await run.changes(run.client(try .of(slapd)), base: slapd.suffix, limit: .wide)
                    }
                },
                Fault.Case("12 to a page", expect: [.failed(.unavailableCriticalExtension, .search)]) { run in
                    try await run.withToyServer(Messages.server(code: 12)) { server in
                        let client = run.client(try .anonymous(server.uri))
                        await run.stream(client, try everybody(pageSize: 10), limit: .wide)
                    }
                },
            ]),
        Fault(
            41, "search base is gone (32)",
            [
                Fault.Case(
                    "ou=people is renamed between two searches",
                    expect: [.found(1), .failed(.noSuchObject, .search), .failed(.noSuchObject, .search)]
                ) { run in
                    try await withSlapd(loading: .base(adding: crowd(1))) { slapd in
                        let client = run.client(try .of(slapd))
                        await run.search(client, try everybody(), limit: .wide)
                        try await slapd.rename(people, to: "ou=persons")
                        await run.search(client, try everybody(), limit: .wide)
                        await run.stream(client, try everybody(pageSize: 10), limit: .wide)
                    }
                }
            ]),
        Fault(
            50, "synchronization cookie expired (4096)",
            [
                Fault.Case("e-syncRefreshRequired", expect: [.fact("begin anew: `refreshRequired`")]) { run in
                    // 4096 does not fit into one octet.
                    let done = Messages.element(
                        0x65, [0x0A, 2, 0x10, 0] + Messages.octets("") + Messages.octets(""))
                    try await run.withToyServer(Messages.server { id, _ in Messages.message(id, done) }) { server in
                        let client = run.client(try .anonymous(server.uri))
                        await run.changes(client, cookie: SyncCookie("rid=1".utf8), limit: .wide)
                    }
                }
            ]),
        Fault(
            51, "server restored from a backup (53)",
            [
                Fault.Case(
                    "53 to a cookie, 53 without one",
                    expect: [.fact("begin anew: `serverIsBehind`"), .failed(.unwillingToPerform, .search)]
                ) { run in
                    try await run.withToyServer(Messages.server(code: 53)) { server in
                        let client = run.client(try .anonymous(server.uri))
                        await run.changes(client, cookie: SyncCookie("rid=1".utf8), limit: .wide)
                        await run.changes(client, limit: .wide)
                    }
                }
            ]),
    ]

    private static let elsewhere = Outcome.fact("nobody else was asked")

    /// A bind, then a search, where the first server answers both with a result code.
    private static func trouble(_ run: Run, _ code: UInt8) async throws {
        try await run.withToyServer(Messages.server(code: code)) { server in
            try await run.withToyServer(
                Messages.server { id, _ in
                    Messages.message(id, Messages.entry("")) + Messages.message(id, Messages.result(0x65))
                }
            ) { other in
                let client = run.client(try .anonymous(server.uri, other.uri))
                await run.bind(client, limit: .wide)
                run.noteBinds(server, 1)
                run.note("the other server was not asked", other.connectionCount == 0)
                await run.search(client, limit: .wide)
            }
        }
    }
}
