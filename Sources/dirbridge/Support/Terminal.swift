import Foundation

/// The terminal this runs on, while it shows what is typed.
struct Terminal {
    /// The most bytes that a terminal hands over as one line.
    private static let maximumBytes = 4096
    private let handle: FileHandle

    /// Opens it, whatever standard input and output are.
    /// - Parameter remedy: What to do where there is none.
    init(orElse remedy: String) throws {
        guard let handle = FileHandle(forUpdatingAtPath: "/dev/tty") else {
            throw CommandFailure("There is no terminal to ask questions on; \(remedy)")
        }
        self.handle = handle
    }

    /// Asks for a line.
    /// - Returns: The line without its end and without blanks around it.
    func ask(_ prompt: String) throws -> String {
        try handle.write(contentsOf: Data(prompt.utf8))
        var bytes: [UInt8] = []
        while bytes.count < Self.maximumBytes {
            guard let byte = try handle.read(upToCount: 1)?.first else {
                throw CommandFailure("The question was not answered; nothing was changed.")
            }
            if byte == UInt8(ascii: "\n") { break }
            bytes.append(byte)
        }
        guard let line = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure("What was typed is not valid UTF-8; nothing was changed.")
        }
        return line.trimmingCharacters(in: .whitespaces)
    }

    /// Shows a line.
    func show(_ text: String) throws {
        try handle.write(contentsOf: Data((Output.safe(text) + "\n").utf8))
    }
}
