import ArgumentParser
import AuthCore
import DirectoryBridge

/// `dirbridge user activate USER`
struct UserActivateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "activate", abstract: "Let an account log in again.")

    @OptionGroup var options: ConfigurationOption
    @Argument(help: "The username.") var user: String

    func run() async throws {
        try await options.setActive(true, user)
    }
}

/// `dirbridge user deactivate USER`
struct UserDeactivateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deactivate", abstract: "Keep an account from logging in and from every permission.",
        discussion: "The account, its groups and its permissions stay, and count again when it is activated.")

    @OptionGroup var options: ConfigurationOption
    @Argument(help: "The username.") var user: String

    func run() async throws {
        try await options.setActive(false, user)
    }
}

/// `dirbridge user unlink USER`
struct UserUnlinkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlink", abstract: "Untie an account from its directory.",
        discussion:
            "Takes back the groups and permissions that the directory gave, and being staff or superuser. Nobody comes in until the account gets a password of its own."
    )

    @OptionGroup var options: ConfigurationOption
    @Argument(help: "The username.") var user: String

    func run() async throws {
        try await options.withBridge { bridge in
            let record = try await bridge.account(named: user)
            try await bridge.unlink(record, cause: .currentAdministrator)
            Output.message(
                "\(record.user.username) is no longer linked. To give it a password: dirbridge user set-password \(record.user.username)"
            )
        }
    }
}

extension ConfigurationOption {
    fileprivate func setActive(_ isActive: Bool, _ user: String) async throws {
        try await withBridge { bridge in
            let record = try await bridge.account(named: user)
            let isChanged = try await bridge.set(.isActive, of: record, to: isActive, cause: .currentAdministrator)
            Output.message(
                "\(record.user.username) \(isChanged ? "is" : "was already") \(isActive ? "active" : "inactive").")
        }
    }
}
