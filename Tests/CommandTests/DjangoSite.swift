import Foundation
import TestSupport
import Testing

/// A Django site on this machine that works on a test's database, asked through `scripts/lib/django_site.py`, which describes the questions.
struct DjangoSite {
    /// The Pythons that have a Django. `scripts/django-exchange` and `scripts/test --all` install them; elsewhere there is none.
    static let pythons = ["DIRBRIDGE_DJANGO_PYTHON", "DIRBRIDGE_DJANGO6_PYTHON"]
        .compactMap { ProcessInfo.processInfo.environment[$0] }

    /// The iterations that a site of the tests hashes with.
    static let iterations = 1000

    struct Credentials: Codable {
        var username: String
        var password: String?
    }

    /// An account, its groups and its permissions, as Django or `dirbridge` have them.
    struct Person: Decodable, Equatable {
        var id: Int
        var username, firstName, lastName, email: String
        var isActive, isStaff, isSuperuser: Bool
        var lastLogin, dateJoined: String?
        var groups, permissions: [String]
        /// The permissions that `has_perm` grants, asked for one by one. Only Django says it.
        var granted: [String]?
    }

    struct Migration: Decodable {
        var version: String
        var applied: [String]
    }

    struct Administration: Decodable {
        var listed, changed, deleted: Bool
        var entries: [String]
    }

    let python: String
    let database: String

    func migrate() async throws -> Migration { try await ask(Question(do: "migrate")) }

    func populate(_ count: Int) async throws -> [Credentials] {
        try await ask(Question(do: "populate", count: count))
    }

    /// Everybody by username. That `has_perm` and `get_all_permissions` agree is looked at here.
    func everybody() async throws -> [Person] {
        let people: [Person] = try await ask(Question(do: "everybody"))
        return try people.map { person in
            var person = person
            guard person.granted == person.permissions else {
                throw TestSupportError("Django disagrees with itself about \(person.username).")
            }
            person.granted = nil
            return person
        }
    }

    /// Whether `authenticate` lets them in, and what `check_password` says.
    func authenticate(_ people: [Credentials]) async throws -> [[Bool]] {
        try await ask(Question(do: "authenticate", people: people))
    }

    /// The keys of the sessions that begin, for people without a password unasked.
    func signIn(_ people: [Credentials]) async throws -> [String?] {
        try await ask(Question(do: "sign_in", people: people))
    }

    /// Whose sessions they still are.
    func visit(_ sessions: [String?]) async throws -> [String?] {
        try await ask(Question(do: "visit", sessions: sessions))
    }

    /// Somebody changes one account in the admin and deletes another.
    func administer(_ person: Credentials, change: String, delete: String) async throws -> Administration {
        try await ask(Question(do: "administer", person: person, change: change, delete: delete))
    }

    private struct Question: Encodable {
        var `do`: String
        var key = String(repeating: "k", count: 50)
        var iterations = DjangoSite.iterations
        var count: Int?
        var people: [Credentials]?
        var person: Credentials?
        var sessions: [String?]?
        var change: String?
        var delete: String?
    }

    private func ask<Answer: Decodable>(_ question: Question) async throws -> Answer {
        let result = try await runSuccessfully(
            python, ["\(repositoryRoot)/scripts/lib/django_site.py", database],
            input: Array(try JSONEncoder().encode(question)), timeout: .seconds(300))
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Answer.self, from: Data(result.standardOutput))
    }
}

extension Site {
    /// The Django site that shares this database.
    func django(_ python: String) -> DjangoSite { DjangoSite(python: python, database: database) }

    private struct Listed: Decodable {
        struct Account: Decodable {
            let user: UserRead
            let lastLogin: String?
            let dateJoined: String
        }
        let users: [Account]
    }

    /// Everybody as `user list` and `user show` have them, by username.
    func everybody() async throws -> [DjangoSite.Person] {
        let accounts = try await read(Listed.self, "user", "list").value.users
        return try await withThrowingTaskGroup { group in
            for account in accounts {
                group.addTask {
                    let user = account.user
                    let shown = try await self.read(UserShowRead.self, "user", "show", user.username).value
                    return DjangoSite.Person(
                        id: user.id ?? 0, username: user.username, firstName: user.firstName, lastName: user.lastName,
                        email: user.email, isActive: user.isActive, isStaff: user.isStaff,
                        isSuperuser: user.isSuperuser, lastLogin: account.lastLogin, dateJoined: account.dateJoined,
                        groups: shown.groups.inScalarOrder, permissions: shown.permissions.inScalarOrder)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }.sorted { $0.username.unicodeScalars.lexicographicallyPrecedes($1.username.unicodeScalars) }
    }
}

extension [String] {
    /// The order that Python and SQLite have.
    fileprivate var inScalarOrder: [String] {
        sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
    }
}
