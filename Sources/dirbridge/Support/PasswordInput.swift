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

    /// Reads the password.
    /// - Parameters:
    ///   - prompt: What to ask on the terminal.
    ///   - confirmed: Whether to ask twice, for a new password.
    func read(_ prompt: String, confirmed: Bool = false) throws -> Secret {
        if fromStandardInput { return try fromInput() }
        let first = try askOnTerminal(prompt)
        if confirmed, try askOnTerminal("Again: ").bytes != first.bytes {
            throw CommandFailure("The two passwords differ; nothing was changed.")
        }
        return first
    }

    private func fromInput() throws -> Secret {
        var bytes: [UInt8] = []
        while bytes.count <= Self.maximumBytes {
            guard let chunk = try FileHandle.standardInput.read(upToCount: 4096), !chunk.isEmpty else { break }
            bytes += chunk
        }
        guard bytes.count <= Self.maximumBytes else {
            throw CommandFailure("Standard input holds more than \(Self.maximumBytes) bytes; that is no password.")
        }
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        return Secret(bytes)
    }

    private func askOnTerminal(_ prompt: String) throws -> Secret {
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC)
        guard terminal >= 0 else {
            throw CommandFailure("There is no terminal to ask for the password on; give it with --password-stdin.")
        }
        defer { close(terminal) }
        var settings = termios()
        guard tcgetattr(terminal, &settings) == 0 else {
            throw CommandFailure(
                "The terminal cannot be switched to silent typing; give the password with --password-stdin.")
        }
        let before = settings
        settings.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(terminal, TCSAFLUSH, &settings)
        defer {
            var restored = before
            tcsetattr(terminal, TCSAFLUSH, &restored)
        }
        let handle = FileHandle(fileDescriptor: terminal, closeOnDealloc: false)
        try handle.write(contentsOf: Data(prompt.utf8))
        var bytes: [UInt8] = []
        while let byte = try handle.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") {
            bytes.append(byte)
            if bytes.count > Self.maximumBytes { break }
        }
        try handle.write(contentsOf: Data("\n".utf8))
        return Secret(bytes)
    }
}
