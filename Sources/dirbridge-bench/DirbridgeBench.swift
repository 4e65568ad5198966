import ArgumentParser

/// The measuring command. It uses the library as an application does, and prints one JSON object.
struct DirbridgeBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dirbridge-bench",
        abstract: "Measures DirectoryBridge against your directory, with real logins: use a directory made for it.",
        discussion: """
            Prints {"ops", "errors", "per_s", "p50_ms", "p95_ms", "p99_ms", "cpu_us", "rss_mib", "sockets"}: operations and those of them \
            that failed, the rate, how long an operation took, user and system time of this process for each \
            operation, the most memory it held, and its open sockets. Operations that warm up are counted only if they fail.

            Exit status: 0 measured, 1 operations failed, 2 usage or configuration, 5 database unavailable.
            """,
        subcommands: [LDAPCommand.self, LoginCommand.self, PermissionCommand.self, SyncCommand.self])
}
