import ArgumentParser
import AuthCore
import DirectoryBridge

/// `dirbridge-bench permission`
struct PermissionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "permission",
        abstract: "Measure permission checks of people who have an account; no directory is asked.",
        discussion: """
            A fresh object is the user and all that the user may, read and then asked once, as a request does; the same object is asked \
            again and again. Passwords are not looked at. Without --permission it is the first that the configuration grants, else one that \
            nobody has. One check for each of --concurrency comes first and does not count.
            """)

    /// Where the user of a check comes from.
    enum UserObject: String, EnumerableFlag {
        case freshObject, sameObject

        static func help(for value: UserObject) -> ArgumentHelp? {
            switch value {
            case .freshObject: "Load the user anew for each check, as at each request of a web application."
            case .sameObject: "Load each user, and what each may, once."
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
        let measurement: Measurement
        switch object {
        case .freshObject:
            measurement = await options.load.measure(warmUp: options.concurrency) { number in
                guard let record = try await bridge.store.account(id: users[number % users.count].id) else {
                    throw OperationFailure("the account is gone")
                }
                _ = try await bridge.permissions.load(record.user).has(permission)
            }
        case .sameObject:
            var loaded: [UserPermissions] = []
            for user in users { loaded.append(try await bridge.permissions.load(user)) }
            let kept = loaded
            measurement = await options.load.measure(warmUp: options.concurrency) { number in
                _ = kept[number % kept.count].has(permission)
            }
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
