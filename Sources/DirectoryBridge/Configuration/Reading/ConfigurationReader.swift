import LDAPBackend
import AuthCore
import Foundation

/// Turns the file's values into a ``Configuration``. One method a section; each key is accepted because it has an effect.
///
/// Where there are problems, what could be read is a configuration still: not to be used, but to be checked further.
struct ConfigurationReader {
    let problems: ProblemCollector

    func read(_ root: SettingsNode) -> Configuration? {
        guard
            let section = root.section(
                "database", "chain", "login_deadline", "passwords", "throttling", "secret_key_file",
                "secret_key_fallback_files", "sessions", "directories")
        else { return nil }
        let database = section.required("database", example: "sqlite:/var/lib/dirbridge/accounts.db").flatMap(
            databasePath)
        let sections = section["directories"]?.entries() ?? []
        let directories = sections.compactMap(directory)
        let names = sections.map(\.key)
        let chain = section.required("chain", example: "[corp, local]").flatMap { self.chain($0, directories: names) }
        let passwords = passwords(section["passwords"])
        let throttling = throttling(section["throttling"])
        let secretKeys = secretKeys(section["secret_key_file"], fallbacks: section["secret_key_fallback_files"])
        let sessions = sessions(section["sessions"])
        let deadline = section["login_deadline"]?.duration()
        if problems.problems.isEmpty, directories.count < sections.count {
            root.fail("a directory could not be read.")
        }
        guard let database, let chain else { return nil }
        return Configuration(
            file: problems.location(line: nil).file, databasePath: database,
            databaseLocation: section["database"]?.location ?? root.location,
            chain: chain.filter { name in name == Configuration.localName || directories.contains { $0.name == name } },
            loginDeadline: deadline ?? .seconds(10), passwords: passwords,
            throttling: throttling, secretKeys: secretKeys, sessions: sessions, directories: directories,
            grantedPermissions: problems.grantedPermissions)
    }

    private func databasePath(_ value: SettingsNode) -> String? {
        guard let text = value.text() else { return nil }
        guard text.hasPrefix("sqlite:"), text.count > 7 else {
            value.fail("expected sqlite:FILE, found '\(text)'.")
            return nil
        }
        return path(String(text.dropFirst(7)))
    }

    private func chain(_ value: SettingsNode, directories: [String]) -> [String]? {
        guard let items = value.list() else { return nil }
        if items.isEmpty {
            value.fail(
                "the chain is empty, so nobody could log in; write for example [\((directories + [Configuration.localName]).joined(separator: ", "))]."
            )
        }
        var chain: [String] = []
        for item in items {
            guard let name = item.text() else { continue }
            if name != Configuration.localName, !directories.contains(name) {
                let meant =
                    NearestWord.to(name, among: directories + [Configuration.localName]).map { "did you mean '\($0)'?" }
                    ?? "describe it under directories."
                item.fail("there is no directory '\(name)'; \(meant)")
            } else if chain.contains(name) {
                item.fail("'\(name)' is in the chain twice; remove one.")
            } else {
                chain.append(name)
            }
        }
        return chain
    }

    /// A path of the file, from the folder the file is in.
    func path(_ text: String) -> String {
        if text.hasPrefix("/") { return text }
        let file = URL(fileURLWithPath: problems.location(line: nil).file)
        return file.deletingLastPathComponent().appendingPathComponent(text).standardizedFileURL.path
    }
}
