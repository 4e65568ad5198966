import Foundation
import Glibc
import TestSupport

/// Provokes faults against the client, and compares what comes of them with the table in the documentation.
@main struct FaultSuite {
    static func main() async throws {
        var arguments = Array(CommandLine.arguments.dropFirst())
        let mustWrite = arguments.contains("--write")
        arguments.removeAll { $0 == "--write" }
        let known = Set(Suite.faults.map { "F\($0.id)" })
        guard known.isSuperset(of: arguments) else {
            say(
                "There is no row \(arguments.first { !known.contains($0) } ?? ""). usage: FaultSuite [--write] [ROW...]"
            )
            exit(2)
        }
        let chosen = Suite.faults.filter { arguments.isEmpty || arguments.contains("F\($0.id)") }
        try await warmUp()
        var document = Document()
        var failures = 0
        for fault in chosen.sorted(by: { $0.id < $1.id }) {
            var lines: [Document.Line] = []
            for index in fault.cases.indices {
                let start = ContinuousClock.now
                let report = await Runner().report(fault, index)
                lines.append(report.line)
                say(
                    "F\(fault.id).\(index + 1) \(report.problems.isEmpty ? "ok" : "FAILED") \(start.duration(to: .now))"
                )
                for problem in report.problems { say("    \(problem)") }
                if !report.problems.isEmpty { failures += 1 }
            }
            document.set(fault.id, lines)
        }
        guard failures == 0 else {
            say("\(failures) failed")
            exit(1)
        }
        if mustWrite { return try document.write() }
        let differences = document.differences()
        guard differences.isEmpty else {
            say(
                (["Faults.md is not what this run has seen (scripts/faults --write):"] + differences).joined(
                    separator: "\n"))
            exit(1)
        }
    }

    /// What is made once per process and stays must not look like something that a case leaves behind.
    private static func warmUp() async throws {
        _ = try await Certificates.shared()
        let run = Run()
        try await withSlapd(loading: .base) { slapd in
            let client = run.client(try .of(slapd))
            await run.search(client, limit: .seconds(60))
        }
        try await withToyServer(.countsOnly) { server in
            let client = run.client(try .anonymous("ldaps://127.0.0.1:\(server.port)", timeouts: .short))
            await run.search(client, limit: .short)
        }
        await run.end()
    }

    private static func say(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}
