import Foundation

/// Where a secret is. It is read when it is needed, so that a rotated one counts without a restart, and never kept or shown.
enum SecretLocation: Sendable {
    case file(String)
    case environment(String)

    /// Why a secret could not be read, with the remedy.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// The secret's bytes, without one trailing newline (LF, or CR LF).
    func read() throws(Failure) -> [UInt8] {
        switch self {
        case .file(let path):
            guard let content = FileManager.default.contents(atPath: path) else {
                throw Failure(description: Self.unreadable(path))
            }
            var bytes = [UInt8](content)
            if bytes.last == UInt8(ascii: "\n") {
                bytes.removeLast()
                if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
            }
            guard !bytes.isEmpty else {
                throw Failure(description: "the file \(path) is empty; write the secret into it.")
            }
            return bytes
        case .environment(let variable):
            guard let text = ProcessInfo.processInfo.environment[variable], !text.isEmpty else {
                throw Failure(
                    description: "the environment variable \(variable) is not set, or empty; set it to the secret.")
            }
            return Array(text.utf8)
        }
    }

    /// What to say of a file that cannot be read.
    static func unreadable(_ path: String) -> String {
        FileManager.default.fileExists(atPath: path)
            ? "the file \(path) cannot be read; give the user that runs this the right to read it."
            : "there is no file \(path); create it, or correct the path."
    }
}
