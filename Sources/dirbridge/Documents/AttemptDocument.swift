import AuthCore

/// The result of `bind-test` and `login` in JSON.
struct AttemptDocument: Encodable {
    let report: AuthenticationReport
    let person: PersonSummary?

    private enum Key: String, CodingKey {
        case verdict, reason, backend, diagnoses, user, attributes, groups, permissions, grounds, changes, steps,
            warnings, cost
    }

    private struct DiagnosisDocument: Encodable {
        let diagnosis: AuthenticationDiagnosis

        private enum Key: String, CodingKey { case backend, step, cause, remedy }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(diagnosis.backend, forKey: .backend)
            try container.encode(diagnosis.step.rawValue, forKey: .step)
            try container.encode(diagnosis.cause, forKey: .cause)
            try container.encode(diagnosis.remedy, forKey: .remedy)
        }
    }

    private struct ChangeDocument: Encodable {
        let event: String
        let details: [String: String]
    }

    private struct GroupDocument: Encodable {
        let group: PersonSummary.Group

        private enum Key: String, CodingKey { case name, dn, via }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(group.name, forKey: .name)
            try container.encode(group.dn, forKey: .dn)
            try container.encode(group.via, forKey: .via)
        }
    }

    private struct StepDocument: Encodable {
        let step: AuthenticationStep

        private enum Key: String, CodingKey {
            case backend, name, ok, detail
            case duration = "duration_ms"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(step.backend, forKey: .backend)
            try container.encode(step.name, forKey: .name)
            try container.encode(step.isOK, forKey: .ok)
            try container.encode(step.duration.milliseconds, forKey: .duration)
            try container.encode(step.detail, forKey: .detail)
        }
    }

    /// The exact explanation of a refusal or an outage, as the last step: the one that did not go well.
    private var verdictStep: [AuthenticationStep] {
        guard report.outcome.user == nil, let explanation = report.explanation else { return [] }
        return [
            AuthenticationStep(
                backend: report.backend ?? "", name: "verdict", isOK: false, duration: .zero, detail: explanation)
        ]
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(report.outcome.verdict, forKey: .verdict)
        try container.encode(report.outcome.reason, forKey: .reason)
        try container.encode(report.backend, forKey: .backend)
        try container.encode(report.diagnoses.map(DiagnosisDocument.init), forKey: .diagnoses)
        try container.encode(person?.user, forKey: .user)
        try container.encode(person?.attributes ?? [], forKey: .attributes)
        try container.encode((person?.groups ?? []).map(GroupDocument.init), forKey: .groups)
        try container.encode((person?.permissions.keys.sorted() ?? []), forKey: .permissions)
        let grounds = (person?.permissions ?? [:]).map { ($0.key.description, $0.value) }
        try container.encode(Dictionary(uniqueKeysWithValues: grounds), forKey: .grounds)
        try container.encode(changes, forKey: .changes)
        try container.encode((report.steps + verdictStep).map(StepDocument.init), forKey: .steps)
        try container.encode(report.warnings, forKey: .warnings)
        try container.encode(AttemptCost(report), forKey: .cost)
    }

    /// What was changed, or would be, in the words of the audit trail; photos by what they are.
    private var changes: [ChangeDocument] {
        report.changes.map { change in
            var details = change.auditDetails
            if case .setProfile(let key, let from, let to) = change, let shown = person?.changes.shown {
                details["from"] = from.map { shown(key, $0) }
                details["to"] = to.map { shown(key, $0) }
            }
            return ChangeDocument(event: change.auditEvent, details: details)
        }
    }
}

extension Duration {
    /// In milliseconds, to the microsecond.
    var milliseconds: Double {
        let (seconds, attoseconds) = components
        return ((Double(seconds) * 1000 + Double(attoseconds) / 1e15) * 1000).rounded() / 1000
    }
}
