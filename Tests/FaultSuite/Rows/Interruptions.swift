import Foundation
import LDAPClient
import Synchronization
import TestSupport

extension Suite {
    /// F9–F14: connections that end at the wrong time.
    static let interruptions: [Fault] = [
        Fault(
            9, "reset in the middle of a bind",
            [
                Fault.Case(
                    "RST instead of an answer; a second server stands by",
                    expect: [.failed(.connectionClosed, .bind), .binds(1), .fact("the other server was not asked")]
                ) { run in
                    try await run.withToyServer(.resets) { server in
                        try await run.withToyServer(Messages.server(code: 0)) { other in
                            await run.bind(run.client(try .anonymous(server.uri, other.uri)), limit: .short)
                            run.noteBinds(server, 1)
                            run.note("the other server was not asked", other.connectionCount == 0)
                        }
                    }
                },
                Fault.Case("RST instead of an answer to a search", expect: [.failed(.connectionClosed, .search)]) {
                    run in
                    try await run.withToyServer(.resets) { server in
                        await run.search(run.client(try .anonymous(server.uri)), limit: .short)
                    }
                },
            ]),
        Fault(
            10, "server killed in the middle of a bind",
            [
                Fault.Case(
                    "slapd is stopped, the bind is sent, slapd is killed (SIGKILL); a second server stands by",
                    expect: [
                        .answered(0), .failed(.connectionClosed, .bind), .fact("the other server saw no bind"),
                    ]
                ) { run in
                    try await withSlapd(loading: .base(adding: person("alice"))) { first in
                        try await withSlapd(loading: .base(adding: person("alice"))) { second in
                            var configuration = try LDAPClientConfiguration.of(first)
                            configuration.backupServers = [try LDAPURL(second.uri)]
                            let client = run.client(configuration)
                            await run.bind(client, dn: "uid=alice,\(people)", limit: .wide)
                            first.pause()
                            try await first.untilPaused()
                            async let killed: Void = {
                                try await first.untilAsked()
                                await first.crash()
                            }()
                            await run.bind(client, dn: "uid=alice,\(people)", limit: .wide)
                            try await killed
                            run.note("the other server saw no bind", try !second.log().contains(" BIND dn="))
                        }
                    }
                }
            ]),
        Fault(
            11, "server killed between the pages of a scan",
            [
                Fault.Case(
                    "100 people in pages of 10; slapd is killed after the first",
                    expect: [.failed(.connectionClosed, .search), .fact("what came proves nothing")]
                ) { run in
                    try await withSlapd(loading: .base(adding: crowd(100))) { slapd in
                        let client = run.client(try .of(slapd))
                        let last = Mutex(0)
                        await run.stream(client, try everybody(pageSize: 10), limit: .wide) { count in
                            last.withLock { $0 = count }
                            if count == 1 { await slapd.crash() }
                        }
                        run.note("what came proves nothing", last.withLock { $0 } < 100)
                    }
                }
            ]),
        Fault(
            12, "server restarted under kept connections",
            [
                Fault.Case(
                    "8 connections that test passwords and one that searches, then slapd is restarted",
                    expect: [.found(1)] + Array(repeating: .answered(0), count: 16) + [.found(1)]
                ) { run in
                    try await withSlapd(loading: .base(adding: person("alice"))) { slapd in
                        let client = run.client(try .of(slapd))
                        await run.search(client, limit: .wide)
                        await bindTogether(run, client)
                        await slapd.stop()
                        try await slapd.start()
                        await bindTogether(run, client)
                        await run.search(client, limit: .wide)
                    }
                }
            ]),
        Fault(
            13, "server closes idle connections",
            [
                Fault.Case(
                    "slapd with idletimeout 1; asked again when it has closed both",
                    expect: [.found(1), .answered(0), .found(1), .answered(0)]
                ) { run in
                    try await withSlapd(
                        loading: .base(adding: person("alice")), extraConfiguration: ["idletimeout 1"]
                    ) { slapd in
                        let client = run.client(try .of(slapd))
                        await run.search(client, limit: .wide)
                        await run.bind(client, dn: "uid=alice,\(people)", limit: .wide)
                        try await eventually("slapd has closed both") {
                            try slapd.log().components(separatedBy: "closed (idletimeout)").count > 2
                        }
                        await run.search(client, limit: .wide)
                        await run.bind(client, dn: "uid=alice,\(people)", limit: .wide)
                    }
                }
            ]),
        Fault(
            14, "Notice of Disconnection",
            [
                Fault.Case(
                    "instead of an answer",
                    expect: [.failed(.unavailable, .search), .failed(.unavailable, .bind), .binds(1)]
                ) { run in
                    try await run.withToyServer(Messages.server { _, _ in notice }) { server in
                        let client = run.client(try .anonymous(server.uri))
                        await run.search(client, limit: .short)
                        await run.bind(client, limit: .short)
                        run.noteBinds(server, 1)
                    }
                },
                Fault.Case("instead of an answer to a search; a second server stands by", expect: [.found(1)]) { run in
                    try await run.withToyServer(Messages.server { _, _ in notice }) { server in
                        try await withSlapd(loading: .base) { slapd in
                            var configuration = try LDAPClientConfiguration.of(slapd)
                            configuration.serviceAccount = nil
                            configuration.servers.insert(try LDAPURL(server.uri), at: 0)
                            await run.search(run.client(configuration), limit: .wide)
                        }
                    }
                },
                Fault.Case(
                    "on a kept connection, after the answer",
                    expect: [.answered(0), .answered(0), .fact("each on a connection of its own")]
                ) { run in
                    let behaviour = Messages.server { id, _ in Messages.message(id, Messages.result(0x61)) + notice }
                    try await run.withToyServer(behaviour) { server in
                        let client = run.client(try .anonymous(server.uri))
                        await run.bind(client, limit: .wide)
                        await run.bind(client, limit: .wide)
                        run.note("each on a connection of its own", server.connectionCount == 2)
                    }
                },
            ]),
    ]

    /// RFC 4511, 4.4.1: message id 0, and a name that says what it is.
    private static let notice = Messages.message(
        0,
        Messages.result(
            0x78, 52, text: "going down", more: Messages.element(0x8A, Array("1.3.6.1.4.1.1466.20036".utf8))))

    private static func bindTogether(_ run: Run, _ client: LDAPClient) async {
        await withTaskGroup { group in
            for _ in 0..<8 { group.addTask { await run.bind(client, dn: "uid=alice,\(people)", limit: .wide) } }
        }
    }
}
