import ArgumentParser
import AuthCore
import Foundation

/// How a command is given a password: never as an argument, which every user of the machine can read.
struct PasswordInput: ParsableArguments {
    @Flag(
        name: .customLong("password-stdin"),
        help: "Read the password from standard input; one trailing newline is removed.")
    var fromStandardInput = false

    /// The most bytes read from standard input.
    private static let maximumBytes = 65_536
    /// How often a new password may be asked for until it is typed twice alike. As in Django.
    private static let tries = 3

    /// Reads the password.
    /// - Parameters:
    ///   - prompt: What to ask on the terminal.
    ///   - confirmed: Whether to ask twice, for a new password.
    func read(_ prompt: String, confirmed: Bool = false) throws -> Secret {
        if fromStandardInput { return try fromInput() }
        if !confirmed { return try askOnTerminal(prompt) }
        for _ in 1...Self.tries {
            let first = try askOnTerminal(prompt)
            if try askOnTerminal("Password (again): ").bytes == first.bytes { return first }
            Output.message("The two passwords differ; please try again.")
        }
        throw CommandFailure("The two passwords differed \(Self.tries) times; nothing was changed.")
    }

    /// Reads the password of an account that is to be made.
    func readNew(of username: String) throws -> Secret {
        try read("Password for \(Output.safe(username)): ", confirmed: true)
    }

    /// Reads the password that counts now and the one that is to count.
    ///
    /// On standard input they are two lines: the first one is the present password, and what follows it the new one.
    /// - Parameter name: Whose they are.
    func readChange(of name: String) throws -> (old: Secret, new: Secret) {
        guard fromStandardInput else {
            return (try askOnTerminal("Old password of \(name): "), try read("New password: ", confirmed: true))
        }
        let bytes = try fromInput().bytes
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else {
            throw CommandFailure(
                "Standard input holds one line; give the old password in the first and the new one in the second.")
        }
        return (Secret(Array(bytes[..<end])), Secret(Array(bytes[(end + 1)...])))
    }

    private func fromInput() throws -> Secret {
        var bytes: [UInt8] = []
        do {
            while bytes.count <= Self.maximumBytes {
                guard let chunk = try FileHandle.standardInput.read(upToCount: 4096), !chunk.isEmpty else { break }
                bytes += chunk
            }
        } catch {
            throw CommandFailure(
                "Standard input cannot be read; give the password there, or leave out --password-stdin.")
        }
        guard bytes.count <= Self.maximumBytes else {
            throw CommandFailure("Standard input holds more than \(Self.maximumBytes) bytes; that is no password.")
        }
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        return Secret(bytes)
    }

    private func askOnTerminal(_ prompt: String) throws -> Secret {
        Secret(try SilentTerminal().ask(prompt, limit: Self.maximumBytes))
    }
}
