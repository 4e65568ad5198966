import Foundation
import LDAPClient
import Synchronization
import TestSupport

extension Suite {
    /// F19–F25: servers that follow no rule.
    static let badPeers: [Fault] = [
        Fault(
            19, "answers byte by byte",
            [
                Fault.Case(
                    "an answer of 10,000 bytes, one every 50 ms",
                    expect: [.failed(.timedOut, .search), .failed(.timedOut, .bind), .binds(1)]
                ) { run in
                    let text = String(repeating: " ", count: 10_000)
                    let answer = Messages.message(1, Messages.result(0x61, text: text))
                    try await misbehave(run, .drips(answer), limit: .short, timeouts: .short)
                }
            ]),
        Fault(
            20, "two bytes of an answer, then silence",
            [
                Fault.Case(
                    "0x30 0x84", expect: [.failed(.timedOut, .search), .failed(.timedOut, .bind), .binds(1)]
                ) { run in
                    try await misbehave(run, .twoBytesThenSilence, limit: .short, timeouts: .short)
                }
            ]),
        Fault(
            21, "something else listens on the port",
            [
                Fault.Case(
                    "HTTP where LDAP should be", expect: [.failed(.notLDAP, .search), .failed(.notLDAP, .bind)]
                ) { run in
                    try await run.withToyServer(.sends(http)) { server in
                        let client = run.client(try .anonymous(server.uri))
                        await run.search(client, limit: .short)
                        await run.bind(client, limit: .short)
                    }
                },
                Fault.Case(
                    "HTTP where TLS should be",
                    expect: [.failed(.tlsFailed, .tls), .failed(.tlsFailed, .tls), .binds(0)]
                ) { run in
                    try await run.withToyServer(.sends(http)) { server in
                        let client = run.client(try .anonymous("ldaps://127.0.0.1:\(server.port)"))
                        await run.search(client, limit: .short)
                        await run.bind(client, limit: .short)
                        run.noteBinds(server, 0)
                    }
                },
            ]),
        Fault(
            22, "a message of two gigabytes is announced",
            [
                Fault.Case(
                    "the announcement, then as much of it as the client takes",
                    expect: [.failed(.connectionClosed, .search), .failed(.connectionClosed, .bind), .binds(1)]
                ) { run in
                    try await misbehave(run, .hugePDU, limit: .short)
                }
            ]),
        Fault(
            23, "wrong message id, wrong operation, answers twice",
            [
                Fault.Case(
                    "success under another message id, which is no answer",
                    expect: [.failed(.timedOut, .search), .failed(.timedOut, .bind), .binds(1)]
                ) { run in
                    let behaviour = Messages.server { id, tag in
                        Messages.message(id + 76, Messages.result(tag == 0x60 ? 0x61 : 0x65))
                    }
                    try await misbehave(run, behaviour, limit: .short, timeouts: .short)
                },
                Fault.Case(
                    "success of a bind to a search, and of a search to a bind",
                    expect: [.failed(.unexpectedResponse, .search), .failed(.unexpectedResponse, .bind), .binds(1)]
                ) { run in
                    let behaviour = Messages.server { id, tag in
                        Messages.message(id, Messages.result(tag == 0x60 ? 0x65 : 0x61))
                    }
                    try await misbehave(run, behaviour, limit: .short)
                },
                Fault.Case(
                    "every bind is answered twice: 49, then 0",
                    expect: [.answered(49), .answered(49), .answered(49), .binds(3)]
                ) { run in
                    let behaviour = Messages.server { id, _ in
                        Messages.message(id, Messages.result(0x61, 49)) + Messages.message(id, Messages.result(0x61))
                    }
                    try await run.withToyServer(behaviour) { server in
                        let client = run.client(try .anonymous(server.uri))
                        for _ in 0..<3 { await run.bind(client, limit: .short) }
                        run.noteBinds(server, 3)
                    }
                },
            ]),
        Fault(
            24, "malformed response controls",
            [
                Fault.Case(
                    "success of a bind with half a password policy control",
                    expect: [.failed(.unexpectedResponse, .bind), .binds(1)]
                ) { run in
                    let control = Messages.control("1.3.6.1.4.1.42.2.27.8.5.1", [0x30, 3, 0x81, 2, 1])
                    let behaviour = Messages.server { id, _ in
                        Messages.message(id, Messages.result(0x61), controls: control)
                    }
                    try await run.withToyServer(behaviour) { server in
                        await run.bind(run.client(try .anonymous(server.uri)), limit: .short)
                        run.noteBinds(server, 1)
                    }
                },
                Fault.Case(
                    "a page that ends with half a paged results control",
                    expect: [.failed(.unexpectedResponse, .search)]
                ) { run in
                    let control = Messages.control("1.2.840.113556.1.4.319", [0x30, 5, 0x02, 1, 0, 0x04])
                    let behaviour = Messages.server { id, _ in
                        Messages.message(id, Messages.entry("cn=x"))
                            + Messages.message(id, Messages.result(0x65), controls: control)
                    }
                    try await run.withToyServer(behaviour) { server in
                        let client = run.client(try .anonymous(server.uri))
                        await run.stream(client, try everybody(pageSize: 10), limit: .short)
                    }
                },
                Fault.Case(
                    "a synchronization with half a sync state control",
                    expect: [.failed(.unexpectedResponse, .search)]
                ) { run in
                    let control = Messages.control("1.3.6.1.4.1.4203.1.9.1.2", [0x30, 0x12, 0x0A, 1, 1, 0x04])
                    let behaviour = Messages.server { id, _ in
                        Messages.message(id, Messages.entry("cn=x"), controls: control)
                            + Messages.message(id, Messages.result(0x65))
                    }
                    try await run.withToyServer(behaviour) { server in
                        await run.changes(run.client(try .anonymous(server.uri)), limit: .short)
                    }
                },
            ]),
        Fault(
            25, "entries of unusual size and shape",
            [
                Fault.Case(
                    "100,000 values, a value of 10 MiB, no value, unknown options, odd case",
                    expect: [.found(1), .fact("everything is there, as it was sent")]
                ) { run in
                    let many = (0..<100_000).map { Array("uid=u\($0),\(people)".utf8) }
                    let large = [UInt8](repeating: 0x78, count: 10 << 20)
                    let entry = Messages.entry(
                        "cn=x",
                        [
                            ("member", many), ("jpegPhoto", [large]), ("description", []),
                            ("cn;x-odd;lang-de", [Array("Ä".utf8)]), ("sAmAcCoUnTnAmE", [[0x61], [0x62]]),
                        ])
                    let behaviour = Messages.server { id, _ in
                        Messages.message(id, entry) + Messages.message(id, Messages.result(0x65))
                    }
                    try await run.withToyServer(behaviour) { server in
                        let client = run.client(try .anonymous(server.uri))
                        let isWhole = Mutex(false)
                        await run.call(.wide) { () async throws(LDAPError) in
                            let result = try await client.search(Run.rootDSE)
                            let entry = result.entries[0]
                            let counts = ["member", "jpegPhoto", "description", "cn;x-odd;lang-de", "samaccountname"]
                                .map { entry[$0].count }
                            isWhole.withLock {
                                $0 = counts == [100_000, 1, 0, 1, 2] && entry["jpegPhoto"][0].bytes == large
                            }
                            return .found(result.entries.count, result.completeness)
                        }
                        run.note("everything is there, as it was sent", isWhole.withLock { $0 })
                    }
                }
            ]),
    ]

    private static let http = Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)

    private static func misbehave(
        _ run: Run, _ behaviour: ToyServer.Behaviour, limit: Duration, timeouts: LDAPTimeouts = .wide
    ) async throws {
        try await run.withToyServer(behaviour) { server in
            let client = run.client(try .anonymous(server.uri, timeouts: timeouts))
            await run.search(client, limit: limit)
            await run.bind(client, limit: limit)
            run.noteBinds(server, 1)
        }
    }
}
