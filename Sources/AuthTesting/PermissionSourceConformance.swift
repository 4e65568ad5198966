public import AuthCore

/// The rules every ``AuthCore/PermissionSource`` follows, as a suite that any test framework can run.
///
/// ```swift
/// @Test func theSourceConforms() async throws {
///     try await PermissionSourceConformance(ProjectOwners(projects), users: [ann, bob], objects: [project]).run()
/// }
/// ```
public struct PermissionSourceConformance: Sendable {
    private let source: any PermissionSource
    private let users: [User]
    private let objects: [any Sendable]

    /// A suite.
    /// - Parameters:
    ///   - source: A source that can answer.
    ///   - users: Users whom it knows: some who hold something, some who hold nothing.
    ///   - objects: Objects it knows. Default: none, as of a source that answers in general only.
    public init(_ source: any PermissionSource, users: [User], objects: [any Sendable] = []) {
        self.source = source
        self.users = users
        self.objects = objects
    }

    /// Runs all checks, one after the other.
    /// - Throws: ``ConformanceFailure`` for the first rule that is broken; what the source throws where it should know the answer.
    public func run() async throws {
        try require("A source has a name.", !source.name.isEmpty)
        try require("There is a user to ask for.", !users.isEmpty)
        try await answersStayTheSame()
        try await foreignObjectsAreNobodys()
        for object in [nil] + objects.map({ $0 as (any Sendable)? }) { try await listsAgreeWithAnswers(on: object) }
    }

    /// An object of a kind that no source knows.
    private struct ForeignObject: Sendable {}

    private func answer(for user: User, on object: (any Sendable)?) async throws -> PermissionAnswer {
        if let object {
            try await source.permissions(of: user, on: object)
        } else {
            try await source.permissions(of: user)
        }
    }

    private func answersStayTheSame() async throws {
        let rule = "The same question has the same answer."
        for object in [nil] + objects.map({ $0 as (any Sendable)? }) {
            for user in users {
                try require(rule, try await answer(for: user, on: object), is: try await answer(for: user, on: object))
            }
        }
        try require(rule, try await source.anonymousPermissions(), is: try await source.anonymousPermissions())
    }

    private func foreignObjectsAreNobodys() async throws {
        let rule = "Nothing is granted on an object of a kind that the source does not know."
        for user in users {
            try require(rule, try await source.permissions(of: user, on: ForeignObject()).granted, is: [:])
        }
        try require(rule, try await source.anonymousPermissions(on: ForeignObject()).granted, is: [:])
    }

    /// Compares who has a permission with what each user holds, for every permission that a user holds.
    private func listsAgreeWithAnswers(on object: (any Sendable)?) async throws {
        var held: [Permission: Set<User.ID>] = [:]
        for user in users where user.isActive && !user.isSuperuser {
            for permission in try await answer(for: user, on: object).granted.keys {
                held[permission, default: []].insert(user.id)
            }
        }
        for (permission, holders) in held {
            for isActive in [true, false, nil] {
                for includesSuperusers in [true, false] {
                    let query = PermissionHolderQuery(
                        permission, isActive: isActive, includesSuperusers: includesSuperusers, object: object)
                    try await check(try await source.holders(query), for: query, are: holders)
                }
            }
        }
    }

    private func check(
        _ answer: PermissionHolders?, for query: PermissionHolderQuery, are holders: Set<User.ID>
    ) async throws {
        guard let listed = answer?.users else { return }
        let names = listed.map(\.username)
        try require("Holders are listed in order.", names, is: names.sorted())
        try require("A holder is listed once.", Set(listed.map(\.id)).count, is: listed.count)
        if let isActive = query.isActive {
            try require(
                "Active and inactive holders are told apart.", listed.filter { $0.isActive != isActive }, is: [])
        }
        // Superusers are listed or not as the query says, and by what is given to them besides.
        let ordinary = Set(users.filter { $0.isActive && !$0.isSuperuser }.map(\.id))
        let expected = query.isActive == false ? [] : holders
        try require(
            "Who is listed as a holder of \(query.permission) is who holds it.",
            Set(listed.map(\.id)).intersection(ordinary), is: expected)
    }
}
