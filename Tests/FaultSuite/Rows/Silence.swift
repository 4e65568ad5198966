import LDAPClient
import Synchronization
import TestSupport

extension Suite {
    /// F5–F8: servers that take a connection and say nothing.
    static let silence: [Fault] = [
        Fault(
            5, "accepts and says nothing (LDAP)",
            [
                Fault.Case(
                    "a server that only reads; the limit of an operation",
                    expect: [.failed(.timedOut, .search), .failed(.timedOut, .bind), .binds(1)]
                ) { run in
                    try await run.withToyServer(.countsOnly) { server in
                        let client = run.client(try .anonymous(server.uri, timeouts: .short))
                        await run.search(client, limit: .short)
                        await run.bind(client, limit: .short)
                        run.noteBinds(server, 1)
                    }
                },
                Fault.Case(
                    "a server that only reads; the deadline of a call",
                    expect: [.failed(.timedOut, .search), .failed(.timedOut, .bind), .binds(1)]
                ) { run in
                    try await run.withToyServer(.countsOnly) { server in
                        let client = run.client(try .anonymous(server.uri))
                        await run.search(client, limit: .short, deadline: .short)
                        await run.bind(client, limit: .short, deadline: .short)
                        run.noteBinds(server, 1)
                    }
                },
                Fault.Case(
                    "slapd is stopped (SIGSTOP) under two kept connections; the next search asks the other server",
                    expect: [
                        .found(1), .answered(0), .failed(.timedOut, .search), .failed(.timedOut, .bind), .found(1),
                        .answered(0),
                    ]
                ) { run in
                    try await withSlapd(loading: .base(adding: person("alice"))) { first in
                        try await withSlapd(loading: .base(adding: person("alice"))) { second in
                            let limits = LDAPTimeouts(connect: .wide, operation: .milliseconds(600))
                            var configuration = try LDAPClientConfiguration.of(first, timeouts: limits)
                            configuration.servers.append(try LDAPURL(second.uri))
                            configuration.breaker.timeouts = 2
                            let client = run.client(configuration)
                            await run.search(client, limit: .wide)
                            await run.bind(client, dn: "uid=alice,\(people)", limit: .wide)
                            first.pause()
                            defer { first.resume() }
                            try await first.untilPaused()
                            await run.search(client, limit: .milliseconds(600))
                            await run.bind(client, dn: "uid=alice,\(people)", limit: .milliseconds(600))
                            await run.search(client, limit: .wide)
                            await run.bind(client, dn: "uid=alice,\(people)", limit: .wide)
                        }
                    }
                },
            ]),
        Fault(
            6, "accepts and says nothing (LDAPS)",
            [
                Fault.Case(
                    "a server that only reads", expect: [.failed(.timedOut, .tls), .failed(.timedOut, .tls), .binds(0)]
                ) { run in
                    try await run.withToyServer(.countsOnly) { server in
                        let uri = "ldaps://127.0.0.1:\(server.port)"
                        await run.search(run.client(try .anonymous(uri, timeouts: .short)), limit: .short)
                        await run.bind(run.client(try .anonymous(uri)), limit: .short, deadline: .short)
                        run.noteBinds(server, 0)
                    }
                },
                Fault.Case(
                    "half a ServerHello, then silence", expect: [.failed(.timedOut, .tls), .failed(.timedOut, .tls)]
                ) { run in
                    try await run.withToyServer(.sends(serverHello)) { server in
                        let client = run.client(try .anonymous("ldaps://127.0.0.1:\(server.port)", timeouts: .short))
                        await run.search(client, limit: .short)
                        await run.bind(client, limit: .short)
                    }
                },
                Fault.Case("a ServerHello byte by byte", expect: [.failed(.timedOut, .tls)]) { run in
                    let endless = serverHello + [UInt8](repeating: 7, count: 10_000)
                    try await run.withToyServer(.drips(endless)) { server in
                        let client = run.client(try .anonymous("ldaps://127.0.0.1:\(server.port)", timeouts: .short))
                        await run.search(client, limit: .short)
                    }
                },
            ]),
        Fault(
            7, "StartTLS is answered, then silence",
            [
                Fault.Case(
                    "success to StartTLS, nothing to the handshake",
                    expect: [.failed(.timedOut, .tls), .failed(.timedOut, .tls), .binds(0)]
                ) { run in
                    let server = Messages.server { id, tag in
                        tag == 0x77 ? Messages.message(id, Messages.result(0x78)) : []
                    }
                    try await stall(run, server)
                },
                Fault.Case(
                    "nothing to StartTLS", expect: [.failed(.timedOut, .tls), .failed(.timedOut, .tls), .binds(0)]
                ) { run in
                    try await stall(run, .countsOnly)
                },
            ]),
        Fault(
            8, "the peer of an idle connection has vanished",
            [
                Fault.Case(
                    "a kept connection goes mute; what was idle is checked for up to a second, and replaced",
                    expect: [.found(1), .answered(0), .found(1), .answered(0), .binds(2)]
                ) { run in
                    let isMute = Mutex(false)
                    // New connections are answered: theirs is the first message id.
                    let behaviour = Messages.server { id, tag in
                        if isMute.withLock({ $0 }), id > 1 { return [] }
                        if tag == 0x60 { return Messages.message(id, Messages.result(0x61)) }
                        return Messages.message(id, Messages.entry("")) + Messages.message(id, Messages.result(0x65))
                    }
                    try await run.withToyServer(behaviour) { server in
                        var configuration = try LDAPClientConfiguration.anonymous(server.uri)
                        configuration.pool.checkAfterIdle = .milliseconds(1)
                        let client = run.client(configuration)
                        await run.search(client, limit: .wide)
                        await run.bind(client, limit: .wide)
                        isMute.withLock { $0 = true }
                        try await Task.sleep(for: .milliseconds(5))
                        await run.search(client, limit: .seconds(1))
                        await run.bind(client, limit: .seconds(1))
                        run.noteBinds(server, 2)
                    }
                }
            ]),
    ]

    /// The beginning of a TLS record of 16,384 octets that announces a ServerHello (RFC 5246, 6.2.1 and 7.4.1.3).
    private static let serverHello: [UInt8] = [0x16, 3, 3, 0x40, 0, 2, 0, 0x3F, 0xFC, 3, 3]

    private static func stall(_ run: Run, _ behaviour: ToyServer.Behaviour) async throws {
        try await run.withToyServer(behaviour) { server in
            let tls = LDAPTLSOptions(startTLS: true)
            let client = run.client(try .anonymous(server.uri, tls: tls, timeouts: .short))
            await run.search(client, limit: .short)
            let patient = run.client(try .anonymous(server.uri, tls: tls))
            await run.bind(patient, limit: .short, deadline: .short)
            run.noteBinds(server, 0)
        }
    }
}
