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
    @OptionGroup var new: NewPasswordOptions
    @OptionGroup var person: NewUserOptions
    @Flag(help: "May enter administration pages.") var staff = false
    @Argument(help: "The username.") var user: String

    func run() async throws {
        try await options.withBridge { bridge in
            try await bridge.create(user, person.fields, new, isStaff: staff) { try input.readNew(of: user) }
        }
    }
}

/// `dirbridge user create-superuser [USER]`
struct UserCreateSuperuserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create-superuser",
        abstract: "Create a local account that holds every permission, and may enter administration pages.",
        discussion: "Nobody who has the name in a directory can enter it, and it works while directories are away.")

    @OptionGroup var options: ConfigurationOption
    @OptionGroup var input: PasswordInput
    @OptionGroup var new: NewPasswordOptions
    @OptionGroup var person: NewUserOptions
    @OptionGroup var superuser: SuperuserInput

    func run() async throws {
        try await options.withBridge { bridge in
            var fields = person.fields
            let (user, email) = try await superuser.person(email: person.email, in: bridge)
            fields[.email] = email
            try await bridge.create(user, fields, new, isSuperuser: true) { try superuser.password(of: user, input) }
        }
    }
}

extension Bridge {
    fileprivate func create(
        _ user: String, _ fields: [UserField: String], _ new: NewPasswordOptions, isStaff: Bool = false,
        isSuperuser: Bool = false,
        password: () throws -> Secret
    ) async throws {
        try await requireFree(user)
        let made = try await createUser(
            user, password: try password(), fields: fields, isStaff: isStaff, isSuperuser: isSuperuser,
            isValidated: new.isValidated, cause: .currentAdministrator)
        let kind = isSuperuser ? "the superuser " : ""
        Output.message("Created \(kind)\(made?.username ?? user).")
    }
}
