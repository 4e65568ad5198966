import Foundation

/// The terminal this runs on, while it does not show what is typed.
///
/// It shows it again when the value goes, and when a signal such as that of Ctrl-C ends the process meanwhile.
struct SilentTerminal: ~Copyable {
    private static let fatalSignals = [SIGHUP, SIGINT, SIGQUIT, SIGTERM]
    private let descriptor: Int32
    private let handlersBefore: [sighandler_t?]

    /// Silences the terminal, whatever standard input and output are.
    init() throws {
        let descriptor = open("/dev/tty", O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw CommandFailure("There is no terminal to ask for the password on; give it with --password-stdin.")
        }
        var settings = termios()
        guard tcgetattr(descriptor, &settings) == 0 else {
            close(descriptor)
            throw CommandFailure(
                "The terminal cannot be switched to silent typing; give the password with --password-stdin.")
        }
        self.descriptor = descriptor
        spoken = (descriptor, settings)
        handlersBefore = Self.fatalSignals.map { signal($0, showAgainAndEnd) }
        settings.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(descriptor, TCSAFLUSH, &settings)
    }

    deinit {
        tcsetattr(descriptor, TCSAFLUSH, &spoken.settings)
        for (number, handler) in zip(Self.fatalSignals, handlersBefore) { signal(number, handler) }
        close(descriptor)
    }

    /// Asks for a line.
    /// - Parameters:
    ///   - prompt: What to ask.
    ///   - limit: After so many bytes the rest of the line is not read.
    /// - Returns: The line's bytes without its end.
    func ask(_ prompt: String, limit: Int) throws -> [UInt8] {
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
        try handle.write(contentsOf: Data(prompt.utf8))
        var bytes: [UInt8] = []
        while bytes.count < limit, let byte = try handle.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") {
            bytes.append(byte)
        }
        try handle.write(contentsOf: Data("\n".utf8))
        return bytes
    }
}

/// The terminal and how it was before it was silenced, in a global variable, since a signal handler knows nothing else.
// Written before the handler is installed, and only read afterwards; there is one terminal and one prompt at a time.
nonisolated(unsafe) private var spoken = (descriptor: Int32(-1), settings: termios())

/// Shows typing again, and lets the signal end the process as it would have: with nothing but what signal-safety(7) lists.
private func showAgainAndEnd(_ number: Int32) {
    tcsetattr(spoken.descriptor, TCSANOW, &spoken.settings)
    signal(number, SIG_DFL)
    raise(number)
}
