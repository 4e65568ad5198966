import ArgumentParser
import AuthCore
import DirectoryBridge

/// `dirbridge-bench permission`
struct PermissionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "permission",
        abstract: "Measure permission checks of people who have an account; no directory is asked.",
        discussion: """
            Their passwords are not looked at. Without --permission it is the first that the configuration grants, else one that \
            nobody has. One check for each of --concurrency comes first and does not count.
            """)

    /// Where the user of a check comes from.
    enum UserObject: String, EnumerableFlag {
        case freshObject, sameObject

        static func help(for value: UserObject) -> ArgumentHelp? {
            switch value {
            case .freshObject: "Load the user anew for each check, as at each request of a web application."
            case .sameObject: "Load each user once."
            }
        }
    }

    @OptionGroup var options: LoadOptions
    @Flag var object: UserObject
    @Option(help: ArgumentHelp("The permission to ask for.", valueName: "app_label.codename"))
    var permission: String?

    func run() async throws {
        let configuration = try Configuration.load(file: options.config)
        let names = try UserList(file: options.users).all.map(\.username)
        let permission =
            try permission.map(parsed) ?? configuration.grantedPermissions.first?.permission
            ?? Permission(appLabel: "bench", codename: "view_nothing")
        let bridge = try Bridge(configuration: configuration, logger: LoadOptions.logger)
        let users = try await accounts(names, bridge)
        let isFresh = object == .freshObject
        let measurement = await options.load.measure(warmUp: options.concurrency) { number in
            var user = users[number % users.count]
            if isFresh {
                guard let record = try await bridge.store.account(id: user.id) else {
                    throw OperationFailure("the account is gone")
                }
                user = record.user
            }
            _ = try await bridge.permissions.hasPermission(permission, user)
        }
        await bridge.shutdown()
        try measurement.report()
    }

    private func parsed(_ text: String) throws(Mistake) -> Permission {
        if let permission = Permission(text) { return permission }
        throw Mistake("--permission \(text) is not of the form app_label.codename.")
    }

    private func accounts(_ names: [LoginName], _ bridge: Bridge) async throws -> [User] {
        var users: [User] = []
        for name in names {
            guard case .account(let record) = try await bridge.store.resolve(name) else {
                throw Mistake(
                    "\(name) of \(options.users) has no account; 'dirbridge-bench login' makes one for everybody.")
            }
            users.append(record.user)
        }
        return users
    }
}
