public import AuthCore
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
    ///   - limit: How long each directory may take. Default: the login deadline.
    ///   - name: Somebody who is about to log in. If the account is local, the directories have nothing to do with it and are not asked.
    /// - Returns: What is wrong, and what could not be checked.
    public func check(within limit: Duration? = nil, for name: LoginName? = nil) async -> ConfigurationCheck {
        var check = ConfigurationCheck()
        do {
            check.problems += try await unregisteredPermissions()
        } catch {
            check.unchecked.append("The granted permissions were not checked: \(error)")
        }
        if await !isLocal(name) {
            for (directory, description) in zip(directories, configuration.directories)
            where !description.backend.rulesAreEmpty {
                do {
                    try await findRuleGroups(of: directory, description, within: limit, &check)
                } catch {
                    check.unchecked.append(
                        "The groups that rules of '\(directory.name)' name were not checked: \(error)")
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
                let message = place + unresolved.explanation + " Correct the rule, or create the group."
                check.problems.append(ConfigurationProblem(location, message))
            }
        }
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

extension LDAPBackendConfiguration {
    fileprivate var rulesAreEmpty: Bool { require == nil && deny == nil && permissions.isEmpty && flags.isEmpty }
}
