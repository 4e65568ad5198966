import Glibc
import LDAPClient
import TestSupport

extension Suite {
    /// F71, F72, F74, F76: what happens to the process.
    static let process: [Fault] = [
        Fault(
            71, "clock jumps",
            [
                Fault.Case(
                    "the wall clock jumps an hour ahead, back, and to 2038 while a server says nothing",
                    expect: Array(repeating: .failed(.timedOut, .search), count: 3)
                ) { run in
                    defer { WallClock.set(ahead: 0) }
                    try await run.withToyServer(.countsOnly) { server in
                        for jump in [3600, -3600, WallClock.secondsUntil2038] {
                            WallClock.set(ahead: 0)
                            let client = run.client(try .anonymous(server.uri, timeouts: .short))
                            async let jumped: Void = {
                                try await Task.sleep(for: .milliseconds(100))
                                WallClock.set(ahead: jump)
                            }()
                            await run.search(client, limit: .short)
                            try await jumped
                        }
                    }
                },
                Fault.Case(
                    "the wall clock jumps an hour ahead and back between calls",
                    expect: Array(repeating: .found(1), count: 3)
                ) { run in
                    defer { WallClock.set(ahead: 0) }
                    try await withSlapd(loading: .base) { slapd in
                        let client = run.client(try .of(slapd))
                        for jump in [0, 3600, -3600] {
                            WallClock.set(ahead: jump)
                            await run.search(client, limit: .wide)
                        }
                    }
                },
                Fault.Case(
                    "ldaps with a certificate until 2099: the clock stands in 2105, which certificates are judged by, then right again",
                    expect: [.failed(.tlsFailed, .tls), .found(1)]
                ) { run in
                    defer { WallClock.set(ahead: 0) }
                    var options = Slapd.Options()
                    options.tls = true
                    let tls = LDAPTLSOptions(caFile: try await Certificates.shared().authority)
                    try await withSlapd(loading: .base, options: options) { slapd in
                        let client = run.client(try .of(slapd, uri: slapd.ldapsURI, tls: tls))
                        WallClock.set(ahead: WallClock.secondsUntil2038 + 67 * 366 * 86400)
                        await run.search(client, limit: .wide)
                        WallClock.set(ahead: 0)
                        await run.search(client, limit: .wide)
                    }
                },
            ]),
        Fault(
            72, "no file descriptor is left",
            [
                Fault.Case(
                    "a search and a bind without a free descriptor, then with some again",
                    expect: [.failed(.serverDown, .connect), .failed(.serverDown, .connect), .found(1), .answered(0)]
                ) { run in
                    try await withSlapd(loading: .base(adding: person("alice"))) { slapd in
                        let client = run.client(try .of(slapd))
                        let hoard = try Hoard(leaving: 0)
                        await run.search(client, limit: .wide)
                        await run.bind(client, dn: "uid=alice,\(people)", limit: .wide)
                        hoard.release()
                        await run.search(client, limit: .wide)
                        await run.bind(client, dn: "uid=alice,\(people)", limit: .wide)
                    }
                },
                Fault.Case("ldaps, without a free descriptor but the connection's", expect: [.failed(.tlsFailed, .tls)])
                {
                    run in
                    var options = Slapd.Options()
                    options.tls = true
                    let tls = LDAPTLSOptions(caFile: try await Certificates.shared().authority)
                    try await withSlapd(loading: .base, options: options) { slapd in
                        let client = run.client(try .of(slapd, uri: slapd.ldapsURI, tls: tls))
                        let hoard = try Hoard(leaving: 1)
                        await run.search(client, limit: .wide)
                        hoard.release()
                    }
                },
                Fault.Case("2,000 descriptors are in use", expect: [.found(1), .answered(0)]) { run in
                    try await withSlapd(loading: .base(adding: person("alice"))) { slapd in
                        let hoard = try Hoard(of: 2_000)
                        let client = run.client(try .of(slapd))
                        await run.search(client, limit: .wide)
                        await run.bind(client, dn: "uid=alice,\(people)", limit: .wide)
                        hoard.release()
                    }
                },
            ]),
        Fault(
            74, "signals",
            [
                Fault.Case(
                    "SIGPIPE, by hand and by writing to a connection that was reset",
                    expect: [.failed(.connectionClosed, .search), .fact("the process goes on")]
                ) { run in
                    _ = kill(getpid(), SIGPIPE)
                    try await run.withToyServer(.resets) { server in
                        await run.search(run.client(try .anonymous(server.uri)), limit: .wide)
                    }
                    // Or else nobody would be here to note it.
                    run.note("the process goes on", true)
                },
                Fault.Case(
                    "shut down while 8 binds and a search wait (as for SIGTERM)",
                    expect: [.fact("all have ended at once")]
                ) { run in
                    try await run.withToyServer(.countsOnly) { server in
                        let client = run.client(try .anonymous(server.uri))
                        await run.shutDown(client, server)
                    }
                },
            ]),
        Fault(
            76, "many logins while the directory is slow",
            [
                Fault.Case(
                    "1,000 calls, a silent server, 2 connections, 10 may wait, each has a second",
                    expect: [.fact("988 were turned away at once, 12 ended at their deadline"), .binds(2)]
                ) { run in
                    try await run.withToyServer(.countsOnly) { server in
                        var configuration = try LDAPClientConfiguration.anonymous(server.uri)
                        configuration.bindPoolSize = 2
                        configuration.pool.maximumWaiting = 10
                        await run.storm(run.client(configuration), calls: 1_000, limit: .seconds(1))
                        run.noteBinds(server, 2)
                    }
                }
            ]),
    ]
}
