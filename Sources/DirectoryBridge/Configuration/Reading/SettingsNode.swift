import LDAPBackend
import Yams

/// One value of the configuration file on its way to a typed setting: it knows its key's path and its line, and says what is wrong with it.
///
/// Reading goes on after a mistake, so that a file's mistakes are reported together; a value that could not be read is `nil` then.
struct SettingsNode {
    let node: Node
    /// The keys that lead here, joined by full stops.
    let path: String
    let problems: ProblemCollector

    var line: Int? { node.mark?.line }
    var location: SourceLocation { problems.location(line: line) }

    /// Says that the value is wrong.
    func fail(_ message: String) {
        problems.report(line: line, "\(path.isEmpty ? "the file" : path): \(message)")
    }

    /// Says that a key is wrong.
    private func failKey(line: Int?, _ message: String) {
        problems.report(line: line, (path.isEmpty ? "" : path + ": ") + message)
    }

    private func child(_ node: Node, _ key: String) -> SettingsNode {
        SettingsNode(node: node, path: path.isEmpty ? key : path + "." + key, problems: problems)
    }

    // MARK: Shapes

    /// The value as a map whose keys are all known; `nil`, and a problem, if it is no map. Unknown and repeated keys are problems.
    func section(_ known: String...) -> SettingsSection? {
        guard let entries = entries() else { return nil }
        var values: [String: SettingsNode] = [:]
        for (key, value) in entries {
            if known.contains(key) {
                values[key] = value
            } else {
                let meant =
                    NearestWord.to(key, among: known).map { "did you mean '\($0)'?" }
                    ?? "known here: \(known.joined(separator: ", "))."
                failKey(line: value.keyLine ?? value.line, "unknown key '\(key)'; \(meant)")
            }
        }
        return SettingsSection(owner: self, values: values)
    }

    /// The value as a map with keys of the reader's own choosing, in the order of the file.
    func entries() -> [(key: String, value: SettingsNode)]? {
        guard case .mapping(let mapping) = node else {
            fail("expected keys and values, found \(kind).")
            return nil
        }
        var seen: Set<String> = []
        var entries: [(String, SettingsNode)] = []
        for (keyNode, valueNode) in mapping {
            guard case .scalar(let scalar) = keyNode else {
                failKey(line: keyNode.mark?.line, "a key must be plain text.")
                continue
            }
            guard seen.insert(scalar.string).inserted else {
                failKey(line: keyNode.mark?.line, "the key '\(scalar.string)' is given twice; remove one.")
                continue
            }
            var value = child(valueNode, scalar.string)
            value.keyLine = keyNode.mark?.line
            entries.append((scalar.string, value))
        }
        return entries
    }

    /// The line of the key, where it is not the value's.
    var keyLine: Int?

    /// The value as a list.
    func list() -> [SettingsNode]? {
        guard case .sequence(let sequence) = node else {
            fail("expected a list, found \(kind).")
            return nil
        }
        return sequence.enumerated().map { SettingsNode(node: $1, path: "\(path)[\($0)]", problems: problems) }
    }

    init(node: Node, path: String, problems: ProblemCollector) {
        self.node = node
        self.path = path
        self.problems = problems
    }

    /// Whether the value is a map.
    var isMap: Bool { if case .mapping = node { true } else { false } }

    /// Whether the value is a list.
    var isList: Bool { if case .sequence = node { true } else { false } }

    /// What the value is, in words. Not what it says: that may be a secret in the wrong place.
    private var kind: String {
        switch node {
        case .mapping: "keys and values"
        case .sequence: "a list"
        case .scalar(let scalar): Self.isNothing(scalar) ? "nothing" : "plain text"
        case .alias: "an alias"
        }
    }

    /// The plain text of a single value; `nil`, and a problem, if it is a map, a list or nothing.
    func text() -> String? {
        guard case .scalar(let scalar) = node, !Self.isNothing(scalar) else {
            fail("expected text, found \(kind).")
            return nil
        }
        return scalar.string
    }

    /// What YAML takes for null: no text, or one of these words without quotes (YAML 1.2.2 section 10.3.2).
    private static func isNothing(_ scalar: Node.Scalar) -> Bool {
        scalar.string.isEmpty || scalar.style == .plain && ["~", "null", "Null", "NULL"].contains(scalar.string)
    }
}

extension Node {
    /// The first node that has a name for others to refer to. A few lines of such references can stand for more values than fit into memory.
    var firstAnchored: Node? {
        switch self {
        case .scalar(let scalar): scalar.anchor == nil ? nil : self
        case .mapping(let mapping):
            mapping.anchor == nil
                ? mapping.lazy.compactMap { $0.key.firstAnchored ?? $0.value.firstAnchored }.first : self
        case .sequence(let sequence):
            sequence.anchor == nil ? sequence.lazy.compactMap(\.firstAnchored).first : self
        case .alias: self
        }
    }
}
