import ArgumentParser
import AuthCore
import DirectoryBridge

/// `dirbridge user list`
struct UserListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the accounts.")

    @OptionGroup var options: ConfigurationOption
    @Flag(help: "Print one JSON document on standard output.") var json = false

    func run() async throws {
        try await options.withBridge(.readOnly) { bridge in
            let accounts = try await bridge.store.accounts()
            if json {
                try Output.json(UserListDocument(users: accounts.map(AccountDocument.init)))
            } else {
                let rows = accounts.map { account in
                    [
                        account.user.username, account.owner.words, account.state,
                        account.user.fullName, account.user.email,
                    ]
                }
                Output.result(Output.table([["USERNAME", "OWNER", "STATE", "NAME", "E-MAIL"]] + rows))
            }
        }
    }
}

/// `dirbridge user show USER`
struct UserShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one account with its groups and permissions.")

    @OptionGroup var options: ConfigurationOption
    @Flag(help: "Print one JSON document on standard output.") var json = false
    @Argument(help: "The username.") var user: String

    func run() async throws {
        try await options.withBridge(.readOnly) { bridge in
            let record = try await bridge.account(named: user)
            let document = UserShowDocument(
                account: AccountDocument(record), profile: try await bridge.store.profile(of: record.user.id),
                groups: try await bridge.store.groups(of: record.user.id).map(\.name),
                permissions: try await bridge.permissions.permissions(of: record.user).sorted())
            guard !json else { return try Output.json(document) }
            let shown = bridge.configuration.shown(document.account.profile, from: record.link?.source)
            Output.result(document.text(profile: shown))
        }
    }
}
