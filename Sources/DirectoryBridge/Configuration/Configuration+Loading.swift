import Foundation
import Yams

extension Configuration {
    /// Reads and validates a configuration file. Nothing is contacted and nothing is written.
    ///
    /// - Parameter file: The path. Paths in the file that do not begin with `/` are meant from the folder it is in.
    /// - Throws: ``InvalidConfiguration`` with everything that is wrong.
    public static func load(file: String) throws(InvalidConfiguration) -> Configuration {
        let draft = draft(file: file)
        guard let configuration = draft.configuration, draft.problems.isEmpty else {
            throw InvalidConfiguration(draft.problems)
        }
        return configuration
    }

    /// Validates a configuration's text.
    /// - Parameters:
    ///   - text: YAML.
    ///   - file: The file's path, for messages and for the paths in it.
    /// - Throws: ``InvalidConfiguration`` with everything that is wrong.
    public static func parse(_ text: String, file: String) throws(InvalidConfiguration) -> Configuration {
        let problems = ProblemCollector(file: file)
        let configuration = read(text, problems)
        guard let configuration, problems.problems.isEmpty else { throw InvalidConfiguration(problems.problems) }
        return configuration
    }

    /// Reads a configuration file with everything that is wrong with it, for a check that wants to go on.
    ///
    /// - Parameter file: The path.
    /// - Returns: What could be read: not to be used where there are problems, but ``Bridge/check(within:for:)`` finds more of them in it.
    public static func draft(file: String) -> (configuration: Configuration?, problems: [ConfigurationProblem]) {
        let problems = ProblemCollector(file: file)
        do {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
            guard let text = String(validating: bytes, as: UTF8.self) else {
                problems.report(line: nil, "the file is not valid UTF-8.")
                return (nil, problems.problems)
            }
            // Some editors begin a file with a byte order mark, which is no part of the text.
            let configuration = read(text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text, problems)
            return (configuration, problems.problems)
        } catch {
            let reason = FileManager.default.fileExists(atPath: file) ? "it cannot be read" : "there is no such file"
            problems.report(line: nil, "\(reason); name the configuration with --config FILE or in DIRBRIDGE_CONFIG.")
            return (nil, problems.problems)
        }
    }

    private static func read(_ text: String, _ problems: ProblemCollector) -> Configuration? {
        do {
            let parser = try Parser(yaml: text)
            guard let root = try parser.singleRoot() else {
                problems.report(line: nil, "the file is empty; the README has an example.")
                return nil
            }
            // Nodes refer to their anchors weakly; the parser holds them.
            if let anchored = withExtendedLifetime(parser, { root.firstAnchored }) {
                problems.report(
                    line: anchored.mark?.line, "anchors (&) and aliases (*) are not read; write the value out.")
                return nil
            }
            return ConfigurationReader(problems: problems).read(SettingsNode(node: root, path: "", problems: problems))
        } catch let error as YamlError {
            problems.report(line: error.line, error.words)
        } catch {
            problems.report(line: nil, "this is not YAML: \(error)")
        }
        return nil
    }
}

extension YamlError {
    /// Where the parser gave up, counted from 1.
    fileprivate var line: Int? {
        switch self {
        case .reader(_, _, _, _): nil
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
        case .duplicatedKeysInMapping(_, let context): context.mark.line
        default: nil
        }
    }

    /// What is wrong, in a line.
    fileprivate var words: String {
        switch self {
        case .scanner(let context, let problem, _, _), .parser(let context, let problem, _, _),
            .composer(let context, let problem, _, _):
            "this is not YAML: \(context.map { $0.text + " " } ?? "")\(problem)."
        case .duplicatedKeysInMapping(let duplicates, _):
            "the key \(duplicates.map { "'\($0)'" }.joined(separator: ", ")) is given twice; remove one."
        default: "this is not YAML: " + "\(self)".replacing("\n", with: " ")
        }
    }
}
