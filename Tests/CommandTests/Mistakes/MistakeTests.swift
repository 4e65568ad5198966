import Foundation
import TestSupport
import Testing

/// Mistakes as they are made, each on a real server: `bind-test` names the true cause of each, and what would help.
@Suite struct MistakeTests {
    @Test(arguments: Mistake.all)
    func bindTestNamesTheCause(_ mistake: Mistake) async throws {
        let (attempt, text) = try await MistakeRuns.shared.run(mistake)
        guard let attempt else {
            #expect(mistake.answer == "refused" && mistake.step == "configuration", "\(text)")
            #expect(text.contains(mistake.cause) && text.contains(mistake.remedy), "\(text)")
            return
        }
        #expect("\(attempt.verdict) \(attempt.reason ?? "-")" == mistake.answer)
        let first = try #require(attempt.diagnoses.first, "\(text)")
        #expect(first.step == mistake.step, "\(text)")
        #expect(first.cause.contains(mistake.cause), "\(text)")
        #expect(first.remedy.contains(mistake.remedy), "\(text)")
        #expect(text.contains(mistake.cause) && text.contains(first.remedy))
        #expect(attempt.cost.binds <= 1)
    }

    /// A cause that is told of another mistake too would say nothing about this one.
    @Test func noCauseIsThatOfAnotherMistake() async throws {
        #expect(Mistake.all.count >= 40)
        #expect(Set(Mistake.all.map(\.name)).count == Mistake.all.count)
        for other in Mistake.all {
            let (attempt, text) = try await MistakeRuns.shared.run(other)
            let told = attempt?.diagnoses.map(\.cause).joined(separator: "\n") ?? text
            for mistake in Mistake.all where mistake.name != other.name && told.contains(mistake.cause) {
                let isDeclared = mistake.isToldLike.contains(other.name) || other.isToldLike.contains(mistake.name)
                #expect(isDeclared, "“\(mistake.cause)” of “\(mistake.name)” is told of “\(other.name)” too")
            }
        }
    }
}

/// Makes each mistake once, however many tests look at it.
private actor MistakeRuns {
    static let shared = MistakeRuns()
    private var runs: [String: Task<(AttemptRead?, String), any Error>] = [:]

    func run(_ mistake: Mistake) async throws -> (AttemptRead?, String) {
        let run = runs[mistake.name] ?? Task { try await Self.make(mistake) }
        runs[mistake.name] = run
        return try await run.value
    }

    private static func make(_ mistake: Mistake) async throws -> (AttemptRead?, String) {
        var settings = Settings(server: try await mistake.place.server())
        settings.users = mistake.users
        settings.directory = mistake.directory + (try await mistake.place.lines())
        var result: (AttemptRead?, String)?
        try await Site.with(settings) { site async throws in
            try "not-the-secret\n".write(toFile: "\(site.folder)/wrong.password", atomically: false, encoding: .utf8)
            let password = mistake.password ?? "\(mistake.user)-secret"
            for command in mistake.preparation {
                let wantsPassword = command.contains("login") || command.contains("create")
                let done = try await site.run(command, password: wantsPassword ? password : nil)
                try #require(done.status == 0, "\(mistake): \(command): \(done.errors)")
            }
            var text = settings.text
            for (old, new) in mistake.edits {
                try #require(text.contains(old), "\(mistake): the configuration has no “\(old)”")
                text = text.replacing(old, with: new)
            }
            try site.configure(text)
            let shown = try await site.run("bind-test", mistake.user, password: password)
            if shown.status == 2 {
                result = (nil, shown.errors)
                return
            }
            let attempt = try await site.read(AttemptRead.self, "bind-test", mistake.user, password: password).value
            result = (attempt, shown.output)
        }
        return try #require(result)
    }
}

extension MistakePlace {
    /// The server's address.
    fileprivate func server() async throws -> String {
        switch self {
        case .directory: return try await MistakenDirectory.main.server().uri
        case .demandingEncryption: return try await MistakenDirectory.demandingEncryption.server().uri
        case .demandingBind: return try await MistakenDirectory.demandingBind.server().uri
        case .nobody: return "ldap://127.0.0.1:\(try LoopbackPort.free())"
        case .address(let address): return address
        case .secured(let certificate, let startTLS, _):
            let slapd = try await SecuredServers.shared.server(certificate)
            return startTLS ? slapd.uri : try #require(slapd.ldapsURI)
        }
    }

    /// What the configuration says because of it.
    fileprivate func lines() async throws -> [String] {
        guard case .secured(_, let startTLS, let isTrusted) = self else { return [] }
        let certificates = try await Certificates.shared()
        let authority = isTrusted ? certificates.authority : certificates.otherAuthority
        return ["tls: {ca_file: \(authority), start_tls: \(startTLS)}"]
    }
}

/// One server for each kind of certificate.
private actor SecuredServers {
    static let shared = SecuredServers()
    private var servers: [Certificates.Server: SharedSlapd] = [:]

    func server(_ certificate: Certificates.Server) async throws -> Slapd {
        var options = Slapd.Options()
        options.tls = true
        options.certificate = certificate
        let server = servers[certificate] ?? SharedSlapd(loading: .base(adding: person("alice")), options: options)
        servers[certificate] = server
        return try await server.server()
    }
}
