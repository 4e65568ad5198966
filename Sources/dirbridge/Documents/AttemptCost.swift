import AuthCore
import LDAPClient

/// What an attempt has cost the directories.
struct AttemptCost: Encodable {
    /// Binds that tested the password. More than one would count twice towards a lockout.
    let binds: Int
    /// Binds as service accounts.
    let serviceBinds: Int
    /// Searches, those for groups and rules included.
    let searches: Int
    /// Searches that looked for a cause afterwards.
    let diagnosisSearches: Int
    /// How long the attempt took, in milliseconds, without looking for a cause.
    let milliseconds: Double

    private enum CodingKeys: String, CodingKey {
        case binds, searches
        case serviceBinds = "service_binds"
        case diagnosisSearches = "diagnosis_searches"
        case milliseconds = "duration_ms"
    }

    init(_ report: AuthenticationReport) {
        func count(_ names: Set<String>) -> Int { report.steps.count { names.contains($0.name) } }
        binds = count([LDAPStep.bind.rawValue])
        serviceBinds = count([LDAPStep.serviceBind.rawValue])
        searches = count([LDAPStep.search.rawValue, "groups", "rules", "lockout"])
        diagnosisSearches = count(["diagnosis"])
        milliseconds = report.duration.milliseconds
    }

    /// The same for people.
    var text: String {
        var parts = [
            "\(binds) \(binds == 1 ? "bind" : "binds") as the person",
            "\(searches) \(searches == 1 ? "search" : "searches")",
            "\((milliseconds * 10).rounded() / 10) ms",
        ]
        if diagnosisSearches > 0 {
            parts.append(
                "and \(diagnosisSearches) more \(diagnosisSearches == 1 ? "search" : "searches") for the cause")
        }
        return "Cost: " + parts.joined(separator: ", ") + "."
    }
}
