public import AuthCore
import Foundation
import LDAPBackend

/// What is wrong with a configuration in the light of the database and the directories.
public struct ConfigurationCheck: Sendable, Hashable {
    /// What must be mended: permissions that are not registered, rules that name no group. In the order of the file.
    public var problems: [ConfigurationProblem]
    /// What should be looked at: groups that were there and cannot be found any more. In the order of the file.
    public var warnings: [ConfigurationProblem]
    /// What could not be checked because something is down.
    public var unchecked: [String]

    /// The result of a check; nothing was found by default.
    public init(
        problems: [ConfigurationProblem] = [], warnings: [ConfigurationProblem] = [], unchecked: [String] = []
    ) {
        self.problems = problems
        self.warnings = warnings
        self.unchecked = unchecked
    }
}

extension Bridge {
    /// Checks the configuration against the database and the directories.
    ///
    /// - Parameters:
    ///   - thoroughly: Whether the folder of the database and the search bases are looked at too. Default: `false`, for a check before each
    ///     login.
    ///   - limit: How long each directory may take. Default: the login deadline.
    ///   - name: Somebody who is about to log in. If the account is local, the directories have nothing to do with it and are not asked.
    /// - Returns: What is wrong, and what could not be checked.
    public func check(
        thoroughly: Bool = false, within limit: Duration? = nil, for name: LoginName? = nil
    ) async -> ConfigurationCheck {
        var check = ConfigurationCheck()
        if thoroughly { check.problems += missingFolder() }
        do {
            check.problems += try await unregisteredPermissions()
        } catch {
            check.unchecked.append("The granted permissions were not checked: \(error)")
        }
        if await !isLocal(name) {
            for (directory, description) in zip(directories, configuration.directories)
            where thoroughly || description.hasRules {
                do {
                    if thoroughly {
                        let deadline = ContinuousClock.now + (limit ?? configuration.loginDeadline)
                        try await directory.requireReadableBases(AuthenticationContext(deadline: deadline))
                    }
                    try await findRuleGroups(of: directory, description, within: limit, &check)
                } catch {
                    check.unchecked.append("'\(directory.name)' was not checked: \(error)")
                }
            }
        }
        check.problems = check.problems.inOrderOfTheFile
        check.warnings = check.warnings.inOrderOfTheFile
        return check
    }

    private func findRuleGroups(
        of directory: LDAPBackend, _ description: DirectoryConfiguration, within limit: Duration?,
        _ check: inout ConfigurationCheck
    ) async throws {
        let deadline = ContinuousClock.now + (limit ?? configuration.loginDeadline)
        for unresolved in try await directory.unresolvedRuleGroups(AuthenticationContext(deadline: deadline)) {
            let location = description.ruleLocations[unresolved.leaf] ?? SourceLocation(file: configuration.file)
            let place = "directories.\(directory.name): "
            if unresolved.wasSeen {
                check.warnings.append(ConfigurationProblem(location, place + unresolved.explanation))
            } else {
                let meant = unresolved.near.map { " (did you mean '\($0)'?)" } ?? ""
                let message = place + unresolved.explanation + " Correct the rule\(meant), or create the group."
                check.problems.append(ConfigurationProblem(location, message))
            }
        }
    }

    private func missingFolder() -> [ConfigurationProblem] {
        let folder = URL(fileURLWithPath: configuration.databasePath).deletingLastPathComponent().path
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue { return [] }
        return [
            ConfigurationProblem(
                configuration.databaseLocation,
                "database: there is no folder \(folder); create it, or correct the path.")
        ]
    }

    private func isLocal(_ name: LoginName?) async -> Bool {
        guard let name, case .account(let record)? = try? await store.resolve(name) else { return false }
        return record.owner == .local
    }

    private func unregisteredPermissions() async throws -> [ConfigurationProblem] {
        let registered = Set(try await store.registeredPermissions().map(\.permission))
        return configuration.grantedPermissions.filter { !registered.contains($0.permission) }.map { granted in
            ConfigurationProblem(
                granted.location,
                "directories.\(granted.directory): the permission \(granted.permission) is not registered; "
                    + "run: dirbridge permission register \(granted.permission)")
        }
    }
}

extension DirectoryConfiguration {
    /// Whether anything depends on rules. Every kind of directory has the same.
    fileprivate var hasRules: Bool {
        backends.values.contains { $0.require != nil || $0.deny != nil || !$0.permissions.isEmpty || !$0.flags.isEmpty }
    }
}
