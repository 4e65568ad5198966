import AuthCore
import Foundation
import Testing

/// ``djangoPermissionAnswers``, read.
struct GoldenPermissions: Decodable {
    /// What Django says of one user under one chain of backends. A list `*` is the list of everything there is.
    struct Answers: Decodable {
        var modules: [String]
        var lists: [Bool]
        var direct: [String]
        var groups: [String]
        var all: [String]
        /// What is held, by the object; `None` without one.
        var has: [String: [String]]
    }

    /// A user, and what is given to them.
    struct Person: Decodable {
        var username: String
        var isActive: Bool
        var isSuperuser: Bool
        var direct: [String]
        var groups: [String]
    }

    /// Who has a permission.
    struct Holders: Decodable {
        var permission: String
        var isActive: Bool?
        var includesSuperusers: Bool
        var object: String?
        var users: [String]
    }

    /// A model, and the rows that Django makes for it: codename and name.
    struct Model: Decodable {
        var appLabel: String
        var name: String
        var verboseName: String?
        var actions: [String]?
        var custom: [String: String]
        var rows: [[String]]

        var registered: RegisteredModel {
            RegisteredModel(
                appLabel: appLabel, name: name, verboseName: verboseName,
                actions: actions ?? RegisteredModel.defaultActions, custom: custom)
        }
    }

    var permissions: [String]
    var modules: [String]
    var lists: [[String]]
    var everything: [String]
    var models: [Model]
    var groups: [String: [String]]
    var users: [Person]
    /// The answers by the chain and the username, which is empty for somebody who has not logged in.
    var chains: [String: [String: Answers]]
    var holders: [Holders]

    init() throws {
        self = try JSONDecoder().decode(Self.self, from: Data(djangoPermissionAnswers.utf8))
        try #require(users.count == 30 && chains.values.allSatisfy { $0.count == 31 } && holders.count == 36)
    }

    /// The user of an answer; `nil` for somebody who has not logged in.
    func user(_ username: String, in store: any AccountStore) async throws -> User? {
        if username.isEmpty { return nil }
        guard case .account(let record) = try await store.resolve(LoginName(username)) else {
            throw MissingUser(username: username)
        }
        return record.user
    }

    private struct MissingUser: Error {
        var username: String
    }

    /// Makes the same users through the store.
    func fill(_ store: any AccountStore) async throws {
        let root = ChangeCause.administrator("root")
        func permission(_ name: String) throws -> Permission { try #require(Permission(name)) }
        try await store.register(models.map(\.registered), cause: root)
        // Django registers those of its own models too.
        let known = Set(try await store.registeredPermissions().map(\.permission.description))
        var changes: [AccountChange] = try everything.filter { !known.contains($0) }.map {
            .registerPermission(RegisteredPermission(permission: try permission($0), name: "of Django"))
        }
        for (group, held) in groups {
            changes.append(.createGroup(name: group, link: nil))
            changes += try held.map { .grantToGroup(try permission($0), group: group) }
        }
        var plans = [AccountPlan(subject: .none, changes: changes)]
        for person in users {
            let account = NewAccount(
                username: person.username, password: EncodedPassword(encoded: "!"), isSuperuser: person.isSuperuser)
            var changes: [AccountChange] = [.create(account)]
            changes += try person.direct.map { .grant(try permission($0), origin: nil, rule: nil) }
            changes += person.groups.map { .addMembership(group: $0, origin: nil) }
            if !person.isActive { changes.append(.setFlag(.isActive, from: true, to: false)) }
            plans.append(AccountPlan(subject: .none, changes: changes))
        }
        try await store.apply(plans, cause: root)
    }
}
