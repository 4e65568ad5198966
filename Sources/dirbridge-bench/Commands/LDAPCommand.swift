import ArgumentParser
import AuthCore
import DirectoryBridge
import LDAPBackend
import LDAPClient

/// `dirbridge-bench ldap`
struct LDAPCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ldap",
        abstract:
            "Measure the search that finds a person and the bind that tests the password, without any account database.",
        discussion: """
            The first directory of the configuration is asked, on the connections that a login uses. One operation for \
            each of --concurrency comes first and does not count, so that connecting is not measured.
            """)

    @OptionGroup var options: LoadOptions

    @Option(
        help: ArgumentHelp(
            "How many connections to search on, and how many to bind on, at most. (default: as a login has)",
            valueName: "number"))
    var connections: Int?

    func validate() throws {
        guard connections.map({ (1...10_000).contains($0) }) ?? true else {
            throw ValidationError("--connections must be from 1 to 10000.")
        }
    }

    func run() async throws {
        let configuration = try Configuration.load(file: options.config)
        let users = try UserList(file: options.users)
        guard let directory = configuration.directories.first else {
            throw Mistake("\(options.config) describes no directory to measure.")
        }
        guard let people = directory.backend?.users else {
            throw Mistake("\(options.config): '\(directory.name)' has preset: auto; name the preset.")
        }
        guard case .search(let bases, let template) = people.method, let base = bases.first, bases.count == 1 else {
            throw Mistake(
                "\(options.config): '\(directory.name)' finds nobody by one search; give users: one base, and a filter."
            )
        }
        let id = people.idAttribute
        var settings = directory.client
        if let connections { (settings.searchPoolSize, settings.bindPoolSize) = (connections, connections) }
        let client = LDAPClient(configuration: settings, name: directory.name, logger: LoadOptions.logger)
        let measurement = await options.load.measure(warmUp: options.concurrency, on: client.executor) { number in
            let user = users[number]
            do {
                let found = try await client.search(
                    SearchRequest(
                        base: base, filter: try template.filter(["username": user.username.text]),
                        attributes: .named([id]), sizeLimit: 2))
                guard found.completeness.isComplete, found.entries.count == 1 else {
                    throw OperationFailure("the search found \(found.entries.count) entries")
                }
                let answer = try await client.verifyPassword(dn: found.entries[0].dn, password: user.password.bytes)
                guard answer.isSuccess else { throw OperationFailure("the bind gave result \(answer.resultCode)") }
            } catch let error as LDAPError {
                throw OperationFailure("\(error.step?.rawValue ?? "request"): \(error.code)")
            }
        }
        await client.shutdown()
        try measurement.report()
    }
}
