import ArgumentParser

/// `dirbridge user …`
struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Look at and change local accounts.",
        subcommands: [
            UserListCommand.self, UserShowCommand.self, UserCreateCommand.self, UserCreateSuperuserCommand.self,
            UserSetPasswordCommand.self, UserBreakGlassCommand.self, UserActivateCommand.self,
            UserDeactivateCommand.self, UserLinkCommand.self, UserUnlinkCommand.self,
            UserAdoptCommand.self, UserSessionsCommand.self, UserResetLinkCommand.self,
        ])
}
