import Foundation
import LDAPClient
import TestSupport

extension Suite {
    /// F1–F4: servers that are not there.
    static let reachability: [Fault] = [
        Fault(
            1, "all servers are down at the start",
            [
                Fault.Case(
                    "slapd is stopped, asked twice, started, asked again",
                    expect: [.failed(.serverDown, .connect), .failed(.serverDown, .connect), .found(1), .answered(0)]
                ) { run in
                    try await withSlapd(loading: .base(adding: person("alice"))) { slapd in
                        await slapd.stop()
                        let client = run.client(try .of(slapd))
                        await run.search(client, limit: .short)
                        await run.bind(client, limit: .short)
                        try await slapd.start()
                        await run.search(client, limit: .wide)
                        await run.bind(client, dn: "uid=alice,\(people)", limit: .wide)
                    }
                }
            ]),
        Fault(
            2, "connection refused",
            [
                Fault.Case("a port on which nobody listens", expect: [.failed(.serverDown, .connect)]) { run in
                    let client = run.client(try .anonymous("ldap://127.0.0.1:\(LoopbackPort.free())"))
                    await run.search(client, limit: .short)
                },
                Fault.Case("the first of two servers does not listen", expect: [.found(1), .answered(0)]) { run in
                    try await withSlapd(loading: .base(adding: person("alice"))) { slapd in
                        var configuration = try LDAPClientConfiguration.of(slapd)
                        configuration.servers.insert(
                            try LDAPURL("ldap://127.0.0.1:\(LoopbackPort.free())"), at: 0)
                        let client = run.client(configuration)
                        await run.search(client, limit: .seconds(2))
                        await run.bind(client, dn: "uid=alice,\(people)", limit: .seconds(2))
                    }
                },
            ]),
        Fault(
            3, "one of three servers drops packets",
            [
                Fault.Case(
                    "the first of three servers has a full backlog; connecting may take 300 ms",
                    expect: [.found(1), .answered(0), .fact("the first server was tried once")]
                ) { run in
                    try await withSlapd(loading: .base(adding: person("alice"))) { slapd in
                        try await withBlackHole { hole in
                            var configuration = try LDAPClientConfiguration.of(
                                slapd, timeouts: LDAPTimeouts(connect: .short, operation: .wide))
                            let hole = try LDAPURL("ldap://127.0.0.1:\(hole.port)")
                            configuration.servers.insert(hole, at: 0)
                            configuration.servers.append(try LDAPURL("ldap://127.0.0.1:\(LoopbackPort.free())"))
                            let client = run.client(configuration)
                            let attempts = Counter()
                            let trace = LDAPTrace { if $0.step == .connect, $0.server == hole { attempts.add() } }
                            await run.call(.seconds(2)) { () async throws(LDAPError) in
                                .found(try await client.search(Run.rootDSE, trace: trace).entries.count)
                            }
                            await run.call(.seconds(2)) { () async throws(LDAPError) in
                                .answered(
                                    try await client.verifyPassword(
                                        dn: "uid=alice,\(people)", password: Array(Run.secret.utf8), trace: trace
                                    ).resultCode)
                            }
                            run.note("the first server was tried once", attempts.count == 1)
                        }
                    }
                },
                Fault.Case(
                    "the only server has a full backlog",
                    expect: [.failed(.timedOut, .connect), .failed(.timedOut, .connect)]
                ) { run in
                    try await withBlackHole { hole in
                        let uri = "ldap://127.0.0.1:\(hole.port)"
                        await run.search(run.client(try .anonymous(uri, timeouts: .short)), limit: .short)
                        await run.bind(run.client(try .anonymous(uri)), limit: .short, deadline: .short)
                    }
                },
            ]),
        Fault(
            4, "a host with three addresses, all dead",
            [
                Fault.Case(
                    "three addresses with full backlogs; one limit for all",
                    expect: [.failed(.timedOut, .connect), .failed(.timedOut, .connect)]
                ) { run in
                    try await withBlackHole("127.0.0.2") { hole in
                        try await withBlackHole("127.0.0.3", port: hole.port) { _ in
                            try await withBlackHole("127.0.0.4", port: hole.port) { _ in
                                let hosts = NamedHosts(["three.test": ["127.0.0.2", "127.0.0.3", "127.0.0.4"]])
                                var configuration = try LDAPClientConfiguration.anonymous(
                                    "ldap://three.test:\(hole.port)", timeouts: .short)
                                configuration.connection.allowCleartext = true
                                await run.search(try await hosts.client(configuration, of: run), limit: .short)
                                configuration.connection.timeouts = .wide
                                let patient = try await hosts.client(configuration, of: run)
                                await run.bind(patient, limit: .seconds(1), deadline: .seconds(1))
                            }
                        }
                    }
                }
            ]),
    ]
}
