import ArgumentParser
import AuthCore
import DirectoryBridge

/// `dirbridge password`
struct PasswordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "password", abstract: "Passwords, wherever they are kept.",
        subcommands: [PasswordChangeCommand.self])
}

/// `dirbridge password change USER`
struct PasswordChangeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "change", abstract: "Change somebody's password where it is kept: in their directory, or here.",
        discussion: """
            Asks for the old and the new password; with --password-stdin they are two lines. With --reset the service account sets \
            the password, and only the new one is asked for. The directory's own policy applies. A directory is only spoken to over \
            an encrypted connection, and nothing is sent twice.
            """)

    @OptionGroup var options: ConfigurationOption
    @OptionGroup var input: PasswordInput
    @Flag(help: "Set the password without the old one, by the right of the service account.") var reset = false
    @Flag(help: "With --reset: the person has to change the password at the next login.") var mustChange = false
    @Flag(help: "Print one JSON document on standard output.") var json = false
    @Argument(help: "The name the person logs in with.") var user: String

    func validate() throws {
        if mustChange, !reset { throw ValidationError("--must-change needs --reset.") }
    }

    func run() async throws {
        throw try await change()
    }

    private func change() async throws -> ExitStatus {
        let configuration = try options.load()
        let (authority, new) = try passwords()
        let report: PasswordChangeReport
        do {
            report = try await options.withBridge(of: configuration) { bridge in
                try await bridge.changePassword(
                    of: LoginName(user), by: authority, to: new, cause: .currentAdministrator)
            }
        } catch let outage as AuthenticationOutage where json {
            try Output.json(PasswordChangeDocument(username: user, outage: outage))
            return .unavailable
        }
        if json {
            try Output.json(PasswordChangeDocument(report))
        } else {
            for line in lines(report) { Output.message(line) }
        }
        return ExitStatus(report.outcome)
    }

    private func passwords() throws -> (PasswordChangeRequest.Authority, Secret) {
        let name = Output.safe(user)
        if reset {
            let new = try input.read("New password for \(name): ", confirmed: true)
            return (.administrator(mustChange: mustChange), new)
        }
        let (old, new) = try input.readChange(of: name)
        return (.person(oldPassword: old), new)
    }

    private func lines(_ report: PasswordChangeReport) -> [String] {
        let place = report.backend.map { " in '\($0)'" } ?? ""
        return switch report.outcome {
        case .changed(let warnings):
            ["Changed the password of \(report.username)\(place)."] + warnings + report.warnings
        case .refused(let refusal):
            ["Not changed (\(refusal.reason.rawValue)). \(refusal.explanation)"] + report.warnings
        case .unknown(let explanation):
            ["It is not known whether the password was changed. \(explanation)"] + report.warnings
        }
    }
}

extension ExitStatus {
    /// The status for what became of a password.
    init(_ outcome: PasswordChangeOutcome) {
        switch outcome {
        case .changed(let warnings): self = warnings.isEmpty ? .done : .failure
        case .unknown: self = .unavailable
        case .refused(let refusal):
            switch refusal.reason {
            case .wrongPassword, .unknownUser: self = .rejected
            case .unusable, .notEncrypted, .notSupported: self = .usage
            default: self = .denied
            }
        }
    }
}
