import Foundation
import TestSupport
import Testing

@Suite struct TerminalTests {
    /// Two passwords that differ, as often as one is asked.
    private let threeMistakes = [String](repeating: "correct horse\n", count: 3).flatMap { [$0, "battery staple\n"] }

    /// What became of a command on a terminal.
    private struct Session: Decodable {
        /// All that the terminal showed.
        let shown: String
        /// Whether it shows what is typed: at each question, and in the end.
        let echo: [Bool]
        /// The exit status, or 128 plus the number of the signal that ended it.
        let status: Int32
    }

    /// Runs the command on a terminal of its own, with other standard streams, and types an answer to each question.
    private func session(_ site: Site, _ arguments: String..., answers: [String]) async throws -> Session {
        let script = """
            import json, os, sys, termios
            answers = json.loads(sys.argv[1])
            # Both ends stay open, so that the terminal outlives the command and can be asked how it was left.
            terminal, line = os.openpty()
            child = os.fork()
            if child == 0:
                # The first terminal that a session without one opens becomes its own.
                os.setsid()
                os.open(os.ttyname(line), os.O_RDWR)
                for stream in range(3):
                    os.dup2(os.open(os.devnull, os.O_RDWR), stream)
                os.execv(sys.argv[2], sys.argv[2:])
            shown, echo = b"", []
            def look():
                echo.append(bool(termios.tcgetattr(line)[3] & termios.ECHO))
            for answer in answers:
                before = len(shown)
                # A question is what a line ends with that tells no error.
                while not (shown[before:].endswith(b": ") and not shown.split(b"\\n")[-1].startswith(b"Error")):
                    shown += os.read(terminal, 1)
                look()
                os.write(terminal, answer.encode())
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            look()
            os.set_blocking(terminal, False)
            try:
                shown += os.read(terminal, 65536)
            except BlockingIOError:
                pass
            json.dump({"shown": shown.decode(), "echo": echo, "status": status if status >= 0 else 128 - status}, sys.stdout)
            """
        let command = try [builtProduct("dirbridge")] + arguments + ["--config", site.configuration]
        let answers = String(decoding: try JSONEncoder().encode(answers), as: UTF8.self)
        let result = try await runSuccessfully("/usr/bin/python3", ["-c", script, answers] + command)
        return try JSONDecoder().decode(Session.self, from: Data(result.standardOutput))
    }

    @Test func aPasswordIsAskedForWithoutShowingIt() async throws {
        try await Site.withCompany { site async throws in
            let session = try await session(site, "login", "alice", answers: ["alice-secret\n"])
            #expect(session.status == 0)
            #expect(session.shown == "Password of alice: \r\n")
            #expect(session.echo == [false, true])
        }
    }

    @Test func aNewPasswordIsAskedForTwice() async throws {
        try await Site.withCompany { site async throws in
            let same = try await session(
                site, "user", "create", "rescue", answers: ["correct horse\n", "correct horse\n"])
            #expect(same.status == 0)
            #expect(same.shown == "Password for rescue: \r\nPassword (again): \r\n")
            #expect(same.echo == [false, false, true])
            let different = try await session(
                site, "user", "create", "other", answers: threeMistakes)
            #expect(different.status == 2)
            #expect(try await site.usernames() == ["rescue"])
        }
    }

    @Test func aMistypedPasswordIsAskedForAgain() async throws {
        try await Site.withCompany { site async throws in
            let session = try await session(
                site, "user", "create", "rescue",
                answers: ["correct horse\n", "correct hose\n", "correct horse\n", "correct horse\n"])
            #expect(session.status == 0)
            #expect(try await site.logIn("rescue", "correct horse").backend == "local")
        }
    }

    @Test func aSuperuserIsAskedForEverythingThatIsNotGiven() async throws {
        try await Site.withCompany { site async throws in
            let secret = ["correct horse\n", "correct horse\n"]
            // The tests' own user has a name that is free at first.
            let first = try await session(
                site, "user", "create-superuser", answers: ["\n", "r@example.org\n"] + secret)
            let name = NSUserName()
            #expect(first.status == 0)
            #expect(first.shown.hasPrefix("Username (leave blank to use '\(name)'): "))
            #expect(first.shown.contains("\r\nEmail address: "))
            #expect(first.echo == [true, true, false, false, true])
            #expect(
                try await site.read(UserShowRead.self, "user", "show", name).value.account.user.email == "r@example.org"
            )

            let second = try await session(
                site, "user", "create-superuser", "--email", "o@example.org",
                answers: ["\n", "\(name)\n", "other\n"] + secret)
            #expect(second.status == 0)
            #expect(second.shown.hasPrefix("Username: "))
            #expect(second.shown.contains("\r\nError: '' cannot be a username: the name is empty.\r\nUsername: "))
            #expect(second.shown.contains("\r\nError: There is an account named '\(name)' already.\r\nUsername: "))
            #expect(!second.shown.contains("Email"))
            #expect(try await site.read(UserShowRead.self, "user", "show", "other").value.account.user.isSuperuser)

            let changed = try await session(site, "user", "set-password", answers: ["battery\n", "battery\n"])
            #expect(changed.status == 0 && changed.shown.hasPrefix("New password for \(name): "))
            #expect(try await site.logIn(name, "battery").backend == "local")
        }
    }

    @Test(arguments: [("\u{3}", 128 + SIGINT), ("\u{4}", 2)])
    func whoeverLeavesTheQuestionsMakesNobody(_ keys: String, _ status: Int32) async throws {
        try await Site.withCompany { site async throws in
            let session = try await session(site, "user", "create-superuser", answers: [keys])
            #expect(session.status == status && session.echo == [true, true])
            #expect(try await site.usernames() == [])
        }
    }

    @Test(arguments: [("\u{3}", 128 + SIGINT), ("secr\u{3}", 128 + SIGINT), ("\u{1c}", 128 + SIGQUIT), ("\u{4}", 3)])
    func whoeverLeavesThePromptCanSeeWhatTheyTypeAgain(_ keys: String, _ status: Int32) async throws {
        try await Site.withCompany { site async throws in
            let session = try await session(site, "login", "alice", answers: [keys])
            #expect(session.status == status)
            #expect(session.echo == [false, true])
        }
    }

    @Test(arguments: ["create-superuser", "break-glass", "set-password"])
    func everyNewPasswordIsAskedForTwice(_ command: String) async throws {
        try await Site.withCompany { site async throws in
            var name = "rescue"
            if command == "break-glass" {
                name = "alice"
                #expect(try await site.logIn("alice", "alice-secret").status == 0)
            } else if command == "set-password" {
                _ = try await site.run("user", "create", name, password: "before")
            }
            let different = try await session(site, "user", command, name, answers: threeMistakes)
            #expect(different.status == 2)
            #expect(different.echo == [false, false, false, false, false, false, true])
            let same = try await session(
                site, "user", command, name, answers: ["correct horse\n", "correct horse\n"])
            #expect(same.status == 0 && same.shown.hasSuffix(": \r\nPassword (again): \r\n"))
            #expect(try await site.logIn(name, "correct horse").backend == "local")
        }
    }

    @Test func theOldPasswordIsAskedForAndTheNewOneTwice() async throws {
        try await Site.withCompany { site async throws in
            _ = try await site.run("user", "create", "rescue", password: "correct horse")
            let changed = try await session(
                site, "password", "change", "rescue",
                answers: ["correct horse\n", "battery staple\n", "battery staple\n"])
            #expect(changed.status == 0 && changed.echo == [false, false, false, true])
            #expect(changed.shown == "Old password of rescue: \r\nNew password: \r\nPassword (again): \r\n")
            #expect(try await site.logIn("rescue", "battery staple").backend == "local")
        }
    }

    @Test(arguments: [["break-glass", "rescue"], ["create-superuser", "rescue"], ["set-password", "alice"]])
    func nobodyIsAskedForAPasswordThatCouldNotBeSet(_ arguments: [String]) async throws {
        try await Site.withCompany { site async throws in
            _ = try await site.run("user", "create", "rescue", password: "correct horse")
            #expect(try await site.logIn("alice", "alice-secret").status == 0)
            let refused = try await session(site, "user", arguments[0], arguments[1], answers: [])
            #expect(refused.status == 2 && refused.shown == "")
        }
    }

    @Test func aNameCannotDressUpThePrompt() async throws {
        try await Site.withCompany { site async throws in
            let session = try await session(site, "login", "a\u{1b}[2J\u{202e}", answers: ["alice-secret\n"])
            #expect(session.status == 3)
            #expect(session.shown == "Password of a\\u{1b}[2J\\u{202e}: \r\n")
        }
    }

    @Test func withoutATerminalTheRemedyIsNamed() async throws {
        try await Site.withCompany { site async throws in
            let result = try await runProcess(
                "setsid", ["--wait", builtProduct("dirbridge"), "login", "alice", "--config", site.configuration])
            #expect(result.status == 2)
            #expect(
                result.errors == "There is no terminal to ask for the password on; give it with --password-stdin.\n")
            let nobody = try await runProcess(
                "setsid",
                ["--wait", builtProduct("dirbridge"), "user", "create-superuser", "--config", site.configuration])
            #expect(nobody.status == 2)
            #expect(
                nobody.errors
                    == "There is no terminal to ask questions on; give the username as an argument, or use --no-input.\n"
            )
        }
    }

    @Test func nobodyIsAskedForAPasswordThatWouldNotBeUsed() async throws {
        try await Site.withCompany { site async throws in
            try site.configure("chain: [")
            for arguments in [["login", "alice"], ["bind-test", "alice"], ["user", "create", "rescue"]] {
                let result = try await runProcess(
                    "setsid", ["--wait", builtProduct("dirbridge")] + arguments + ["--config", site.configuration])
                #expect(result.status == 2)
                #expect(result.errors.contains("this is not YAML"))
            }
        }
    }
}
