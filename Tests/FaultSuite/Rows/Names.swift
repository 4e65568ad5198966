import LDAPClient
import Synchronization
import TestSupport

extension Suite {
    /// F15–F18: names, addresses, and what stands between.
    static let names: [Fault] = [
        Fault(
            15, "DNS is dead or flaps",
            [
                Fault.Case(
                    "the name is unknown", expect: [.failed(.serverDown, .resolve), .failed(.serverDown, .resolve)]
                ) { run in
                    let client = try await NamedHosts([:]).client(try named(389), of: run)
                    await run.search(client, limit: .short)
                    await run.bind(client, limit: .short)
                },
                Fault.Case(
                    "DNS does not answer", expect: [.failed(.timedOut, .resolve), .failed(.timedOut, .resolve)]
                ) { run in
                    let gate = Gate()
                    defer { gate.open() }
                    var configuration = try named(389)
                    configuration.connection.timeouts = .short
                    let client = try await NamedHosts([:]).client(configuration, of: run) { gate.wait() }
                    await run.search(client, limit: .short)
                    await run.bind(client, limit: .short)
                },
                Fault.Case(
                    "the name is found, then unknown for 59 minutes, then for an hour",
                    expect: [.found(1), .answered(0), .failed(.serverDown, .resolve)]
                ) { run in
                    try await withSlapd(loading: .base(adding: person("alice"))) { slapd in
                        let hosts = NamedHosts([host: ["127.0.0.1"]])
                        let client = try await hosts.client(try named(slapd.port), of: run)
                        await run.search(client, limit: .wide)
                        hosts.set(host, [])
                        hosts.age(by: .seconds(3540))
                        await run.bind(client, dn: "uid=alice,\(people)", limit: .wide)
                        hosts.age(by: .seconds(61))
                        await run.stream(client, Run.rootDSE, limit: .wide)
                    }
                },
            ]),
        Fault(
            16, "DNS changes to a new address",
            [
                Fault.Case(
                    "ldaps: the old address refuses, the new one is known after a minute; a certificate for another name",
                    expect: [
                        .failed(.serverDown, .connect), .failed(.serverDown, .connect), .found(1),
                        .failed(.tlsFailed, .tls),
                    ]
                ) { run in
                    var options = Slapd.Options()
                    options.tls = true
                    options.certificate = .wrongHost
                    let authority = try await Certificates.shared().authority
                    try await withSlapd(loading: .base, options: options) { slapd in
                        let hosts = NamedHosts([
                            "ldap.elsewhere.test": ["127.0.0.5"], "ldap.nowhere.test": ["127.0.0.1"],
                        ])
                        func client(_ name: String) async throws -> LDAPClient {
                            let uri = "ldaps://\(name):\(slapd.ldapsPort ?? 0)"
                            return try await hosts.client(
                                try .anonymous(uri, tls: LDAPTLSOptions(caFile: authority)), of: run)
                        }
                        let moved = try await client("ldap.elsewhere.test")
                        await run.search(moved, limit: .wide)
                        hosts.set("ldap.elsewhere.test", ["127.0.0.1"])
                        hosts.age(by: .seconds(59))
                        await run.search(moved, limit: .wide)
                        hosts.age(by: .seconds(2))
                        await run.search(moved, limit: .wide)
                        await run.search(try await client("ldap.nowhere.test"), limit: .wide)
                    }
                }
            ]),
        Fault(
            17, "IPv6 is broken, IPv4 works",
            [
                Fault.Case("::1 has a full backlog, 127.0.0.1 answers; within a second", expect: [.found(1)]) { run in
                    try await withSlapd(loading: .base) { slapd in
                        try await withBlackHole("::1", port: slapd.port) { _ in
                            let hosts = NamedHosts([host: ["::1", "127.0.0.1"]])
                            var configuration = try named(slapd.port)
                            configuration.connection.timeouts.connect = .seconds(20)
                            let client = try await hosts.client(configuration, of: run)
                            await run.search(client, limit: .seconds(1), deadline: .seconds(1))
                        }
                    }
                }
            ]),
        Fault(
            18, "a load balancer in front of servers that differ",
            [
                Fault.Case(
                    "connections go to two slapds in turn; 50 people in pages of 10, twice, beside other calls",
                    expect: [.found(1), .found(50), .answered(0), .found(50)]
                ) { run in
                    try await withSlapd(loading: .base(adding: crowd(50))) { first in
                        try await withSlapd(loading: .base(adding: crowd(50))) { second in
                            try await withBalancer(to: [first.port, second.port]) { port in
                                let client = run.client(try .of(first, uri: "ldap://127.0.0.1:\(port)"))
                                await run.search(client, limit: .wide)
                                let pages = try everybody(pageSize: 10)
                                await run.stream(client, pages, limit: .wide) { count in
                                    // Other connections take the balancer's turns.
                                    if count == 15 { _ = try? await client.entries(pages) }
                                }
                                await run.bind(client, dn: "uid=u1,\(people)", limit: .wide)
                                await run.stream(client, pages, limit: .wide)
                            }
                        }
                    }
                }
            ]),
    ]

    private static let host = "ldap.somewhere.test"

    private static func named(_ port: Int) throws -> LDAPClientConfiguration {
        try .anonymous("ldap://\(host):\(port)", allowCleartext: true)
    }
}
