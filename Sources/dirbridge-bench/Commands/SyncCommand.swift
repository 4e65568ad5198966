import ArgumentParser
import AuthCore
import DirectoryBridge
import DirectorySync
import Foundation

/// `dirbridge-bench sync`
struct SyncCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync",
        abstract: "Measure syncs of a whole directory; one operation is one sync.",
        discussion: """
            The accounts go into databases of their own, which stand in a folder beside the configured one and are deleted again; the \
            configured one is not touched. Opening and filling them beforehand does not count.
            """)

    /// What the accounts are like before each sync.
    enum Before: String, EnumerableFlag {
        case fresh, again

        static func help(for value: Before) -> ArgumentHelp? {
            switch value {
            case .fresh: "There are no accounts yet."
            case .again: "The accounts are as the directory says."
            }
        }
    }

    @Option(help: "The configuration file.") var config: String
    @Flag var before: Before
    @Option(help: "How many syncs are measured.") var rounds = 3

    func validate() throws {
        guard (1...10_000).contains(rounds) else { throw ValidationError("--rounds must be from 1 to 10000.") }
    }

    func run() async throws {
        var configuration = try Configuration.load(file: config)
        guard configuration.directories.count == 1 else {
            throw Mistake(
                "\(config) describes \(configuration.directories.count) directories; describe one to measure.")
        }
        let folder = try Self.makeFolder(beside: configuration.databasePath)
        defer { try? FileManager.default.removeItem(atPath: folder) }

        var latencies = Histogram()
        var failures = FailureTally()
        var sum = (elapsed: Duration.zero, cpuMicroseconds: 0.0)
        if before == .again {
            configuration.databasePath = folder + "/accounts.db"
            _ = try await sync(into: configuration, &failures)
        }
        for round in 1...rounds {
            if before == .fresh { configuration.databasePath = folder + "/\(round).db" }
            let (elapsed, cpuMicroseconds) = try await sync(into: configuration, &failures)
            latencies.add(elapsed)
            sum = (sum.elapsed + elapsed, sum.cpuMicroseconds + cpuMicroseconds)
        }
        try Measurement(
            latencies: latencies, failures: failures, elapsed: sum.elapsed, cpuMicroseconds: sum.cpuMicroseconds
        ).report()
    }

    /// Opens the database, registers what rules grant, and measures a sync.
    private func sync(
        into configuration: Configuration, _ failures: inout FailureTally
    ) async throws -> (elapsed: Duration, cpuMicroseconds: Double) {
        let bridge = try Bridge(configuration: configuration, logger: LoadOptions.logger)
        let permissions = configuration.grantedPermissions.map {
            AccountChange.registerPermission(
                RegisteredPermission(permission: $0.permission, name: $0.permission.codename))
        }
        try await bridge.store.apply(
            [AccountPlan(subject: .none, changes: permissions)], cause: .administrator("bench"))
        let holdsAccounts = try await !bridge.store.groups().isEmpty
        let stopwatch = Stopwatch()
        do {
            let report = try await bridge.sync()
            if let flaw = Self.flaw(of: report, isAgain: holdsAccounts) { failures.add(flaw) }
        } catch {
            failures.add("\(error)")
        }
        let reading = stopwatch.reading
        await bridge.shutdown()
        return reading
    }

    /// What keeps a report from being that of the sync that was meant.
    private static func flaw(of report: SyncReport, isAgain: Bool) -> String? {
        if !report.isApplied || !report.isComplete {
            return "not everything was applied: \(report.reason?.rawValue ?? "for no reason")"
        }
        if report.people == 0 { return "the directory shows nobody" }
        if !report.quarantined.isEmpty { return "\(report.quarantined.count) entries were not taken over" }
        let unchanged = isAgain ? report.people : 0
        return report.counts.unchanged == unchanged ? nil : "accounts were not as they should be before it"
    }

    private static func makeFolder(beside path: String) throws(Mistake) -> String {
        let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
        var template = Array("\(parent)/dirbridge-bench.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw Mistake("No folder can be made in \(parent): \(String(cString: strerror(errno))).")
        }
        return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
