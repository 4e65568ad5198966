import TestSupport
import Testing

/// A sync that is killed.
@Suite struct CrashTests {
    /// `scripts/crash-test` has the promises, and more people and kills for those who have the time.
    @Test func aSyncThatIsKilledLeavesNobodyHalfDoneAndTheNextOneGoesOn() async throws {
        let result = try await runProcess(
            "/usr/bin/python3",
            [
                "\(repositoryRoot)/scripts/crash-test", "--people", "240", "--groups", "30", "--kills", "8",
                "--command", try builtProduct("dirbridge"),
            ], timeout: .seconds(300))
        #expect(result.status == 0, "\(result.output)\(result.errors)")
        #expect(result.output.hasSuffix("8 kills, 0 of them broke a promise.\n"))
    }
}
