import Foundation
import Testing

/// Inputs that nobody thought of: generated and mutated ones, for every reader of octets from outside.
///
/// A few thousand in the suite; `scripts/fuzz` makes a million of each, and says which one it was when the process crashes or hangs.
@Suite struct GeneratedInputTests {
    private static let names = FuzzTarget.all.map(\.name).filter { $0 == GeneratedInputs.onlyTarget ?? $0 }

    @Test(arguments: names) func whatIsReadSurvivesAndTheRestIsRefused(_ name: String) throws {
        let target = try #require(FuzzTarget.all.first { $0.name == name })
        for (number, octets) in target.corpus.enumerated() {
            if let problem = target.check(octets) { Issue.record("corpus \(number): \(problem)") }
        }
        let progress = try ProgressFile()
        let count = GeneratedInputs.count(inTheSuite: 2000)
        var failures = 0
        for number in GeneratedInputs.onlyInput.map({ $0..<($0 + 1) }) ?? 0..<count {
            progress.note("\(name) \(number)")
            let octets = target.input(number, seed: GeneratedInputs.seed)
            guard let problem = target.check(octets) else { continue }
            failures += 1
            // The first ones tell enough.
            guard failures <= 5 else { break }
            Issue.record(
                """
                input \(number), \(octets.count) octets, “\(String(decoding: octets.prefix(400), as: UTF8.self))”: \(problem); \
                \(GeneratedInputs.repetition(name, input: number))
                """)
        }
    }
}

/// Where the number of the present input is kept for whoever finds the process dead.
private struct ProgressFile: ~Copyable {
    private let file: FileHandle?

    init() throws {
        guard let path = ProcessInfo.processInfo.environment["LDAP_FUZZ_PROGRESS"] else {
            file = nil
            return
        }
        guard FileManager.default.createFile(atPath: path, contents: nil) else { throw CocoaError(.fileWriteUnknown) }
        file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    }

    func note(_ text: @autoclosure () -> String) {
        guard let file else { return }
        try? file.seek(toOffset: 0)
        // Padded, so that nothing of a longer one before is left.
        try? file.write(contentsOf: Data(text().padding(toLength: 40, withPad: " ", startingAt: 0).utf8))
    }
}
