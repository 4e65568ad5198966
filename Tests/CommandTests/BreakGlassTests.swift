import TestSupport
import Testing

/// A linked account with a local password for the day on which the directory is away.
@Suite struct BreakGlassTests {
    private func withAlice(_ body: (Site, Slapd) async throws -> Void) async throws {
        try await withSlapd(loading: .base(adding: person("alice", lines: ["mail: alice@example.org"]))) {
            slapd async throws in
            try await Site.with(Settings(server: slapd.uri)) { site async throws in
                #expect(try await site.logIn("alice", "alice-secret").status == 0)
                try await body(site, slapd)
            }
        }
    }

    private func account(_ site: Site) async throws -> AccountRead {
        try await site.read(UserShowRead.self, "user", "show", "alice").value.account
    }

    @Test func onlyTheLocalPasswordCountsWhetherTheDirectoryIsThereOrNot() async throws {
        try await withAlice { site, slapd async throws in
            let before = try await account(site)
            let marked = try await site.run("user", "break-glass", "ALICE", password: "correct horse")
            #expect(marked.status == 0)
            #expect(
                marked.errors
                    == "alice is a break-glass account: its local password counts, and 'corp' is not asked.\n")
            let after = try await account(site)
            #expect(after.breakGlass && after.owner == "local" && after.password == "usable")
            #expect(after.user.externalId == before.user.externalId)

            #expect(try await site.logIn("alice", "correct horse").backend == "local")
            #expect(try await site.logIn("alice", "alice-secret").refusal == "3 rejected wrongPassword")
            #expect(try await site.logIn("alice@example.org", "alice-secret").refusal == "4 denied nameCollision")
            #expect(try await site.bindTest("alice", "alice-secret").refusal == "4 denied nameCollision")
            await slapd.stop()
            #expect(try await site.logIn("alice", "correct horse").backend == "local")
            #expect(try await site.logIn("alice", "alice-secret").refusal == "3 rejected wrongPassword")
        }
    }

    @Test func withoutTheMarkTheDirectoryDecidesAgain() async throws {
        try await withAlice { site, _ async throws in
            _ = try await site.run("user", "break-glass", "alice", password: "correct horse")
            let hash = try await site.sqlite("SELECT password FROM auth_user")
            let ended = try await site.run("user", "break-glass", "alice", "--off")
            #expect(ended.status == 0)
            #expect(ended.errors == "alice is no longer a break-glass account: 'corp' decides again.\n")
            let after = try await account(site)
            #expect(!after.breakGlass && after.owner == "corp" && after.password == "unusable")
            #expect(try await site.logIn("alice", "correct horse").refusal == "3 rejected wrongPassword")
            #expect(try await site.logIn("alice", "alice-secret").backend == "corp")
            // Nor does a hash that somebody puts back.
            try await site.sqlite("UPDATE auth_user SET password = '\(hash)'")
            #expect(try await site.logIn("alice", "correct horse").refusal == "3 rejected wrongPassword")

            let again = try await site.run("user", "break-glass", "alice", "--off")
            #expect(again.status == 0 && again.errors == "alice was no break-glass account.\n")
            #expect(try await site.sqlite("SELECT password FROM auth_user") == hash)
        }
    }

    @Test func itsPasswordIsChangedLikeAnyLocalOne() async throws {
        try await withAlice { site, _ async throws in
            #expect(try await site.run("user", "set-password", "alice", password: "too early").status == 2)
            _ = try await site.run("user", "break-glass", "alice", password: "correct horse")
            #expect(try await site.run("user", "set-password", "alice", password: "battery staple").status == 0)
            #expect(try await site.logIn("alice", "correct horse").status == 3)
            #expect(try await site.logIn("alice", "battery staple").backend == "local")
            #expect(try await site.run("user", "break-glass", "alice", password: "Tr0ub4dor").status == 0)
            #expect(try await site.logIn("alice", "battery staple").status == 3)
            #expect(try await site.logIn("alice", "Tr0ub4dor").backend == "local")
        }
    }

    @Test func theMarkIsShownAndInTheTrail() async throws {
        try await withAlice { site, _ async throws in
            _ = try await site.run("user", "break-glass", "alice", password: "correct horse")
            #expect(try await site.run("user", "list").output.contains("alice     local  active, break-glass"))
            #expect(try await site.run("user", "show", "alice").output.contains("active, break-glass\n"))
            #expect(try await site.read(UserListRead.self, "user", "list").value.users.map(\.breakGlass) == [true])
            _ = try await site.run("user", "break-glass", "alice", "--off")
            let trail = try await site.run("audit", "--event", "user.").output
            let (on, off) = (trail.ranges(of: "break_glass=true"), trail.ranges(of: "break_glass=false"))
            #expect(on.count == 1 && off.count == 1)
            #expect(trail.contains("password=usable") && trail.contains("password=unusable"))
        }
    }

    @Test func anUnlinkedAccountIsNoBreakGlassAccount() async throws {
        try await withAlice { site, _ async throws in
            _ = try await site.run("user", "break-glass", "alice", password: "correct horse")
            #expect(try await site.run("user", "unlink", "alice").status == 0)
            let unlinked = try await account(site)
            #expect(!unlinked.breakGlass && unlinked.owner == "nobody" && unlinked.password == "unusable")
            #expect(try await site.run("audit", "--event", "user.break").output.contains("break_glass=false"))
            #expect(try await site.logIn("alice", "correct horse").status != 0)
            let refused = try await site.run("user", "break-glass", "alice", password: "correct horse")
            #expect(refused.status == 2)
            #expect(
                refused.errors
                    == "'alice' is not linked to a directory; to give it a password: dirbridge user set-password alice\n"
            )
        }
    }

    /// Nobody reads that a password counts which lets nobody in.
    @Test func anAccountThatIsNotActiveIsRefusedWithTheReason() async throws {
        try await withAlice { site, _ async throws in
            let remedy = "so no password would let anybody in; first: dirbridge user activate alice\n"
            #expect(try await site.run("user", "deactivate", "alice").status == 0)
            let byHand = try await site.run("user", "break-glass", "alice", password: "correct horse")
            #expect(byHand.status == 2 && byHand.errors == "'alice' is not active, \(remedy)")
            #expect(try await !account(site).breakGlass)

            try await site.sqlite(
                "INSERT INTO bridge_deactivation (user_id, source, reason) VALUES (1, 'corp', 'absent')")
            let bySync = try await site.run("user", "break-glass", "alice", password: "correct horse")
            #expect(bySync.status == 2)
            #expect(bySync.errors == "'alice' is not active, since 'corp' deactivated it (absent), \(remedy)")
            let activated = try await site.run("user", "activate", "alice")
            #expect(activated.status == 0)
            #expect(
                activated.errors.hasSuffix(
                    "'corp' had deactivated it (absent); unless that has changed there, the next sync does it again.\n")
            )
            #expect(try await site.run("user", "break-glass", "alice", password: "correct horse").status == 0)
            #expect(try await site.logIn("alice", "correct horse").backend == "local")
        }
    }

    @Test func aLocalAccountNeedsNoMark() async throws {
        try await withAlice { site, _ async throws in
            _ = try await site.run("user", "create", "rescue", password: "correct horse")
            let refused = try await site.run("user", "break-glass", "rescue", password: "battery staple")
            #expect(refused.status == 2)
            #expect(refused.errors == "'rescue' is a local account; its local password is accepted anyway.\n")
            #expect(try await site.logIn("rescue", "correct horse").backend == "local")
            #expect(try await site.run("user", "break-glass", "nobody", password: "correct horse").status == 3)
            #expect(try await site.run("user", "break-glass", "alice", password: "").status == 2)
            #expect(try await !account(site).breakGlass)
        }
    }
}
