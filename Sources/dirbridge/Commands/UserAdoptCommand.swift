import ArgumentParser
import AuthCore
import DirectoryBridge

/// `dirbridge user adopt`
struct UserAdoptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adopt", abstract: "Tie accounts that nobody owns to the entries of the same name.",
        discussion: """
            For accounts that were brought along with an unusable password. Links those that are active, neither staff nor \
            superuser, and alone of their name here and in the directory; lists the others with the reason. Any of them can be \
            linked by hand: dirbridge user link USER. Accounts that are linked already are only counted.
            """)

    @OptionGroup var options: ConfigurationOption
    @Option(help: "The directory; needed if several are configured.") var directory: String?
    @Flag(help: "Change nothing; show what would be linked.") var dryRun = false
    @Flag(help: "Print one JSON document on standard output.") var json = false

    func run() async throws {
        let status = try await options.withBridge(dryRun ? .readOnly : .writable) { bridge in
            let adoption = try await bridge.adoptAccounts(
                into: directory, writes: !dryRun, cause: .currentAdministrator)
            let document = AdoptionDocument(adoption: adoption, isDryRun: dryRun)
            if json {
                try Output.json(document)
            } else if !(adoption.linked.isEmpty && adoption.left.isEmpty) {
                Output.result(document.text)
            }
            Output.message(document.summary)
            if let outage = adoption.outage { Output.message(outage.message) }
            return adoption.outage == nil ? ExitStatus.done : .unavailable
        }
        throw status
    }
}
