import AuthCore
import DirectoryBridge
import Foundation
import TestSupport
import Testing

@Suite struct ReadmeTests {
    /// The README's example, word for word.
    static func example(file: String, typedName: String, typedPassword: String) async throws -> String {
        // begin
        let bridge = try Bridge(configuration: .load(file: file))
        let activity = Task { await bridge.run() }  // writes last logins and failed attempts, in batches

        let report = await bridge.logIn(
            username: LoginName(typedName), password: Secret(typedPassword),
            context: AuthenticationContext(clientAddress: "192.0.2.7"))

        let answer: String
        switch report.outcome {
        case .authenticated(let user, let backend):
            let view = Permission(appLabel: "payroll", codename: "view_payslip")
            let may = try await bridge.permissions.hasPermission(view, user)
            answer = "\(user.fullName) came in through \(backend) and \(may ? "may" : "may not") see payslips."
        case .unavailable:
            answer = "We cannot check passwords at the moment. Please try again."
        case .notFound, .rejected, .denied:
            answer = "Name or password is wrong."  // one text for all; report.outcome.reason is for the log
        }
        activity.cancel()
        await bridge.shutdown()
        // end
        return answer
    }

    @Test func theExampleOfTheReadmeCompilesAndRuns() async throws {
        let readme = try String(contentsOfFile: repositoryRoot + "/README.md", encoding: .utf8)
        let source = try String(contentsOfFile: #filePath, encoding: .utf8)
        let body = source.components(separatedBy: "        // begin\n")[1].components(separatedBy: "        // end\n")[
            0]
        let code = body.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.hasPrefix("        ") ? $0.dropFirst(8) : $0 }.joined(separator: "\n")
        #expect(readme.contains(code), "the README shows another example than the one that is tested here")

        let slapd = try await SharedSlapd.company.server()
        try await withTemporaryFolder { folder in
            try "bridge-secret".write(toFile: folder + "/secret", atomically: true, encoding: .utf8)
            let file = folder + "/bridge.yaml"
            try """
            database: sqlite:accounts.db
            chain: [corp, local]
            passwords: {iterations: 1000, validators: none}
            directories:
              corp:
                servers: ["\(slapd.uri)"]
                service_account: {dn: "cn=bridge,ou=services,dc=example,dc=org", password_file: secret}
                users: {base: "ou=people,dc=example,dc=org"}
            """.write(toFile: file, atomically: true, encoding: .utf8)
            #expect(
                try await Self.example(file: file, typedName: "alice", typedPassword: "alice-secret")
                    == "Alice Archer came in through corp and may not see payslips.")
            #expect(
                try await Self.example(file: file, typedName: "alice", typedPassword: "no")
                    == "Name or password is wrong.")
        }
    }

    /// The configuration that the README explains is one that is accepted.
    @Test func theConfigurationOfTheReadmeIsValid() async throws {
        let readme = try String(contentsOfFile: repositoryRoot + "/README.md", encoding: .utf8)
        let yaml = try #require(
            readme.components(separatedBy: "```yaml\n").dropFirst().first?.components(separatedBy: "```")[0])
        try await withTemporaryFolder { folder in
            try "secret".write(toFile: folder + "/bind.password", atomically: true, encoding: .utf8)
            try "-----BEGIN CERTIFICATE-----".write(toFile: folder + "/corp-ca.pem", atomically: true, encoding: .utf8)
            try String(repeating: "k", count: 64).write(
                toFile: folder + "/secret.key", atomically: true, encoding: .utf8)
            let text = yaml.replacing("/etc/dirbridge/", with: folder + "/").replacing("/etc/ssl/", with: folder + "/")
            let configuration = try Configuration.parse(text, file: folder + "/dirbridge.yaml")
            #expect(configuration.chain == ["corp", "local"])
            // What it calls the defaults are the defaults.
            #expect(configuration.throttling == ThrottleSettings() && configuration.sessions == SessionSettings())
            #expect(configuration.passwords.iterations == 1_500_000)
            let rules = try #require(configuration.passwords.rules)
            #expect(rules.minimumLength == 8 && rules.similarity == 0.7)
        }
    }
}
