import Testing

/// Inputs that nobody thought of: generated and mutated ones, for every reader of octets from outside.
///
/// A few hundred here; `scripts/fuzz` makes a million of each.
@Suite struct GeneratedInputTests {
    @Test(arguments: FuzzTarget.all.map(\.name)) func whatIsReadSurvivesAndTheRestIsRefused(_ name: String) throws {
        let target = try #require(FuzzTarget.all.first { $0.name == name })
        for (number, octets) in target.corpus.enumerated() {
            if let problem = target.check(octets) { Issue.record("corpus \(number): \(problem)") }
        }
        let seed = GeneratedInputs.seed
        for number in 0..<500 {
            guard let problem = target.check(target.input(number, seed: seed)) else { continue }
            Issue.record("\(problem); look at it with: scripts/fuzz \(name) --seed \(seed) --only \(number)")
        }
    }
}
