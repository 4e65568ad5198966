import AuthCore
import LDAPClient

extension AttemptDiagnosis {
    /// What is amiss although somebody came in: rules that name no group, and groups that are there and are not found.
    func diagnoseAdmission(of dn: String) async -> [AuthenticationDiagnosis] {
        var findings: [AuthenticationDiagnosis] = []
        for unresolved in await unresolved(configuration.rules.flatMap(\.leaves)) {
            let withheld = reader.directory.rules.withheld(with: unresolved.leaf)
            findings.append(
                finding(
                    .rules, cause: ([unresolved.explanation] + withheld).joined(separator: " "),
                    remedy: await remedy(of: unresolved, "Correct the rule")))
        }
        if let nameless = report.external?.groups.first(where: \.name.isEmpty), let type = configuration.groups?.type {
            findings.append(
                finding(
                    .groups,
                    cause: "\(nameless.dn ?? nameless.id) shows no \(type.nameAttribute), which is to be its name.",
                    remedy:
                        "Write another name_attribute in groups: type, mostly cn, or let the service account read it."))
        }
        let hasNoGroups = configuration.groups != nil && report.external?.groups.isEmpty == true
        // Nothing is amiss that would be told by the entry.
        guard hasNoGroups || !report.warnings.isEmpty, let entry = try? await reader.looking.entry(dn: dn) else {
            return findings
        }
        if case .person(_, _, let warnings) = reader.people.read(entry) {
            findings += warnings.map { finding(.attributes, cause: $0.description, remedy: $0.kind.remedy) }
        }
        guard hasNoGroups, let groups = configuration.groups,
            let overlooked = await reader.overlookedGroup(of: entry, groups)
        else { return findings }
        return findings + [finding(.groups, cause: overlooked.cause, remedy: overlooked.remedy)]
    }
}

extension PreparedRules {
    /// What is said to be withheld because of a condition that cannot be decided.
    fileprivate func withheld(with leaf: Rule.Leaf) -> [String] {
        grants.filter { $0.rule.leaves.contains(leaf) }.map(\.withheld)
            + flags.filter { $0.rule.leaves.contains(leaf) }.map(\.withheld)
    }
}

extension AttributeWarning.Kind {
    /// What would help.
    var remedy: String {
        switch problem {
        case .notText, .holdsNUL: "Correct the value in the directory, or say type: binary for \(target)."
        case .notOfType(let type):
            "Correct the value in the directory, or write another type than \(type.rawValue) for \(target)."
        case .tooLong:
            "Shorten the value in the directory, or map \(target) to another attribute; in a profile, raise max_bytes."
        case .missing:
            "Fill it in in the directory, let the service account read it, or write when_missing: clear or keep for \(target)."
        }
    }
}
