import ArgumentParser
import AuthCore
import DirectoryBridge
import Foundation

/// `dirbridge user set-password [USER]`
struct UserSetPasswordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set-password", abstract: "Give a local account, or a break-glass account, another password.")

    @OptionGroup var options: ConfigurationOption
    @OptionGroup var input: PasswordInput
    @OptionGroup var new: NewPasswordOptions
    @Argument(help: "The username. Default: your name in the operating system.") var user = NSUserName()

    func run() async throws {
        try await options.withBridge { bridge in
            let record = try await bridge.account(named: user)
            try bridge.requireLocal(record)
            let password = try input.read("New password for \(Output.safe(user)): ", confirmed: true)
            try await bridge.setPassword(
                of: record, to: password, isValidated: new.isValidated, cause: .currentAdministrator)
            Output.message("Changed the password of \(record.user.username).")
        }
    }
}

/// `dirbridge user break-glass USER`
struct UserBreakGlassCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "break-glass",
        abstract: "Let somebody in with a local password while the directory is away.",
        discussion: """
            Gives an account that is linked to a directory a password here, and asks for it. From then on only this password \
            counts: at most one backend ever sees a password, so the directory is not asked for this account at all, and the \
            password there lets nobody in, until --off takes the mark away. Groups and permissions that the directory gave stay.
            """)

    @OptionGroup var options: ConfigurationOption
    @OptionGroup var input: PasswordInput
    @OptionGroup var new: NewPasswordOptions
    @Flag(help: "Take the mark away and make the local password unusable: the directory decides again.")
    var off = false
    @Argument(help: "The username.") var user: String

    func validate() throws {
        if off, input.fromStandardInput { throw ValidationError("--off takes no password.") }
    }

    func run() async throws {
        try await options.withBridge { bridge in
            let record = try await bridge.account(named: user)
            let (name, source) = (record.user.username, record.link?.source ?? "")
            if off {
                let isChanged = try await bridge.endBreakGlass(record, cause: .currentAdministrator)
                return Output.message(
                    isChanged
                        ? "\(name) is no longer a break-glass account: '\(source)' decides again."
                        : "\(name) was no break-glass account.")
            }
            try bridge.requireLinked(record)
            let password = try input.read("Local password for \(Output.safe(name)): ", confirmed: true)
            try await bridge.breakGlass(
                record, password: password, isValidated: new.isValidated, cause: .currentAdministrator)
            Output.message(
                "\(name) is a break-glass account: its local password counts, and '\(source)' is not asked.")
        }
    }
}
