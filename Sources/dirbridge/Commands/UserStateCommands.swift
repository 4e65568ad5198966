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

extension ConfigurationOption {
    fileprivate func setActive(_ isActive: Bool, _ user: String) async throws {
        try await withBridge { bridge in
            let record = try await bridge.account(named: user)
            let isChanged = try await bridge.set(.isActive, of: record, to: isActive, cause: .currentAdministrator)
            Output.message(
                "\(record.user.username) \(isChanged ? "is" : "was already") \(isActive ? "active" : "inactive").")
            if isActive, let deactivation = record.deactivation {
                Output.message(
                    "'\(deactivation.source)' had deactivated it (\(deactivation.reason.rawValue)); unless that has changed there, the next sync does it again."
                )
            }
        }
    }
}
