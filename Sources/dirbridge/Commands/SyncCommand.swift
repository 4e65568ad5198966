import ArgumentParser
import AuthCore
import DirectoryBridge
import DirectorySync

/// `dirbridge sync`
struct SyncCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync", abstract: "Bring all accounts of a directory to what the directory says.",
        discussion: """
            Reads the whole directory; creates, updates, renames, deactivates and activates accounts; mirrors groups and memberships; gives and \
            takes back what rules say. What would take away too much is held as a plan, which --apply applies when somebody has read it. \
            Exit status 0 if all was done, 5 if the directory gave no complete answer (then nothing is taken away), 6 if the plan is held.
            """)

    @OptionGroup var options: ConfigurationOption
    @Option(help: "The directory; needed if several are configured.") var directory: String?
    @Flag(help: "Only compute the plan, keep it and show it.") var plan = false
    @Option(help: "Apply the plan of this number, if it is still exactly what would be done.") var apply: Int64?
    @Flag(help: "Print one JSON document on standard output.") var json = false

    func validate() throws {
        if plan, apply != nil {
            throw ValidationError("--plan shows a plan, --apply applies one; give one of the two.")
        }
    }

    func run() async throws {
        let configuration = try await options.loadSound(within: .seconds(2), .writable)
        let order: SyncOrder = plan ? .plan : apply.map { .approved($0) } ?? .apply
        let report = try await options.withBridge(of: configuration) { bridge in
            let display = ProgressDisplay()
            defer { display.end() }
            return try await bridge.sync(directory, order) { display.show($0) }
        }
        let document = SyncDocument(report, showsChanges: plan)
        for warning in report.warnings { Output.message("warning: \(warning)") }
        if json { try Output.json(document) } else { Output.result(document.text) }
        throw report.status
    }
}

extension SyncReport {
    /// The exit status that follows.
    fileprivate var status: ExitStatus {
        if isHeld { return .held }
        return isComplete && isDecided ? .done : .unavailable
    }
}
