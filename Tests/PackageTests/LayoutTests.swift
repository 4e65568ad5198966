import Foundation
import Testing

@Test func theTopLevelHoldsNothingElse() throws {
    // SwiftPM writes Package.resolved; it is not committed.
    let known: Set = [
        "Package.swift", "Package.resolved", "Sources", "Tests", "ldif", "scripts", "README.md", "LICENSE",
    ]
    #expect(try Set(Repository.names(in: "")).subtracting(known) == [])
}

@Test func everyScriptIsExecutable() throws {
    let scripts = try (Repository.files(below: "scripts") + Repository.files(below: ".ci"))
        .filter { try Repository.text($0).hasPrefix("#!") }
    #expect(scripts.contains("scripts/test"))
    for script in scripts {
        #expect(FileManager.default.isExecutableFile(atPath: Repository.root.appendingPathComponent(script).path))
    }
}
