import AuthCore
import LDAPClient

extension DirectoryReader {
    /// The username an entry gives: the one value of the mapped attribute, normalised; `nil` if there is none, if there are several, or if
    /// it is not text. An identity is never "the first of several", since values have no order (RFC 4511 section 4.1.7).
    func username(of entry: LDAPEntry) -> String? {
        let values = entry[configuration.attributes.username]
        guard values.count == 1, let text = values[0].string, !text.isEmpty else { return nil }
        return LoginName.normalized(text)
    }

    /// The values of the mapped attributes. One that an entry does not have is empty, so that what is removed there is removed here.
    func mappedValues(of entry: LDAPEntry) -> (
        fields: [UserField: String], profile: [String: String?], warnings: [String]
    ) {
        var warnings: [String] = []
        var fields: [UserField: String] = [:]
        for (field, attribute) in configuration.attributes.fields {
            switch value(of: attribute, in: entry) {
            case .text(let text): fields[field] = text
            case .absent: fields[field] = ""
            case .notText:
                warnings.append("\(attribute) of \(entry.dn) is not valid UTF-8; \(field.rawValue) was left as it was.")
            }
        }
        var profile: [String: String?] = [:]
        for (key, attribute) in configuration.attributes.profile {
            switch value(of: attribute, in: entry) {
            case .text(let text): profile[key] = .some(text)
            case .absent: profile[key] = .some(nil)
            case .notText:
                warnings.append("\(attribute) of \(entry.dn) is not valid UTF-8; \(key) was left as it was.")
            }
        }
        return (fields, profile, warnings)
    }

    private enum Value {
        case text(String)
        case absent
        case notText
    }

    /// Of several values the least is taken, so that the choice does not change from one answer of the server to the next.
    private func value(of attribute: String, in entry: LDAPEntry) -> Value {
        let values = entry[attribute]
        if values.isEmpty { return .absent }
        let texts = values.compactMap(\.string).filter { !$0.unicodeScalars.contains("\0") }
        guard let least = texts.min(by: { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }) else {
            return .notText
        }
        return .text(least)
    }
}
