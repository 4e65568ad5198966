import LDAPBackend

extension SettingsNode {
    /// `true` or `false`.
    func bool() -> Bool? {
        guard let text = text() else { return nil }
        switch text {
        case "true": return true
        case "false": return false
        default:
            fail("expected true or false, found '\(text)'.")
            return nil
        }
    }

    /// A whole number in a range.
    func integer(_ range: ClosedRange<Int>) -> Int? {
        guard let text = text() else { return nil }
        guard let number = Int(text), range.contains(number) else {
            fail("expected a whole number from \(range.lowerBound) to \(range.upperBound), found '\(text)'.")
            return nil
        }
        return number
    }

    /// A duration: a number and `ms`, `s`, `m`, `h` or `d`. Never zero: no limit here means "at once" or "never".
    func duration() -> Duration? {
        guard let text = text() else { return nil }
        let number = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text[number.endIndex...]
        guard let count = Int64(number), count > 0, count <= 1_000_000_000 else {
            fail("expected a duration such as 500ms, 10s or 15m, found '\(text)'.")
            return nil
        }
        switch unit {
        case "ms": return .milliseconds(count)
        case "s": return .seconds(count)
        case "m": return .seconds(count * 60)
        case "h": return .seconds(count * 3600)
        case "d": return .seconds(count * 86_400)
        default:
            fail("expected a duration such as 500ms, 10s or 15m, found '\(text)'; say the unit.")
            return nil
        }
    }

    /// One of a few words.
    func choice<Value>(_ choices: [(String, Value)]) -> Value? {
        guard let text = text() else { return nil }
        if let match = choices.first(where: { $0.0 == text }) { return match.1 }
        let meant = NearestWord.to(text, among: choices.map(\.0)).map { " Did you mean '\($0)'?" } ?? ""
        fail("'\(text)' is not one of \(choices.map(\.0).joined(separator: ", ")).\(meant)")
        return nil
    }

    /// One of the raw values of an enumeration.
    func choice<Value: RawRepresentable & CaseIterable>(_ type: Value.Type) -> Value? where Value.RawValue == String {
        choice(type.allCases.map { ($0.rawValue, $0) })
    }

    /// One text, or a list of texts.
    func texts() -> [String] {
        if isList { return (list() ?? []).compactMap { $0.text() } }
        return text().map { [$0] } ?? []
    }

    /// What `make` makes of the text; what it throws is the problem.
    func parsed<Value, Failure: Error>(_ make: (String) throws(Failure) -> Value) -> Value? {
        guard let text = text() else { return nil }
        return reporting { () throws(Failure) in try make(text) }
    }

    /// What `make` makes; what it throws is the problem.
    func reporting<Value, Failure: Error>(_ make: () throws(Failure) -> Value) -> Value? {
        do {
            return try make()
        } catch {
            fail("\(error)")
            return nil
        }
    }

    /// An attribute description (RFC 4512 section 2.5): a name or an OID, and options behind semicolons.
    func attributeName() -> String? {
        guard let text = text() else { return nil }
        let description = /(?:[A-Za-z][A-Za-z0-9-]*|[0-9]+(?:\.[0-9]+)+)(?:;[A-Za-z0-9-]+)*/
        guard text.wholeMatch(of: description) != nil else {
            fail("'\(text)' is not an attribute's name.")
            return nil
        }
        return text
    }
}
