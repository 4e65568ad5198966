import ArgumentParser
import AuthCore
import DirectoryBridge

/// What is known of a new person beside the name and the password.
struct NewUserOptions: ParsableArguments {
    @Option(help: "First name.") var firstName = ""
    @Option(help: "Last name.") var lastName = ""
    @Option(help: "E-mail address.") var email = ""

    var fields: [UserField: String] { [.firstName: firstName, .lastName: lastName, .email: email] }
}

/// `dirbridge user create USER`
struct UserCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Create a local account with a password of its own.")

    @OptionGroup var options: ConfigurationOption
    @OptionGroup var input: PasswordInput
    @OptionGroup var person: NewUserOptions
    @Flag(help: "May enter administration pages.") var staff = false
    @Argument(help: "The username.") var user: String

    func run() async throws {
        try await options.create(user, person, input, isStaff: staff)
    }
}

/// `dirbridge user create-superuser USER`
struct UserCreateSuperuserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create-superuser",
        abstract: "Create a local account that holds every permission, and may enter administration pages.",
        discussion: "Nobody who has the name in a directory can enter it, and it works while directories are away.")

    @OptionGroup var options: ConfigurationOption
    @OptionGroup var input: PasswordInput
    @OptionGroup var person: NewUserOptions
    @Argument(help: "The username.") var user: String

    func run() async throws {
        try await options.create(user, person, input, isSuperuser: true)
    }
}

extension ConfigurationOption {
    fileprivate func create(
        _ user: String, _ person: NewUserOptions, _ input: PasswordInput, isStaff: Bool = false,
        isSuperuser: Bool = false
    ) async throws {
        try await withBridge { bridge in
            try await bridge.requireFree(user)
            let password = try input.read("Password for \(Output.safe(user)): ", confirmed: true)
            let made = try await bridge.createUser(
                user, password: password, fields: person.fields, isStaff: isStaff, isSuperuser: isSuperuser,
                cause: .currentAdministrator)
            let kind = isSuperuser ? "the superuser " : ""
            Output.message("Created \(kind)\(made?.username ?? user).")
        }
    }
}
