import TestSupport

/// Runs cases and judges them.
struct Runner {
    /// No call may outlive its limit by more than this.
    static let tolerance = Duration.milliseconds(500)
    /// A call that was later than this was perhaps held up by another program: it is given a second chance.
    static let usual = Duration.milliseconds(50)

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
        if result.problems.isEmpty, result.lateness > Self.usual { result = await attempt(item) }
        let line = Document.Line(
            id: index == 0 ? fault.id : nil, title: index == 0 ? fault.title : "", provocation: item.provocation,
            outcomes: result.outcomes, lateness: Self.latenessClass(result.lateness))
        return Report(line: line, problems: result.problems)
    }

    private struct Attempt {
        var outcomes: [Outcome]
        var lateness: Duration
        var problems: [String]
    }

    private func attempt(_ item: Fault.Case) async -> Attempt {
        let run = Run()
        var problems: [String] = []
        do {
            let before = try Resources.now()
            do {
                try await item.body(run)
            } catch {
                problems.append("it could not be provoked: \(error)")
            }
            await run.end()
            problems += try await Resources.excess(over: before)
            if try await !Resources.isIdle() { problems.append("the process is busy although nothing is asked") }
        } catch {
            problems.append("\(error)")
        }
        problems += run.problems
        if run.outcomes != item.expected {
            problems.append("expected: \(Document.text(item.expected)); seen: \(Document.text(run.outcomes))")
        }
        if run.lateness > Self.tolerance { problems.append("a call was \(run.lateness) late") }
        return Attempt(outcomes: run.outcomes, lateness: run.lateness, problems: problems)
    }

    private static func latenessClass(_ lateness: Duration) -> String {
        lateness <= usual ? "< 50 ms" : "< 500 ms"
    }
}
