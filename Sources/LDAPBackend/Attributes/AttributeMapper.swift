import AuthCore
import LDAPClient

/// One rule at work: makes the value of a field or of a profile attribute from an entry.
struct AttributeMapper: Sendable {
    /// What is made.
    enum Target: Sendable, Hashable {
        case field(UserField)
        case profile(key: String)

        /// As people know it.
        var name: String {
            switch self {
            case .field(let field): field.rawValue
            case .profile(let key): key
            }
        }
    }

    /// What came of it.
    enum Made: Sendable, Hashable {
        /// The value in canonical form. It fits where it goes.
        case value(String)
        /// There is no value.
        case missing
        /// There is one, of which nothing can be made.
        case unusable
    }

    let rule: AttributeRule
    let target: Target
    private let reader: any AttributeValueReader

    init(_ rule: AttributeRule, for target: Target) {
        self.rule = rule
        self.target = target
        reader = rule.type.reader
    }

    /// Makes the value.
    /// - Parameter warnings: Gets what could not be used.
    func make(_ entry: LDAPEntry, _ warnings: inout [AttributeWarning]) -> Made {
        let raw: [LDAPValue]
        switch rule.source {
        case .attribute(let name): raw = entry[name]
        case .template(let template):
            switch template.fill(entry) {
            case .text(let text): raw = [LDAPValue(text)]
            case .missing: raw = []
            case .unusable(let problem):
                warnings.append(warning(problem, .leftAsItWas, entry))
                return .unusable
            }
        }
        var values: [AttributeValue] = []
        var refused: [(problem: AttributeWarning.Problem, measure: String?)] = []
        for value in raw {
            switch reader.read(value) {
            case .nothing: break
            case .unusable(let problem): refused.append((problem, nil))
            case .value(let value):
                if let measure = excess(of: value) {
                    refused.append((.tooLong, measure))
                } else {
                    values.append(value)
                }
            }
        }
        // One warning for each kind of problem, however many values have it.
        var seen: Set<AttributeWarning.Problem> = []
        for (problem, measure) in refused where seen.insert(problem).inserted {
            warnings.append(warning(problem, values.isEmpty ? .leftAsItWas : .leftOut, entry, measure))
        }
        if values.isEmpty { return refused.isEmpty ? .missing : .unusable }
        let text = text(of: values)
        // A value that stays alone was measured already.
        if values.count > 1 || rule.values == .all, let measure = excess(of: .text(text)) {
            warnings.append(warning(.tooLong, .leftAsItWas, entry, measure))
            return .unusable
        }
        return .value(text)
    }

    /// That a required value is not there.
    func warningOfMissing(_ entry: LDAPEntry) -> AttributeWarning {
        warning(.missing, .leftAsItWas, entry)
    }

    private func text(of values: [AttributeValue]) -> String {
        if values.count == 1, rule.values != .all { return values[0].text }
        let sorted = values.map { (text: $0.text, value: $0) }
            .sorted { $0.text.utf8.lexicographicallyPrecedes($1.text.utf8) }
        var unique: [(text: String, value: AttributeValue)] = []
        for one in sorted {
            if let last = unique.last, last.text.utf8.elementsEqual(one.text.utf8) { continue }
            unique.append(one)
        }
        switch rule.values {
        case .first: return unique[0].text
        case .joined(let separator): return unique.map(\.text).joined(separator: separator)
        case .all: return "[" + unique.map(\.value.json).joined(separator: ",") + "]"
        }
    }

    /// Why a value does not fit; `nil` if it does. Columns are measured in characters, a profile in octets.
    private func excess(of value: AttributeValue) -> String? {
        switch target {
        case .field(let field):
            // A text has no more characters than octets.
            guard value.size > field.maximumLength else { return nil }
            let count = characters(of: value)
            return count > field.maximumLength
                ? "has \(count) characters, and \(field.rawValue) holds \(field.maximumLength)" : nil
        case .profile:
            let limit = min(rule.maximumSize, ExternalAccount.maximumProfileSize)
            return value.size > limit ? "takes \(value.size) bytes, at most \(limit) are kept" : nil
        }
    }

    private func characters(of value: AttributeValue) -> Int {
        // Base64 has as many octets as characters, and is not made to be counted.
        if case .binary = value { return value.size }
        return value.text.unicodeScalars.count
    }

    private func warning(
        _ problem: AttributeWarning.Problem, _ outcome: AttributeWarning.Outcome, _ entry: LDAPEntry,
        _ measure: String? = nil
    ) -> AttributeWarning {
        let kind = AttributeWarning.Kind(
            source: rule.source.description, target: target.name, problem: problem, outcome: outcome)
        return AttributeWarning(kind, dn: entry.dn, measure: measure)
    }
}
