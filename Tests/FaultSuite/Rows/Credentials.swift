import LDAPClient
import Synchronization
import TestSupport

extension Suite {
    /// F42–F44: the service account is not what it was.
    static let credentials: [Fault] = [
        Fault(
            42, "service password changed",
            [
                Fault.Case(
                    "the directory has a new one: ten searches; people's passwords can still be tested; then the client has it too",
                    expect: Array(repeating: .failed(.invalidCredentials, .serviceBind), count: 10) + [
                        .fact("the service account was tried once"), .answered(0), .found(1),
                    ]
                ) { run in
                    try await withSlapd(loading: .base(adding: person("alice"))) { slapd in
                        try await slapd.modify(ldif: setting(slapd, "userPassword: \(Run.secret)"))
                        let password = Mutex(slapd.servicePassword)
                        var configuration = try LDAPClientConfiguration.of(slapd)
                        configuration.serviceAccount = ServiceAccount(dn: try DistinguishedName(slapd.serviceDN)) {
                            Array(password.withLock { $0 }.utf8)
                        }
                        let client = run.client(configuration)
                        for _ in 0..<10 { await run.search(client, limit: .wide) }
                        run.note("the service account was tried once", try slapd.log().serviceBinds == 1)
                        await run.bind(client, dn: "uid=alice,\(people)", limit: .wide)
                        password.withLock { $0 = Run.secret }
                        await run.search(client, limit: .wide)
                    }
                },
                Fault.Case(
                    "both have a new one while connections are kept, which are then cut",
                    expect: [.found(1), .found(1)]
                ) { run in
                    try await withSlapd(loading: .base) { slapd in
                        let password = Mutex(slapd.servicePassword)
                        var configuration = try LDAPClientConfiguration.of(slapd)
                        configuration.serviceAccount = ServiceAccount(dn: try DistinguishedName(slapd.serviceDN)) {
                            Array(password.withLock { $0 }.utf8)
                        }
                        let client = run.client(configuration)
                        await run.search(client, limit: .wide)
                        try await slapd.modify(ldif: setting(slapd, "userPassword: \(Run.secret)"))
                        password.withLock { $0 = Run.secret }
                        await slapd.stop()
                        try await slapd.start()
                        await run.search(client, limit: .wide)
                    }
                },
            ]),
        Fault(
            43, "service account locked or expired",
            [
                Fault.Case(
                    "slapd's password policy has locked it; ten searches",
                    expect: Array(repeating: .failed(.invalidCredentials, .serviceBind), count: 10) + [
                        .fact("the service account was tried once"), .fact("the reason says that it is locked"),
                    ]
                ) { run in
                    let locked = person("alice").replacing("\n\n", with: "\npwdAccountLockedTime: 000001010000Z\n\n")
                    try await withSlapd(loading: .base(adding: locked)) { slapd in
                        var configuration = try LDAPClientConfiguration.of(slapd)
                        configuration.serviceAccount = ServiceAccount(dn: try DistinguishedName("uid=alice,\(people)"))
                        {
                            Array(Run.secret.utf8)
                        }
                        let client = run.client(configuration)
                        for _ in 0..<10 { await run.search(client, limit: .wide) }
                        let binds = try slapd.log().ranges(of: "BIND dn=\"uid=alice,\(people)\" method=").count
                        run.note("the service account was tried once", binds == 1)
                        try await noteReason(run, client, "locked")
                    }
                },
                Fault.Case(
                    "Active Directory's words for a disabled account (data 533)",
                    expect: [
                        .failed(.invalidCredentials, .serviceBind), .fact("the reason says that it is disabled"),
                        .binds(1),
                    ]
                ) { run in
                    let text = "80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data 533, v2580"
                    let behaviour = Messages.server { id, _ in
                        Messages.message(id, Messages.result(0x61, 49, text: text))
                    }
                    try await run.withToyServer(behaviour) { server in
                        var configuration = try LDAPClientConfiguration.anonymous(server.uri)
                        configuration.serviceAccount = ServiceAccount(dn: try DistinguishedName("cn=x")) {
                            Array(Run.secret.utf8)
                        }
                        let client = run.client(configuration)
                        await run.search(client, limit: .wide)
                        try await noteReason(run, client, "disabled")
                        run.noteBinds(server, 1)
                    }
                },
                Fault.Case(
                    "success, but the password has to be changed first",
                    expect: [.failed(.insufficientAccess, .serviceBind), .binds(1)]
                ) { run in
                    let control = Messages.control("1.3.6.1.4.1.42.2.27.8.5.1", [0x30, 3, 0x81, 1, 2])
                    let behaviour = Messages.server { id, _ in
                        Messages.message(id, Messages.result(0x61), controls: control)
                    }
                    try await run.withToyServer(behaviour) { server in
                        var configuration = try LDAPClientConfiguration.anonymous(server.uri)
                        configuration.serviceAccount = ServiceAccount(dn: try DistinguishedName("cn=x")) {
                            Array(Run.secret.utf8)
                        }
                        await run.search(run.client(configuration), limit: .wide)
                        run.noteBinds(server, 1)
                    }
                },
            ]),
        Fault(
            44, "service account may not read people any more",
            [
                Fault.Case(
                    "an access rule of slapd hides them: the server says success; whether that is true is the caller's to find out",
                    expect: [.found(0)]
                ) { run in
                    var options = Slapd.Options()
                    options.database = ["access to dn.children=\"\(people)\" by self read by anonymous auth by * none"]
                    try await withSlapd(loading: .base(adding: crowd(3)), options: options) { slapd in
                        await run.search(run.client(try .of(slapd)), try everybody(), limit: .wide)
                    }
                }
            ]),
    ]

    /// A change of the service account.
    private static func setting(_ slapd: Slapd, _ line: String) -> String {
        """
        dn: \(slapd.serviceDN)
        changetype: modify
        replace: \(line.prefix { $0 != ":" })
        \(line)

        """
    }

    private static func noteReason(_ run: Run, _ client: LDAPClient, _ word: String) async throws {
        do throws(LDAPError) {
            _ = try await client.search(Run.rootDSE)
        } catch {
            return run.note("the reason says that it is \(word)", error.reason.contains(word))
        }
        throw TestSupportError("no error was thrown")
    }
}

extension String {
    /// How many binds as the service account a log of slapd shows.
    var serviceBinds: Int { ranges(of: "BIND dn=\"cn=bridge,ou=services,dc=example,dc=org\" method=").count }
}
