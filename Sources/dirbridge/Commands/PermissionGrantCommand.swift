import ArgumentParser
import AuthCore
import DirectoryBridge

/// Who is given a permission.
struct PermissionHolder: ParsableArguments {
    @Option(help: "The username of a person.") var user: String?
    @Option(help: "The name of a group.") var group: String?

    func validate() throws {
        if (user == nil) == (group == nil) { throw ValidationError("Name either --user USER or --group GROUP.") }
    }
}

/// `dirbridge permission grant PERMISSION --user USER | --group GROUP`
struct PermissionGrantCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grant", abstract: "Give a permission to a person or a group.")

    @OptionGroup var options: ConfigurationOption
    @OptionGroup var holder: PermissionHolder
    @Argument(help: "app_label.codename, such as payroll.view_payslip.", transform: Permission.argument)
    var permission: Permission

    func run() async throws {
        try await options.set(permission, of: holder, to: true)
    }
}

/// `dirbridge permission revoke PERMISSION --user USER | --group GROUP`
struct PermissionRevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Take back a permission that was given here.",
        discussion: "What a rule of the configuration gave stays: the rule would give it again.")

    @OptionGroup var options: ConfigurationOption
    @OptionGroup var holder: PermissionHolder
    @Argument(help: "app_label.codename, such as payroll.view_payslip.", transform: Permission.argument)
    var permission: Permission

    func run() async throws {
        try await options.set(permission, of: holder, to: false)
    }
}

extension ConfigurationOption {
    fileprivate func set(_ permission: Permission, of holder: PermissionHolder, to isGranted: Bool) async throws {
        try await withBridge { bridge in
            let isChanged: Bool
            var name = holder.group ?? ""
            if let user = holder.user {
                let record = try await bridge.account(named: user)
                name = record.user.username
                isChanged = try await bridge.set(permission, of: record, to: isGranted, cause: .currentAdministrator)
            } else {
                isChanged = try await bridge.set(permission, ofGroup: name, to: isGranted, cause: .currentAdministrator)
            }
            let now = isGranted ? "has" : "no longer has"
            let unchanged = isGranted ? "had \(permission) already" : "was not given \(permission) here"
            Output.message(isChanged ? "\(name) \(now) \(permission)." : "\(name) \(unchanged).")
        }
    }
}
