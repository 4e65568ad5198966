import Foundation
import Yams

extension Configuration {
    /// Reads and validates a configuration file. Nothing is contacted and nothing is written.
    ///
    /// - Parameter file: The path. Paths in the file that do not begin with `/` are meant from the folder it is in.
    /// - Throws: ``InvalidConfiguration`` with everything that is wrong.
    public static func load(file: String) throws(InvalidConfiguration) -> Configuration {
        let whole = SourceLocation(file: file)
        let bytes: Data
        do {
            bytes = try Data(contentsOf: URL(fileURLWithPath: file))
        } catch {
            let reason = FileManager.default.fileExists(atPath: file) ? "it cannot be read" : "there is no such file"
            throw InvalidConfiguration([
                ConfigurationProblem(
                    whole, "\(reason); name the configuration with --config FILE or in DIRBRIDGE_CONFIG.")
            ])
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw InvalidConfiguration([ConfigurationProblem(whole, "the file is not valid UTF-8.")])
        }
        // Some editors begin a file with a byte order mark, which is no part of the text.
        return try parse(text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text, file: file)
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
