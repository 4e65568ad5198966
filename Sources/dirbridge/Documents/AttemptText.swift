import AuthCore

/// The result of `bind-test` and `login` for people.
struct AttemptText {
    let report: AuthenticationReport
    let person: PersonSummary?
    /// Whether the changes were made, or only would be.
    let isApplied: Bool

    var text: String {
        var parts: [String] = []
        if !report.steps.isEmpty { parts.append(steps) }
        parts.append(verdict)
        if let person {
            parts.append(describe(person))
            parts.append(changes)
        }
        if !report.warnings.isEmpty {
            parts.append("Warnings\n" + report.warnings.map { "  " + Output.safe($0) }.joined(separator: "\n"))
        }
        return parts.joined(separator: "\n\n")
    }

    private var steps: String {
        Output.table(
            report.steps.map { step in
                [step.isOK ? "ok" : "FAILED", step.backend, step.name, step.duration.shortText, step.detail]
            })
    }

    private var verdict: String {
        switch report.outcome {
        case .authenticated(let user, let backend):
            return "Authenticated: \(Output.safe(user.username)), by \(backend)."
        default:
            let by = report.backend.map { ", says \($0)" } ?? ""
            let sentence = "\(report.outcome.verdict): \(report.outcome.reason ?? "")\(by)."
            return sentence + (report.explanation.map { "\n  " + Output.safe($0) } ?? "")
        }
    }

    private func describe(_ person: PersonSummary) -> String {
        let user = person.user.user
        var rows = [
            ["  name", user.fullName.isEmpty ? "–" : user.fullName],
            ["  e-mail", user.email.isEmpty ? "–" : user.email],
        ]
        if let link = person.user.link {
            rows.append(["  entry", link.dn ?? "–"])
            rows.append(["  id", link.id])
        }
        let flags = [(user.isStaff, "staff"), (user.isSuperuser, "superuser")].filter(\.0).map(\.1)
        if !flags.isEmpty { rows.append(["  is", flags.joined(separator: ", ")]) }
        for (key, value) in person.user.profile.sorted(by: { $0.key < $1.key }) { rows.append(["  " + key, value]) }
        var parts = ["Person\n" + Output.table(rows)]
        parts.append(section("Groups", person.groups.map { ["  " + $0.name, $0.via] }))
        parts.append(
            section(
                "Permissions",
                person.permissions.sorted { $0.key < $1.key }.map {
                    ["  " + $0.key.description, $0.value.joined(separator: "; ")]
                }))
        return parts.joined(separator: "\n\n")
    }

    private func section(_ title: String, _ rows: [[String]]) -> String {
        rows.isEmpty ? "\(title)\n  none" : "\(title)\n" + Output.table(rows)
    }

    private var changes: String {
        if report.changes.isEmpty { return "The local account \(isApplied ? "was" : "is") up to date." }
        let rows = report.changes.map { change in
            [
                "  " + change.auditEvent,
                change.auditDetails.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " "),
            ]
        }
        return (isApplied ? "The local account was changed\n" : "The local account would be changed by a login\n")
            + Output.table(rows)
    }
}

extension Duration {
    /// In milliseconds with one decimal: `0.4 ms`.
    fileprivate var shortText: String { "\((milliseconds * 10).rounded() / 10) ms" }
}
