import ArgumentParser

/// The command. It parses, calls the library and prints; it decides nothing itself.
struct DirBridge: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dirbridge",
        abstract: "Lets people log in everywhere with the password they have in the company's directory.",
        discussion: """
            Exit status: 0 yes or done, 1 unexpected failure, 2 usage or configuration, 3 credentials rejected or user unknown, \
            4 denied, 5 directory or database unavailable, 6 sync held by a guard.
            """,
        subcommands: [
            BindTestCommand.self, LoginCommand.self, SyncCommand.self, UserCommand.self, GroupCommand.self,
            PermissionCommand.self, PasswordCommand.self,
            ConfigCommand.self, AuditCommand.self,
        ])
}
