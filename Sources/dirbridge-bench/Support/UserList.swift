import AuthCore
import Foundation

/// The people whom a measurement logs in: a file of lines `username, tab, password`, as `scripts/generate-directory --users` writes it.
struct UserList: Sendable {
    /// The people, in the file's order; at least one.
    let all: [PasswordCredentials]

    /// Reads a file.
    /// - Throws: ``Mistake`` that names the file, and the line where there is one.
    init(file: String) throws(Mistake) {
        guard let handle = FileHandle(forReadingAtPath: file), let bytes = try? handle.readToEnd() ?? Data() else {
            throw Mistake("The list of users \(file) cannot be read; does it exist?")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Mistake("The list of users \(file) is not valid UTF-8.")
        }
        var all: [PasswordCredentials] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.isEmpty, index > 0, line.endIndex == text.endIndex { break }
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count == 2, !fields.contains(where: \.isEmpty) else {
                throw Mistake("\(file), line \(index + 1): this is not a username, one tab and a password.")
            }
            all.append(PasswordCredentials(username: String(fields[0]), password: String(fields[1])))
        }
        self.all = all
    }

    /// Whose turn it is at the operation of this number: everybody's, in turn.
    subscript(operation: Int) -> PasswordCredentials { all[operation % all.count] }
}
