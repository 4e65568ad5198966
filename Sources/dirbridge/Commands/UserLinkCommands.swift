import ArgumentParser
import AuthCore
import DirectoryBridge

/// `dirbridge user link USER`
struct UserLinkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "link", abstract: "Tie a local account to an entry of a directory.",
        discussion: """
            From then on the directory decides who comes in, and the local password is unusable. The account keeps its groups \
            and permissions, and gets those of the entry with the next login or sync.
            """)

    @OptionGroup var options: ConfigurationOption
    @Option(help: "The directory; needed if several are configured.") var directory: String?
    @Option(help: "A login name of the entry. Default: the account's own.") var entry: String?
    @Argument(help: "The username.") var user: String

    func run() async throws {
        try await options.withBridge { bridge in
            let record = try await bridge.account(named: user)
            let (link, username) = try await bridge.link(
                record, to: directory, entry: entry.map { LoginName($0) }, cause: .currentAdministrator)
            let name = record.user.username
            Output.message("\(name) is linked to \(link.dn ?? link.id) of '\(link.source)'.")
            if username != name { Output.message("With the next login the account gets the name \(username).") }
            if record.user.isSuperuser {
                Output.message(
                    "\(name) is a superuser: whoever comes in by that entry is one now, unless flags: is_superuser of '\(link.source)' says otherwise."
                )
            }
        }
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
