import AuthCore

/// The result of `bind-test` and `login` for people: short when all is well, exact where it fails.
struct AttemptText {
    let report: AuthenticationReport
    let person: PersonSummary?
    /// Whether the changes were made, or only would be.
    let isApplied: Bool
    /// Whether each step is told by itself.
    var tellsAll = false

    var text: String {
        var parts: [String] = []
        if !report.steps.isEmpty { parts.append(StepsText(steps: report.steps, tellsAll: tellsAll).text) }
        parts.append(verdict)
        parts += report.diagnoses.enumerated().map { index, diagnosis in
            describe(diagnosis, isFirst: index == 0 && report.outcome.user == nil)
        }
        if let person {
            parts.append(describe(person))
            parts.append(changes(person))
        }
        // Those with a remedy have been told.
        let warnings = report.warnings.filter { warning in !report.diagnoses.contains { $0.cause.contains(warning) } }
        if !warnings.isEmpty {
            parts.append("Warnings\n" + warnings.map { "  " + Output.safe($0) }.joined(separator: "\n"))
        }
        if !report.steps.isEmpty { parts.append(AttemptCost(report).text) }
        return parts.joined(separator: "\n\n")
    }

    private var verdict: String {
        switch report.outcome {
        case .authenticated(let user, let backend):
            return "Authenticated: \(Output.safe(user.username)), by \(backend)."
        default:
            let by = report.backend.map { ", says \($0)" } ?? ""
            let sentence = "\(report.outcome.verdict): \(report.outcome.reason ?? "")\(by)."
            // The findings say it better.
            guard report.diagnoses.isEmpty else { return sentence }
            return sentence + (report.explanation.map { "\n  " + Output.safe($0) } ?? "")
        }
    }

    private func describe(_ diagnosis: AuthenticationDiagnosis, isFirst: Bool) -> String {
        let place = diagnosis.step.rawValue + (diagnosis.backend.map { ", \($0)" } ?? "")
        return Output.table([
            ["  " + (isFirst ? "Failed at" : "Look at"), place], ["  Cause", diagnosis.cause],
            ["  Remedy", diagnosis.remedy],
        ])
    }

    private func describe(_ person: PersonSummary) -> String {
        var rows: [[String]] = []
        if let dn = person.user.link?.dn { rows.append(["  entry", "", dn]) }
        for attribute in person.attributes {
            let value = [attribute.value ?? "–", attribute.note.map { "(\($0))" }].compactMap(\.self)
            rows.append(["  " + attribute.name, "from " + attribute.source, value.joined(separator: " ")])
        }
        let told = Set(person.attributes.map(\.name))
        for (key, value) in person.user.profile.sorted(by: { $0.key < $1.key }) where !told.contains(key) {
            rows.append(["  " + key, "kept here", value])
        }
        if person.attributes.isEmpty { rows.insert(["  username", "", person.user.user.username], at: 0) }
        return [
            section("Person", rows), section("Groups", person.groups.map { ["  " + $0.name, $0.via] }),
            section(
                "Permissions",
                person.permissions.sorted { $0.key < $1.key }.map {
                    ["  " + $0.key.description, $0.value.joined(separator: "; ")]
                }),
        ].joined(separator: "\n\n")
    }

    private func section(_ title: String, _ rows: [[String]]) -> String {
        rows.isEmpty ? "\(title)\n  none" : "\(title)\n" + Output.table(rows)
    }

    private func changes(_ person: PersonSummary) -> String {
        if report.changes.isEmpty { return "The local account \(isApplied ? "was" : "is") up to date." }
        return section(
            isApplied ? "The login changed the local account" : "A login would change the local account",
            person.changes.rows.map { ["  " + $0[0] + " " + $0[1], $0[2]] })
    }
}
