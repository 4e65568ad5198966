import TestSupport
import Testing

@Suite struct MeasurementTests {
    private func expectFigures(_ measured: MeasurementRead) {
        #expect(measured.ops > 0)
        #expect(measured.errors == 0)
        #expect(measured.perS > 0)
        #expect(measured.p50Ms <= measured.p95Ms)
        #expect(measured.p95Ms <= measured.p99Ms)
        #expect(measured.cpuUs > 0)
        #expect(measured.rssMib > 0)
    }

    @Test func searchesAndBindsTouchNoAccountDatabase() async throws {
        try await BenchSite.with { site in
            let result = try await site.run("ldap")
            expectFigures(try await MeasurementRead(result))
            #expect(result.status == 0)
            #expect(try site.files() == ["bind.password", "dirbridge.yaml", "users"])
        }
    }

    @Test func everybodyLogsInAndCanThenBeAskedForPermissions() async throws {
        try await BenchSite.with { site in
            expectFigures(try await MeasurementRead(try await site.run("login")))
            #expect(
                try await site.sqlite("SELECT count(*), count(last_login) FROM auth_user")
                    == "\(BenchSite.people)|\(BenchSite.people)")
            for object in ["--fresh-object", "--same-object"] {
                let result = try await site.run("permission", object)
                expectFigures(try await MeasurementRead(result))
                #expect(result.status == 0)
            }
        }
    }

    @Test(arguments: ["--fresh", "--again"]) func syncsGoIntoDatabasesOfTheirOwn(_ before: String) async throws {
        try await BenchSite.with { site in
            let files = try site.files()
            let result = try await site.runAlone("sync", before, "--rounds", "2")
            let measured = try await MeasurementRead(result)
            expectFigures(measured)
            #expect(measured.ops == 2)
            #expect(result.status == 0)
            #expect(try site.files() == files)
        }
    }

    @Test func aSyncThatFailsIsCountedAndNamed() async throws {
        try await BenchSite.with { site in
            await site.slapd.stop()
            let result = try await site.runAlone("sync", "--fresh", "--rounds", "2")
            #expect(try await MeasurementRead(result).errors == 2)
            #expect(result.status == 1)
            #expect(result.errors.contains(site.slapd.uri))
        }
    }

    @Test(arguments: [("ldap", "the bind gave result 49"), ("login", "rejected, wrongPassword, corp")])
    func whatFailsIsCountedAndNamed(_ command: String, _ kind: String) async throws {
        try await BenchSite.with { site in
            try site.write("person00001\tperson00001-secret\nperson00002\twrong\n", to: "users")
            let result = try await site.run(command)
            let measured = try await MeasurementRead(result)
            #expect(result.status == 1)
            #expect(measured.errors > 0)
            #expect(result.errors.contains("times: \(kind)"))
            #expect(!(result.output + result.errors).contains("-secret"))
        }
    }

    @Test(arguments: [
        (
            "person00001\tsecret\n\nperson00002\tsecret\n",
            "/users, line 2: this is not a username, one tab and a password."
        ),
        ("person00001 secret\n", "/users, line 1: this is not a username, one tab and a password."),
        ("", "/users, line 1: this is not a username, one tab and a password."),
    ])
    func aWrongListOfUsersIsPointedAt(_ text: String, _ message: String) async throws {
        try await BenchSite.with { site in
            try site.write(text, to: "users")
            let result = try await site.run("ldap")
            #expect(result.status == 2)
            #expect(result.errors == site.folder + message + "\n")
            #expect(result.output.isEmpty)
        }
    }

    @Test func mistakesHaveTheStatusOfUsage() async throws {
        try await BenchSite.with { site in
            for (arguments, message) in [
                (["permission", "--same-object"], "person00001 of \(site.folder)/users has no account"),
                (["permission"], "Missing one of: '--fresh-object', '--same-object'"),
                (["ldap", "--seconds", "0"], "--seconds must be above 0"),
                (["ldap", "--users", "/nowhere"], "The list of users /nowhere cannot be read"),
                (["ldap", "--config", "/nowhere"], "/nowhere: there is no such file"),
            ] {
                let result = try await site.run(arguments)
                #expect(result.status == 2)
                #expect(result.errors.contains(message))
            }
        }
    }

    @Test func aDirectoryIsTheSameEachTimeAndEverybodyIsInFiveGroups() async throws {
        let script = "\(repositoryRoot)/scripts/generate-directory"
        let arguments = ["--people", "50", "--groups", "60"]
        let ldif = try await runSuccessfully(script, arguments).output
        #expect(try await runSuccessfully(script, arguments).output == ldif)
        #expect(try await runSuccessfully(script, arguments + ["--seed", "2"]).output != ldif)
        let lines = ldif.split(separator: "\n")
        let count = { (start: String) in lines.count { $0.hasPrefix(start) } }
        #expect(count("dn: uid=") == 50)
        #expect(count("dn: cn=") == 60)
        #expect(count("member: uid=person00001,") == 5)
        #expect(count("member: cn=team-") > 0)
    }
}
