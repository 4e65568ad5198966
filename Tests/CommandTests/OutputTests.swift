import Foundation
import TestSupport
import Testing

@Suite struct OutputTests {
    @Test func resultsGoToStandardOutputAndMessagesToStandardError() async throws {
        try await Site.withCompany { site async throws in
            let login = try await site.run("login", "alice", password: "alice-secret")
            #expect(login.output.contains("Authenticated: alice, by corp."))
            #expect(login.errors == "")
            let refused = try await site.run("login", "mallory", password: "not-the-password")
            #expect(refused.output.contains("rejected: wrongPassword"))
            #expect(refused.errors == "")
            let created = try await site.run("user", "create", "rescue", password: "correct horse")
            #expect(created.output == "")
            #expect(created.errors == "Created rescue.\n")
            let unknown = try await site.run("user", "show", "nobody", "--json")
            #expect(unknown.status == 3)
            #expect(unknown.output == "")
            #expect(unknown.errors.contains("There is no account named 'nobody'"))
            let verbose = try await site.run("login", "alice", "--json", "--verbose", password: "alice-secret")
            #expect(verbose.output.hasPrefix("{"))
            #expect(!verbose.errors.isEmpty)
        }
    }

    /// Runs a script of bash(1) that does something odd with the streams of the command, `"$0"`, whose configuration is
    /// `"$1"`.
    private func bash(_ script: String) async throws -> ProcessResult {
        var result: ProcessResult?
        try await Site.with(Settings(server: "ldap://127.0.0.1:1")) { site in
            #expect(try await site.run("permission", "register", "payroll.view_payslip").status == 0)
            result = try await runProcess("bash", ["-c", script, builtProduct("dirbridge"), site.configuration])
        }
        return try #require(result)
    }

    @Test func aReaderThatHasGoneIsNoMisfortune() async throws {
        let result = try await bash(#"exec {pipe}> >(:); wait $!; "$0" user list --config "$1" >&$pipe"#)
        #expect(result.status == 0)
        #expect(result.errors == "")
    }

    @Test func aResultThatCannotBeWrittenIsAFailure() async throws {
        let result = try await bash(#""$0" user list --config "$1" > /dev/full"#)
        #expect(result.status == 1)
        #expect(result.errors == "The result cannot be written: No space left on device.\n")
    }

    @Test func noFileTakesThePlaceOfAClosedStream() async throws {
        let result = try await bash(
            """
            "$0" user create rescue --password-stdin --config "$1" <<< 'correct horse' >&- 2>&-
            for n in 1 2 3; do "$0" login rescue --password-stdin --config "$1" <<< 'correct horse' >&- 2>&- || exit; done
            "$0" login rescue --password-stdin --config "$1" <&-
            """)
        #expect(result.status == 3)
        #expect(result.output.hasPrefix("rejected: emptyPassword.\n"))
    }

    @Test func standardInputThatCannotBeReadIsUsage() async throws {
        let result = try await bash(#""$0" login rescue --password-stdin --config "$1" < /"#)
        #expect(result.status == 2)
        #expect(
            result.errors
                == "Standard input cannot be read; give the password there, or leave out --password-stdin.\n")
    }

    @Test func valuesOfTheDirectoryDoNothingOnATerminal() async throws {
        let name = "\u{1b}[2J\u{9b}31mE\u{202e}ve\u{7}\nadmin"
        let eve = person("eve", lines: ["givenName:: \(Data(name.utf8).base64EncodedString())"])
        try await withSlapd(loading: .base(adding: eve)) { slapd async throws in
            try await Site.with(Settings(server: slapd.uri)) { site async throws in
                for arguments in [["bind-test", "eve"], ["login", "eve", "--verbose"], ["login", "eve", "--json"]] {
                    let result = try await site.run(arguments, password: "eve-secret")
                    #expect(result.status == 0)
                    expectHarmless(result.output + result.errors)
                }
                for arguments in [["user", "list"], ["user", "show", "eve"], ["user", "list", "--json"]] {
                    expectHarmless(try await site.run(arguments).output)
                }
                let shown = try await site.read(UserShowRead.self, "user", "show", "eve").value
                #expect(shown.account.user.firstName == name)
                #expect(
                    try await site.run("user", "show", "eve").output
                        .contains(#"\u{1b}[2J\u{9b}31mE\u{202e}ve\u{7}\u{a}admin eve"#))
            }
        }
    }

    private func expectHarmless(_ output: String, sourceLocation: SourceLocation = #_sourceLocation) {
        let harmful = output.unicodeScalars.filter { scalar in
            scalar != "\n" && [.control, .format].contains(scalar.properties.generalCategory)
        }
        #expect(harmful.isEmpty, sourceLocation: sourceLocation)
        #expect(!output.contains("\nadmin"), sourceLocation: sourceLocation)
    }
}
