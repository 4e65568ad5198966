import Foundation
import LDAPClient
import TestSupport

extension Suite {
    /// F26–F32: encryption that must not be trusted.
    static let tls: [Fault] = [
        Fault(
            26, "certificate expired or not yet valid",
            [
                Fault.Case("until 2021; ldaps and StartTLS", expect: refusal) { run in
                    try await refuse(run, .expired)
                },
                Fault.Case("from 2090 on; ldaps and StartTLS", expect: refusal) { run in
                    try await refuse(run, .notYetValid)
                },
            ]),
        Fault(
            27, "certificate of another host",
            [
                Fault.Case("for ldap.elsewhere.test; ldaps and StartTLS", expect: refusal) { run in
                    try await refuse(run, .wrongHost)
                }
            ]),
        Fault(
            28, "certificate of nobody",
            [
                Fault.Case("signed by itself; ldaps and StartTLS", expect: refusal) { run in
                    try await refuse(run, .selfSigned)
                },
                Fault.Case("of an unknown authority; ldaps and StartTLS", expect: refusal) { run in
                    try await refuse(run, .valid, authority: try await Certificates.shared().otherAuthority)
                },
                Fault.Case("of an authority that the system does not know; ldaps and StartTLS", expect: refusal) {
                    run in
                    try await refuse(run, .valid, authority: .some(nil))
                },
            ]),
        Fault(
            29, "version of TLS too old",
            [
                Fault.Case(
                    "TLS 1.1, openssl s_server", expect: [.failed(.tlsFailed, .tls), .failed(.tlsFailed, .tls)]
                ) { run in
                    let certificates = try await Certificates.shared()
                    let arguments = [
                        "-cert", certificates.certificate(.valid), "-key", certificates.key(.valid), "-tls1_1",
                        "-cipher", "ALL:@SECLEVEL=0",
                    ]
                    try await withOpenSSLServer(arguments) { port in
                        let tls = LDAPTLSOptions(caFile: certificates.authority)
                        let client = run.client(try .anonymous("ldaps://127.0.0.1:\(port)", tls: tls))
                        await run.search(client, limit: .wide)
                        await run.bind(client, limit: .wide)
                    }
                },
                Fault.Case("TLS 1.2 where 1.3 is the oldest allowed; ldaps and StartTLS", expect: refusal) { run in
                    try await refuse(run, .valid, minimum: .v1_3, global: [tls12])
                },
            ]),
        Fault(
            30, "server refuses StartTLS",
            [2, 52, 53].map { (code: UInt8) in
                Fault.Case(
                    "result \(code), and success to binds in clear",
                    expect: [.failed(.tlsFailed, .tls), .failed(.tlsFailed, .tls), .binds(0)]
                ) { run in
                    let behaviour = Messages.server { id, tag in
                        let result = tag == 0x77 ? Messages.result(0x78, code) : Messages.result(0x61)
                        return Messages.message(id, result)
                    }
                    try await run.withToyServer(behaviour) { server in
                        let client = run.client(try .anonymous(server.uri, tls: LDAPTLSOptions(startTLS: true)))
                        await run.search(client, limit: .wide)
                        await run.bind(client, limit: .wide)
                        run.noteBinds(server, 0)
                    }
                }
            }),
        Fault(
            31, "file of authorities changes",
            [
                Fault.Case(
                    "another authority, the right one, garbage (kept connection, then a new one), the right one again",
                    expect: [
                        .failed(.tlsFailed, .tls), .found(1), .found(1), .failed(.tlsFailed, .tls), .answered(0),
                    ]
                ) { run in
                    let certificates = try await Certificates.shared()
                    try await withTemporaryFolder { folder in
                        let file = "\(folder)/ca.pem"
                        func put(_ source: String) throws {
                            try? FileManager.default.removeItem(atPath: file)
                            try FileManager.default.copyItem(atPath: source, toPath: file)
                        }
                        try await withTLSServer { slapd in
                            let client = run.client(
                                try .of(slapd, uri: slapd.ldapsURI, tls: LDAPTLSOptions(caFile: file)))
                            try put(certificates.otherAuthority)
                            await run.search(client, limit: .wide)
                            try put(certificates.authority)
                            await run.search(client, limit: .wide)
                            try Data("garbage".utf8).write(to: URL(fileURLWithPath: file))
                            await run.search(client, limit: .wide)
                            await run.bind(client, dn: "uid=alice,\(people)", limit: .wide)
                            try put(certificates.authority)
                            await run.bind(client, dn: "uid=alice,\(people)", limit: .wide)
                        }
                    }
                }
            ]),
        Fault(
            32, "client certificate expired",
            [
                Fault.Case(
                    "openssl s_server refuses it in the handshake of TLS 1.2",
                    expect: [.failed(.tlsFailed, .tls), .failed(.tlsFailed, .tls)]
                ) { run in
                    let certificates = try await Certificates.shared()
                    let arguments = [
                        "-cert", certificates.certificate(.valid), "-key", certificates.key(.valid), "-tls1_2",
                        "-CAfile", certificates.authority, "-Verify", "1", "-verify_return_error",
                    ]
                    try await withOpenSSLServer(arguments) { port in
                        let tls = try await expired()
                        let client = run.client(try .anonymous("ldaps://127.0.0.1:\(port)", tls: tls))
                        await run.search(client, limit: .wide)
                        await run.bind(client, limit: .wide)
                    }
                },
                Fault.Case(
                    "slapd refuses it after the handshake",
                    expect: [
                        .failed(.connectionClosed, .serviceBind), .failed(.connectionClosed, .bind),
                        .fact("slapd saw no bind"),
                    ]
                ) { run in
                    try await withTLSServer(verifyClient: "demand") { slapd in
                        let client = run.client(try .of(slapd, uri: slapd.ldapsURI, tls: try await expired()))
                        await run.search(client, limit: .wide)
                        await run.bind(client, dn: "uid=alice,\(people)", limit: .wide)
                        run.note("slapd saw no bind", try !slapd.log().contains(" BIND dn="))
                    }
                },
            ]),
    ]

    private static let tls12 = "TLSCipherSuite NORMAL:-VERS-ALL:+VERS-TLS1.2"
    private static let refusal: [Outcome] =
        Array(repeating: .failed(.tlsFailed, .tls), count: 4) + [.fact("slapd saw no bind")]

    private static func withTLSServer(
        _ certificate: Certificates.Server = .valid, verifyClient: String = "never", global: [String] = [],
        _ body: (Slapd) async throws -> Void
    ) async throws {
        var options = Slapd.Options()
        options.tls = true
        options.certificate = certificate
        options.verifyClient = verifyClient
        options.global = global
        try await withSlapd(loading: .base(adding: person("alice")), options: options, body)
    }

    /// Searches and tests a password, by ldaps and by StartTLS.
    ///
    /// - Parameter authority: Whom to trust: by default the authority of the certificates; `nil` the system's.
    private static func refuse(
        _ run: Run, _ certificate: Certificates.Server, authority: String?? = nil, minimum: TLSVersion = .v1_2,
        global: [String] = []
    ) async throws {
        let own = try await Certificates.shared().authority
        try await withTLSServer(certificate, global: global) { slapd in
            for startTLS in [false, true] {
                let tls = LDAPTLSOptions(caFile: authority ?? own, minimumVersion: minimum, startTLS: startTLS)
                let uri = startTLS ? slapd.uri : slapd.ldapsURI
                let client = run.client(try .of(slapd, uri: uri, tls: tls))
                await run.search(client, limit: .wide)
                await run.bind(client, dn: "uid=alice,\(people)", limit: .wide)
            }
            run.note("slapd saw no bind", try !slapd.log().contains(" BIND dn="))
        }
    }

    /// With a client certificate that has expired.
    private static func expired() async throws -> LDAPTLSOptions {
        let certificates = try await Certificates.shared()
        return LDAPTLSOptions(
            caFile: certificates.authority,
            clientCertificate: LDAPTLSOptions.ClientCertificate(
                certificateFile: certificates.expiredClientCertificate, keyFile: certificates.expiredClientKey))
    }
}
