import AuthCore
import DirectoryBridge
import LDAPBackend

/// A configuration as it was understood, defaults included, without secrets.
struct ConfigurationText {
    let configuration: Configuration
    /// What directories with `preset: auto` turned out to be, by name: the preset and what told it, or why that is not known.
    let recognitions: [String: Result<RecognisedDirectory, AuthenticationOutage>]

    var text: String {
        let site = [
            ["file", configuration.file], ["database", "sqlite:" + configuration.databasePath],
            ["chain", configuration.chain.joined(separator: ", ")],
            ["login_deadline", configuration.loginDeadline.asWritten],
        ]
        var rows = site + passwords + throttling + sessions
        for directory in configuration.directories {
            rows += (preset(of: directory) + Self.rows(directory.client) + described(directory)).map {
                ["directories.\(directory.name).\($0)", $1]
            }
        }
        return Output.table(rows)
    }

    private func preset(of directory: DirectoryConfiguration) -> [(String, String)] {
        if let preset = directory.preset { return [("preset", preset.rawValue)] }
        switch recognitions[directory.name] {
        case .success(let found): return [("preset", "auto: \(found.preset.rawValue), by \(found.ground)")]
        case .failure(let outage): return [("preset", "auto: not known yet. \(outage.message)")]
        case nil: return [("preset", "auto")]
        }
    }

    /// What is known of a directory; what depends on its kind only where that is known.
    private func described(_ directory: DirectoryConfiguration) -> [(String, String)] {
        if let backend = directory.backend { return Self.rows(backend) }
        if case .success(let found)? = recognitions[directory.name], let backend = directory.backends[found.preset] {
            return Self.rows(backend)
        }
        let kinds = directory.backends.sorted { $0.key.rawValue < $1.key.rawValue }
            .map { (preset: $0.key.rawValue, rows: Self.rows($0.value)) }
        guard let first = kinds.first else { return [] }
        return first.rows.enumerated().map { place, row in
            let values = kinds.map { $0.rows[place].1 }
            var presets: [String: [String]] = [:]
            for (kind, value) in zip(kinds, values) { presets[value, default: []].append(kind.preset) }
            if presets.count == 1 { return row }
            let words = presets.sorted { $0.value[0] < $1.value[0] }.map { value, presets in
                "\(value) (\(presets.joined(separator: ", ")))"
            }
            return (row.0, words.joined(separator: " or "))
        }
    }
}
