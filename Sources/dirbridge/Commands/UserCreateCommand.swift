import ArgumentParser
import AuthCore
import DirectoryBridge

/// `dirbridge user create USER`
struct UserCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Create a local account with a password of its own.")

    @OptionGroup var options: ConfigurationOption
    @OptionGroup var input: PasswordInput
    @Option(help: "First name.") var firstName = ""
    @Option(help: "Last name.") var lastName = ""
    @Option(help: "E-mail address.") var email = ""
    @Flag(help: "May enter administration pages.") var staff = false
    @Flag(help: "Holds every permission.") var superuser = false
    @Argument(help: "The username.") var user: String

    func run() async throws {
        try await options.withBridge { bridge in
            try await bridge.requireFree(user)
            let password = try input.read("Password for \(Output.safe(user)): ", confirmed: true)
            let made = try await bridge.createUser(
                user, password: password, fields: [.firstName: firstName, .lastName: lastName, .email: email],
                isStaff: staff,
                isSuperuser: superuser, cause: .currentAdministrator)
            Output.message("Created \(Output.safe(made?.username ?? user)).")
        }
    }
}

/// `dirbridge user set-password USER`
struct UserSetPasswordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set-password", abstract: "Give a local account another password.")

    @OptionGroup var options: ConfigurationOption
    @OptionGroup var input: PasswordInput
    @Argument(help: "The username.") var user: String

    func run() async throws {
        try await options.withBridge { bridge in
            let record = try await bridge.account(named: user)
            try bridge.requireLocal(record)
            let password = try input.read("New password for \(Output.safe(user)): ", confirmed: true)
            try await bridge.setPassword(of: record, to: password, cause: .currentAdministrator)
            Output.message("Changed the password of \(Output.safe(record.user.username)).")
        }
    }
}
