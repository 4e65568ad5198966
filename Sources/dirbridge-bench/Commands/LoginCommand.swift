import ArgumentParser
import AuthCore
import DirectoryBridge

/// `dirbridge-bench login`
struct LoginCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "login",
        abstract: "Measure logins through the whole chain, account database and mirroring included.",
        discussion: """
            Everybody logs in once first, which does not count: a first login makes the account, and what is measured are those \
            that follow, which write nothing but the time of the last login, in batches.
            """)

    @OptionGroup var options: LoadOptions

    func run() async throws {
        let configuration = try Configuration.load(file: options.config)
        let users = try UserList(file: options.users)
        let bridge = try Bridge(configuration: configuration, logger: LoadOptions.logger)
        let activity = Task { await bridge.run() }
        let measurement = await options.load.measure(warmUp: users.all.count) { number in
            let user = users[number]
            let report = await bridge.logIn(username: user.username, password: user.password)
            if report.outcome.user == nil {
                throw OperationFailure(
                    [report.outcome.verdict, report.outcome.reason, report.backend].compactMap(\.self)
                        .joined(separator: ", "))
            }
        }
        activity.cancel()
        await activity.value
        await bridge.shutdown()
        try measurement.report()
    }
}
