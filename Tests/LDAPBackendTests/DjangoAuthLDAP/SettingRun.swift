import AuthCore
import LDAPBackend
import LDAPClient
import Logging
import Synchronization
import TestSupport
import Testing

/// Runs the steps of a row on a server of its own.
struct SettingRun {
    let slapd: Slapd
    let backend: LDAPBackend
    let store: InMemoryAccountStore
    let chain: Authenticator
    let permissions: PermissionResolver
    private let ear: Ear

    static func run(_ row: SettingRow) async throws {
        let situation = row.situation
        try await withSlapd(
            loading: .base(adding: DjangoDirectory.ldif + situation.ldif), options: situation.options
        ) { slapd async throws in
            let store = InMemoryAccountStore()
            for account in situation.local {
                let password = account.password.map { EncodedPassword(encoded: $0) } ?? .unusable()
                let new = AccountChange.create(NewAccount(username: account.name, password: password))
                try await store.apply(
                    [AccountPlan(subject: .none, changes: [new])], cause: .administrator("test"))
            }
            var configuration = try DjangoDirectory.configuration()
            try situation.configure(&configuration)
            var reach = try Company.clientConfiguration(slapd.uri)
            try await situation.reach(&reach, slapd)
            let client = LDAPClient(configuration: reach, logger: Logger(label: "test"))
            let backend = LDAPBackend(
                configuration: configuration, client: client, memory: store, hook: situation.hook)
            let local = LocalAccounts(store: store)
            let ear = Ear()
            let run = SettingRun(
                slapd: slapd, backend: backend, store: store,
                chain: Authenticator(
                    backends: [backend, local], store: store, deadline: LoginDeadline(.seconds(120)),
                    observer: AuthenticationObserver { event in ear.event.withLock { $0 = event } }),
                permissions: PermissionResolver(sources: [local]), ear: ear)
            do {
                for step in row.steps { try await run.take(step) }
            } catch {
                await client.shutdown()
                throw error
            }
            await client.shutdown()
        }
    }

    private func logIn(_ name: String, _ password: String? = nil) async -> AuthenticationReport {
        await chain.authenticate(
            PasswordCredentials(username: name, password: password ?? "\(name)-secret"),
            context: AuthenticationContext(trace: AuthenticationTrace()))
    }

    private func account(_ name: String) async throws -> AccountRecord {
        try #require(try await store.accounts().first { $0.user.username == name }, "there is no account '\(name)'")
    }

    private func take(_ step: Step) async throws {
        switch step {
        case .attempt(let name, let password, let answer):
            let report = await logIn(name, password)
            #expect(Answer(report.outcome) == answer, "\(name): \(report.explanation ?? "")")
        case .logInAgain(let name):
            let report = await logIn(name)
            #expect(report.outcome.user != nil && report.changes == [], "\(name): \(report.explanation ?? "")")
        case .explains(let name, let words):
            let report = await logIn(name)
            #expect(report.explanation?.contains(words) == true, "\(report.explanation ?? "")")
        case .person(let name, let first, let last, let email):
            let user = try await account(name).user
            #expect([user.firstName, user.lastName, user.email] == [first, last, email])
        case .flags(let name, let staff, let superuser):
            let user = try await account(name).user
            #expect(user.isStaff == staff && user.isSuperuser == superuser, "\(user)")
        case .profile(let name, let key, let value):
            #expect(try await store.profile(of: account(name).user.id)[key] == value)
        case .groups(let name, let groups):
            #expect(Set(try await store.groups(of: account(name).user.id).map(\.name)) == groups)
        case .permissions(let name, let permissions):
            let held = try await self.permissions.permissions(of: account(name).user)
            #expect(Set(held.map(\.description)) == permissions)
        case .accounts(let names):
            #expect(try await store.accounts().map(\.user.username) == names)
        case .hasUsablePassword(let name, let isUsable):
            #expect(try await account(name).password.isUsable == isUsable)
        case .administer(let name, let changes):
            var subject = AccountPlan.Subject.none
            if let name { subject = .account(try await account(name).user.id) }
            try await store.apply([AccountPlan(subject: subject, changes: changes)], cause: .administrator("test"))
        case .modify(let ldif): try await slapd.modify(ldif: ldif)
        case .add(let ldif): try await slapd.add(ldif: ldif)
        case .rename(let dn, let name): try await slapd.rename(dn, to: name)
        case .stopServer: await slapd.stop()
        case .pauseServer:
            slapd.pause()
            try await slapd.untilPaused()
        case .resumeServer: slapd.resume()
        case .startServer: try await slapd.start()
        case .isScanned(let name, let isThere):
            #expect((try await Scan(backend).person(name) != nil) == isThere)
        case .comesInEventually(let name):
            try await eventually("\(name) comes in") { await logIn(name).outcome.user != nil }
        case .heard(let answer, let outages):
            try await eventually("the observer has heard") {
                guard let event = ear.event.withLock({ $0 }) else { return false }
                return Answer(event.outcome) == answer && event.outages.map(\.backend) == outages
            }
        case .costs(let name, let searches, let binds):
            let cost = try await slapd.counting {
                _ = await chain.authenticate(PasswordCredentials(username: name, password: "\(name)-secret"))
            }
            #expect(cost["Search"] == searches && cost["Bind"] == binds, "\(cost)")
        }
    }
}

/// Keeps the last event.
private final class Ear: Sendable {
    let event = Mutex<AuthenticationEvent?>(nil)
}

/// The local backend of these tests: what stands in the password column is the password.
private struct LocalAccounts: AuthenticationBackend, PermissionSource {
    let name = "local"
    let ownsLocalAccounts = true
    let store: InMemoryAccountStore

    func authenticate(_ request: AuthenticationRequest) async throws -> AuthenticationVerdict {
        guard let credentials = request.credentials as? PasswordCredentials, let account = request.account,
            account.password.isUsable
        else { return .notFound }
        return credentials.password.bytes == Array(account.password.encoded.utf8)
            ? .authenticated(.local(account.user.id)) : .rejected(.wrongPassword)
    }

    func permissions(of user: User) async throws -> PermissionAnswer {
        PermissionAnswer(granted: try await store.permissions(of: user.id))
    }
}
