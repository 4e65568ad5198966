import AuthCore
import LDAPBackend
import LDAPClient
import Logging
import TestSupport
import Testing

/// Two directories that look the same from outside, with the same people, groups and ids, and nothing in common: no answer of one may be
/// taken for an answer of the other, whatever they are called here.
@Suite struct SeparateDirectoriesTests {
    private static let staffID = "00000000-0000-4000-8000-00000000000a"
    private static let crewID = "00000000-0000-4000-8000-00000000000b"
    private static let policy = "cn=strict,ou=policies,dc=example,dc=org"

    /// Alice is in the one group, bob in the other.
    /// - Parameters:
    ///   - password: Everybody's.
    ///   - staff: The id of the group `staff`, in which alice is.
    ///   - crew: The id of the group `crew`, in which bob is.
    ///   - threshold: At how many wrong passwords alice is locked.
    private static func content(password: String, staff: String, crew: String, threshold: Int) -> Slapd.Content {
        func person(_ uid: String, _ number: Int) -> String {
            GroupSite.record(
                GroupSite.person(uid),
                [
                    "objectClass: inetOrgPerson", "uid: \(uid)", "cn: \(uid)", "sn: \(uid)",
                    "userPassword: \(password)", "entryUUID: 00000000-0000-4000-8000-00000000000\(number)",
                    "pwdPolicySubentry: \(policy)",
                ])
        }
        func group(_ name: String, _ id: String, _ member: String) -> String {
            GroupSite.record(
                GroupSite.group(name),
                [
                    "objectClass: groupOfNames", "cn: \(name)", "entryUUID: \(id)",
                    "member: \(GroupSite.person(member))",
                ])
        }
        let strict = GroupSite.record(
            policy,
            [
                "objectClass: device", "objectClass: pwdPolicy", "cn: strict", "pwdAttribute: userPassword",
                "pwdLockout: TRUE", "pwdMaxFailure: \(threshold)", "pwdFailureCountInterval: 3600",
            ])
        return .base(
            adding: strict + person("alice", 1) + person("bob", 2) + group("staff", staff, "alice")
                + group("crew", crew, "bob"))
    }

    /// Runs a test with both directories. The ids of the two groups are exchanged in the right one, which also offers StartTLS.
    private static func withBoth(_ body: (_ left: Slapd, _ right: Slapd) async throws -> Void) async throws {
        let left = content(password: "left-secret", staff: staffID, crew: crewID, threshold: 3)
        let right = content(password: "right-secret", staff: crewID, crew: staffID, threshold: 100)
        try await withSlapd(loading: left) { left async throws in
            try await withSlapd(loading: right, tls: true) { right async throws in try await body(left, right) }
        }
    }

    private static func logIn(_ company: Company, _ name: String, _ password: String) async -> AuthenticationOutcome {
        await company.logIn(name, password).outcome
    }

    /// What is kept under a configured name would be shared by directories of one name: in two applications in one process, or when a
    /// configuration is loaded anew.
    @Test(arguments: ["right", "left"])
    func nothingThatOneAnsweredIsRememberedForTheOther(_ nameOfRight: String) async throws {
        try await Self.withBoth { left, right async throws in
            try await Company.on(
                left,
                adjust: {
                    $0.name = "left"
                    $0.require = .group("staff")
                }
            ) { left async throws in
                try await Company.on(
                    right,
                    adjust: {
                        $0.name = nameOfRight
                        $0.require = .group("staff")
                    }
                ) { right async throws in
                    // A refused password, of the same person.
                    #expect(await Self.logIn(left, "alice", "right-secret") == .rejected(.wrongPassword))
                    #expect(await Self.logIn(right, "alice", "right-secret").user != nil)

                    // The groups that rules stand for: the id of this staff is that of the other's crew.
                    #expect(await Self.logIn(left, "alice", "left-secret").user != nil)
                    #expect(await Self.logIn(left, "bob", "left-secret") == .denied(.notInRequiredGroup))
                    #expect(await Self.logIn(right, "bob", "right-secret") == .denied(.notInRequiredGroup))

                    // The policy that locks has the same name, and other people's attempts are other people's.
                    #expect(await Self.logIn(left, "alice", "x1") == .rejected(.wrongPassword))
                    #expect(await Self.logIn(left, "alice", "x2") == .rejected(.wrongPassword))
                    #expect(await Self.logIn(left, "alice", "x3") == .denied(.throttled))
                    for password in ["x1", "x2", "x3", "x4"] {
                        #expect(await Self.logIn(right, "alice", password) == .rejected(.wrongPassword))
                    }
                    #expect(await Self.logIn(right, "alice", "right-secret").user != nil)

                    // The root DSE.
                    let startTLS = "1.3.6.1.4.1.1466.20037"
                    #expect(try await !left.client.rootDSE().supportedExtensions.contains(startTLS))
                    #expect(try await right.client.rootDSE().supportedExtensions.contains(startTLS))

                    // Each has its own accounts and mirrors.
                    for (company, id) in [(left, Self.staffID), (right, Self.crewID)] {
                        let groups = try await company.store.groups()
                        #expect(groups.map(\.name) == ["staff"] && groups.first?.link?.id == id)
                    }
                }
            }
        }
    }

    /// One store, one chain: what one directory's group may do here, the other's group of the same name and id may not.
    @Test func inOneChainNeitherGivesThePeopleOfTheOtherAnything() async throws {
        try await Self.withBoth { left, slapd async throws in
            let store = InMemoryAccountStore()
            try await Company.on(
                left, store: store,
                adjust: {
                    $0.name = "left"
                    $0.users.realm = LoginRealm(domains: ["LEFT"], isRequired: true)
                    $0.require = .group("staff")
                }
            ) { left async throws in
                try await Company.on(
                    slapd, store: store,
                    adjust: {
                        $0.name = "right"
                        $0.users.realm = LoginRealm(domains: ["RIGHT"], isRequired: true)
                        // The same DN there is another group.
                        $0.require = .any([.group("staff"), .group("crew")])
                    }
                ) { right async throws in
                    let chain = Authenticator(
                        backends: [left.backend, right.backend], store: store, deadline: LoginDeadline(.seconds(120)))
                    func logIn(_ name: String, _ password: String) async -> AuthenticationReport {
                        await chain.authenticate(PasswordCredentials(username: name, password: password))
                    }
                    let alice = try #require(await logIn("LEFT\\alice", "left-secret").outcome.user)
                    #expect(try await store.groups(of: alice.id).map(\.name) == ["staff"])

                    // The other alice, and the same password at the wrong place, get nobody into this account.
                    #expect(await logIn("RIGHT\\alice", "right-secret").outcome == .denied(.nameCollision))
                    #expect(await logIn("RIGHT\\alice", "left-secret").outcome == .rejected(.wrongPassword))
                    #expect(await logIn("LEFT\\alice", "right-secret").outcome == .rejected(.wrongPassword))

                    // Bob is in the other's group of the id that staff has here.
                    #expect(await logIn("LEFT\\bob", "left-secret").outcome == .denied(.notInRequiredGroup))
                    let bob = try #require(await logIn("RIGHT\\bob", "right-secret").outcome.user)
                    #expect(try await store.groups(of: bob.id).map(\.name) == ["crew"])
                    let mirrors = try await store.groups().map {
                        "\($0.name) \($0.link?.source ?? "") \($0.link?.id ?? "")"
                    }
                    #expect(mirrors == ["crew right \(Self.staffID)", "staff left \(Self.staffID)"])

                    // Put into the other's staff, bob does not come into the mirror of this one.
                    try await slapd.modify(
                        ldif: "dn: \(GroupSite.group("staff"))\nchangetype: modify\nadd: member\n"
                            + "member: \(GroupSite.person("bob"))\n")
                    let second = await logIn("RIGHT\\bob", "right-secret")
                    #expect(second.warnings.contains { $0.contains("'staff' is the mirror of") })
                    #expect(try await store.groups(of: bob.id).map(\.name) == ["crew"])
                    #expect(
                        try await store.members(
                            of: try #require(
                                try await store.groups().first { $0.name == "staff" }
                            ).id
                        ).map(\.username) == ["alice"])
                }
            }
        }
    }
}
