import TestSupport
import Testing

@Suite struct UsageTests {
    @Test(arguments: [
        ["--help"], ["-h"], ["help"], ["login", "--help"], ["bind-test", "--help"], ["user", "--help"],
        ["user", "create", "--help"], ["user", "create-superuser", "--help"], ["user", "break-glass", "--help"],
        ["user", "link", "--help"], ["user", "adopt", "--help"], ["user", "sessions", "--help"],
        ["user", "reset-link", "--help"],
        ["permission", "--help"], ["config", "check", "--help"],
    ])
    func helpIsAResult(_ arguments: [String]) async throws {
        let result = try await runProcess(builtProduct("dirbridge"), arguments)
        #expect(result.status == 0)
        #expect(result.output.contains("USAGE: dirbridge"))
        #expect(result.errors == "")
    }

    @Test(arguments: [
        ["frobnicate"], ["login"], ["login", "alice", "--frobnicate"], ["login", "alice", "--config"],
        ["login", "alice", "bob"], ["bind-test"], ["user", "frobnicate"], ["user", "show"],
        ["permission", "register", "payroll"], ["permission", "register", "a.b.c"], ["permission", "check", "alice"],
        ["login", "alice", "alice-secret"], ["login", "alice", "--password", "alice-secret"],
        ["login", "alice", "--password-stdin=alice-secret"], ["user", "create", "alice", "alice-secret"],
        ["user", "create", "alice", "--superuser"], ["user", "break-glass"],
        ["user", "link"], ["user", "reset-link", "alice"], ["user", "sessions"],
        ["user", "adopt", "alice"],
        ["user", "break-glass", "alice", "--off", "--password-stdin"],
    ])
    func aMistakeInTheArgumentsIsUsage(_ arguments: [String]) async throws {
        let result = try await runProcess(builtProduct("dirbridge"), arguments)
        #expect(result.status == 2)
        #expect(result.output == "")
        #expect(result.errors.hasPrefix("Error: "))
    }

    @Test func theConfigurationIsFoundByOptionThenByEnvironment() async throws {
        try await Site.with(Settings(server: "ldap://127.0.0.1:1")) { site async throws in
            let named = try await site.run(
                "config", "check", "--offline", environment: ["DIRBRIDGE_CONFIG": "/nonexistent"])
            #expect(named.status == 0)
            let command = try builtProduct("dirbridge")
            let found = try await runProcess(
                command, ["config", "check", "--offline"], environment: ["DIRBRIDGE_CONFIG": site.configuration])
            #expect(found.status == 0)
            // Never in the working directory, whose owner could then collect passwords.
            let standing = try await runProcess(
                command, ["config", "check", "--offline"], environment: ["DIRBRIDGE_CONFIG": ""],
                workingDirectory: site.folder)
            #expect(!(standing.output + standing.errors).contains(site.folder))
        }
    }
}
