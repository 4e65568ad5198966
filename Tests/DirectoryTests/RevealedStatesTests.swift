import Foundation
import TestSupport
import Testing

@Suite struct RevealedStatesTests {
    /// With `WRITE_TABLES=1` in the environment, the table in the repository is written anew instead.
    @Test func theTableInTheRepositoryIsWhatTheServersSay() async throws {
        let path = "\(repositoryRoot)/Tests/DirectoryTests/RevealedStates.md"
        let table = try await RevealedStates.table()
        if ProcessInfo.processInfo.environment["WRITE_TABLES"] != nil {
            try table.write(toFile: path, atomically: true, encoding: .utf8)
        }
        let committed = try String(contentsOfFile: path, encoding: .utf8)
        let (new, old) = (table.components(separatedBy: "\n"), committed.components(separatedBy: "\n"))
        #expect(new.filter { !old.contains($0) } == [], "lines that the table in the repository lacks")
        #expect(old.filter { !new.contains($0) } == [], "lines that are no longer true")
    }
}
