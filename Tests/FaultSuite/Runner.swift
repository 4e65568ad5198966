import TestSupport

/// Runs cases and judges them.
struct Runner {
    /// No call may outlive its limit by more than this.
    static let tolerance = Duration.milliseconds(500)
    /// A call that was later than this was perhaps held up by another program.
    static let usual = Duration.milliseconds(50)
    /// How often an unusual case is run once more. Where memory stays, what the allocator has kept for later serves the
    /// next runs, and what has leaked does not.
    static let repetitions = 6

    /// What came of a case.
    struct Report {
        /// What the document says about it.
        var line: Document.Line
        /// Why it failed; empty if it did not.
        var problems: [String]
    }

    /// Runs a case.
    func report(_ fault: Fault, _ index: Int) async -> Report {
        let item = fault.cases[index]
        var result = await attempt(item)
        var repetitions = 0
        while result.problems.isEmpty, result.isUnusual, repetitions < Self.repetitions {
            repetitions += 1
            result = await attempt(item)
        }
        if let growth = result.growth { result.problems.append(growth) }
        let line = Document.Line(
            id: index == 0 ? fault.id : nil, title: index == 0 ? fault.title : "", provocation: item.provocation,
            outcomes: result.outcomes, lateness: Self.latenessClass(result.lateness))
        return Report(line: line, problems: result.problems)
    }

    private struct Attempt {
        var outcomes: [Outcome]
        var lateness: Duration
        var growth: String?
        var problems: [String]

        var isUnusual: Bool { lateness > Runner.usual || growth != nil }
    }

    private func attempt(_ item: Fault.Case) async -> Attempt {
        let run = Run()
        var problems: [String] = []
        var growth: String?
        do {
            let before = try Resources.now()
            do {
                try await item.body(run)
            } catch {
                problems.append("it could not be provoked: \(error)")
            }
            await run.end()
            problems += try await Resources.excess(over: before)
            growth = try Resources.growth(over: before)
            if try await !Resources.isIdle() { problems.append("the process is busy although nothing is asked") }
        } catch {
            problems.append("\(error)")
        }
        problems += run.problems
        if run.outcomes != item.expected {
            problems.append("expected: \(Document.text(item.expected)); seen: \(Document.text(run.outcomes))")
        }
        if run.lateness > Self.tolerance { problems.append("a call was \(run.lateness) late") }
        return Attempt(outcomes: run.outcomes, lateness: run.lateness, growth: growth, problems: problems)
    }

    private static func latenessClass(_ lateness: Duration) -> String {
        lateness <= usual ? "< 50 ms" : "< 500 ms"
    }
}
