import ArgumentParser
import AuthCore
import DirectoryBridge

/// `dirbridge permission …`
struct PermissionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "permission", abstract: "Register, list, check, grant and revoke permissions.",
        subcommands: [Register.self, List.self, Check.self, PermissionGrantCommand.self, PermissionRevokeCommand.self])

    /// `dirbridge permission register APP_LABEL.CODENAME [NAME]`
    struct Register: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a permission known, so that it can be granted.")

        @OptionGroup var options: ConfigurationOption
        @Argument(help: "app_label.codename, such as payroll.view_payslip.", transform: Permission.argument)
        var permission: Permission
        @Argument(help: "What it means, for people. Default: made from the codename.") var name: String?

        func run() async throws {
            try await options.withBridge { bridge in
                let registered = RegisteredPermission(permission: permission, name: name ?? permission.defaultName)
                let applied = try await bridge.store.apply(
                    [AccountPlan(subject: .none, changes: [.registerPermission(registered)])],
                    cause: .currentAdministrator)
                let isNew = applied.contains { !$0.changes.isEmpty }
                Output.message("\(permission) \(isNew ? "is registered now" : "was registered already").")
            }
        }
    }

    /// `dirbridge permission list`
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the registered permissions.")

        @OptionGroup var options: ConfigurationOption
        @Flag(help: "Print one JSON document on standard output.") var json = false

        func run() async throws {
            try await options.withBridge(.readOnly) { bridge in
                let permissions = try await bridge.store.registeredPermissions()
                if json {
                    try Output.json(PermissionListDocument(permissions: permissions))
                } else {
                    Output.result(Output.table(permissions.map { [$0.permission.description, $0.name] }))
                }
            }
        }
    }

    /// `dirbridge permission check USER PERMISSION`
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say whether somebody has a permission, and why.",
            discussion: """
                Names the group and who put the person there, or the rule. The directory that gave it is asked, for at most three \
                seconds, how the person is in the group now; what it says changes nothing. Exit status 0 if granted, 3 if not.
                """)

        @OptionGroup var options: ConfigurationOption
        @Flag(help: "Print one JSON document on standard output.") var json = false
        @Argument(help: "The username.") var user: String
        @Argument(help: "app_label.codename, such as payroll.view_payslip.", transform: Permission.argument)
        var permission: Permission

        func run() async throws {
            let status = try await options.withBridge(.readOnly) { bridge in
                let record = try await bridge.account(named: user)
                let explanation = try await bridge.explain(permission, for: record)
                let document = PermissionCheckDocument(
                    username: record.user.username, permission: permission, isGranted: explanation.isGranted,
                    grounds: explanation.grounds.map(GroundDocument.init))
                json ? try Output.json(document) : Output.result(document.text)
                return explanation.isGranted ? ExitStatus.done : .rejected
            }
            throw status
        }
    }
}

extension Permission {
    /// The permission an argument names.
    static func argument(_ text: String) throws -> Permission {
        guard let permission = Permission(text) else {
            throw ValidationError("'\(text)' is not of the form app_label.codename, like payroll.view_payslip.")
        }
        return permission
    }

    /// `Can view payslip` for `view_payslip`, as Django names its own.
    var defaultName: String { "Can " + codename.replacing("_", with: " ") }
}
