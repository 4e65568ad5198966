import Foundation
import TestSupport
import Testing

@testable import DirectorySync
@testable import dirbridge

/// How far a sync has come, as people see it.
@Suite struct ProgressTests {
    @Test(arguments: [
        (SyncProgress(phase: .reading, done: 0, expected: nil), 0, "reading    0"),
        (SyncProgress(phase: .reading, done: 500, expected: nil), 2, "reading    500, 250 a second"),
        (
            SyncProgress(phase: .reading, done: 5000, expected: 10000), 2,
            "reading    [##########..........]  5000 of about 10000, 2500 a second, 2 s left"
        ),
        (SyncProgress(phase: .comparing, done: 0, expected: 10), 0, "comparing  [....................]  0 of 10"),
        (
            SyncProgress(phase: .comparing, done: 1, expected: 3), 1,
            "comparing  [######..............]  1 of 3, 1 a second, 2 s left"
        ),
        (
            SyncProgress(phase: .applying, done: 10, expected: 10), 5,
            "applying   [####################]  10 of 10, 2 a second"
        ),
        // More have come than there were the last time.
        (
            SyncProgress(phase: .reading, done: 12, expected: 10), 1,
            "reading    [####################]  12 of about 10, 12 a second"
        ),
        (SyncProgress(phase: .applying, done: 0, expected: 0), 1, "applying   0"),
    ])
    func aStepIsReadAsText(_ progress: SyncProgress, _ seconds: Int, _ text: String) {
        #expect(ProgressDisplay.text(progress, after: .seconds(seconds)) == text)
    }

    @Test func aTerminalShowsABarThatIsGoneInTheEnd() async throws {
        let ldif = (1...30).map { person("p\($0)") }.joined()
        try await withSlapd(loading: .base(adding: ldif)) { slapd async throws in
            try await Site.with(Settings(server: slapd.uri)) { site async throws in
                let script = """
                    import os, subprocess, sys
                    terminal, line = os.openpty()
                    result = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=line)
                    os.close(line)
                    shown = b""
                    try:
                        while part := os.read(terminal, 65536):
                            shown += part
                    except OSError:
                        pass
                    sys.stderr.buffer.write(result.stdout)
                    sys.stdout.buffer.write(shown)
                    sys.exit(result.returncode)
                    """
                let result = try await runSuccessfully(
                    "/usr/bin/python3",
                    ["-c", script, try builtProduct("dirbridge"), "sync", "--config", site.configuration])
                // One picture for each phase at least, each on top of the one before.
                for phase in ["reading", "comparing", "applying"] { #expect(result.output.contains("\r\(phase)")) }
                #expect(!result.output.contains("\n"))
                // In the end a line of blanks.
                let last = try #require(result.output.dropLast().split(separator: "\r").last)
                #expect(result.output.hasSuffix("\r") && last.allSatisfy { $0 == " " } && last.count > 20)
                #expect(result.errors.contains("Done."))
            }
        }
    }
}
