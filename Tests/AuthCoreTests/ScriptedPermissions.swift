import AuthCore
import Synchronization

/// A source that says what a test wants, and counts how often it is asked.
final class ScriptedPermissions: PermissionSource {
    let name: String
    private let general: PermissionAnswer
    private let objects: [String: PermissionAnswer]
    private let anonymous: PermissionAnswer
    private let listed: PermissionHolders?
    private let asked = Mutex(0)

    init(
        _ name: String, _ general: PermissionAnswer = PermissionAnswer(), objects: [String: PermissionAnswer] = [:],
        anonymous: PermissionAnswer = PermissionAnswer(), holders: PermissionHolders? = nil
    ) {
        self.name = name
        self.general = general
        self.objects = objects
        self.anonymous = anonymous
        listed = holders
    }

    /// How often it was asked.
    var count: Int { asked.withLock { $0 } }

    private func noting(_ answer: PermissionAnswer) -> PermissionAnswer {
        asked.withLock { $0 += 1 }
        return answer
    }

    func permissions(of user: User) async throws -> PermissionAnswer { noting(general) }

    func permissions(of user: User, on object: any Sendable) async throws -> PermissionAnswer {
        noting((object as? String).flatMap { objects[$0] } ?? PermissionAnswer())
    }

    func anonymousPermissions() async throws -> PermissionAnswer { noting(anonymous) }

    func anonymousPermissions(on object: any Sendable) async throws -> PermissionAnswer {
        noting(object as? String == "front page" ? anonymous : PermissionAnswer())
    }

    func holders(_ query: PermissionHolderQuery) async throws -> PermissionHolders? { listed }
}

/// A source that implements what it must and no more.
struct GeneralPermissions: PermissionSource {
    let name = "general"
    let granted: Set<Permission>

    func permissions(of user: User) async throws -> PermissionAnswer { PermissionAnswer(granting: granted) }
}

/// A source that cannot know.
struct FailingPermissions: PermissionSource {
    struct Failure: Error {}

    let name = "failing"

    func permissions(of user: User) async throws -> PermissionAnswer { throw Failure() }
    func permissions(of user: User, on object: any Sendable) async throws -> PermissionAnswer { throw Failure() }
    func anonymousPermissions() async throws -> PermissionAnswer { throw Failure() }
}

/// The permissions and people of the tests.
enum Payroll {
    static let view = Permission(appLabel: "payroll", codename: "view_payslip")
    static let change = Permission(appLabel: "payroll", codename: "change_payslip")
    static let approve = Permission(appLabel: "payroll", codename: "approve_payslip")
    static let ann = User(id: User.ID(1), username: "ann")
    static let root = User(id: User.ID(2), username: "root", isSuperuser: true)
    static let gone = User(id: User.ID(3), username: "gone", isActive: false, isSuperuser: true)
}
