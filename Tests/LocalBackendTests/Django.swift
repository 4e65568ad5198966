import Foundation

/// A Django on this machine, asked through `scripts/lib/django_exchange.py`, which describes the fields.
enum Django {
    /// The Python that has it.
    static let python = ProcessInfo.processInfo.environment["DIRBRIDGE_DJANGO_PYTHON"]

    struct Hash: Codable {
        var password: String
        var encoded: String
    }

    struct Question: Encodable {
        struct Account: Encodable {
            var id: Int64
            var password: String
            var lastLogin: Double?
            var email: String
            var token: String
        }

        struct Choice: Encodable {
            var password: String
            var username: String
            var firstName: String
            var lastName: String
            var email: String
        }

        var key: String
        var oldKey: String
        var iterations: Int
        var passwords: [String] = []
        var hashes: [Hash] = []
        var accounts: [Account] = []
        var choices: [Choice] = []
    }

    struct Answer: Decodable {
        struct Token: Decodable {
            var accepted: Bool
            var token: String
            var oldToken: String
        }

        var version: String
        var verdicts: [[Bool]]
        var made: [Hash]
        var tokens: [Token]
        var flaws: [[String]]
    }

    struct Failure: Error { var status: Int32 }

    static func ask(_ question: Question) throws -> Answer {
        let folder = FileManager.default.temporaryDirectory.appending(path: "django-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (input, output) = (folder.appending(path: "in"), folder.appending(path: "out"))
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        try encoder.encode(question).write(to: input)
        try Data().write(to: output)

        let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python ?? "python3")
        process.arguments = [root.appending(path: "scripts/lib/django_exchange.py").path]
        process.standardInput = try FileHandle(forReadingFrom: input)
        process.standardOutput = try FileHandle(forWritingTo: output)
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(status: process.terminationStatus) }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Answer.self, from: Data(contentsOf: output))
    }
}
