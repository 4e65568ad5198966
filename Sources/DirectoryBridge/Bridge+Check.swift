public import AuthCore
import LDAPBackend

extension Bridge {
    /// What is wrong with the configuration in the light of the database and the directories: permissions that are not registered, rules
    /// that name no group.
    ///
    /// - Parameters:
    ///   - limit: How long each directory may take. Default: the login deadline.
    ///   - name: Somebody who is about to log in. If the account is local, the directories have nothing to do with it and are not asked.
    /// - Returns: The problems, in the order of the file, and what could not be checked because something was down.
    public func check(
        within limit: Duration? = nil, for name: LoginName? = nil
    ) async -> (problems: [ConfigurationProblem], unchecked: [String]) {
        var problems: [ConfigurationProblem] = []
        var unchecked: [String] = []
        do {
            problems += try await unregisteredPermissions()
        } catch {
            unchecked.append("The granted permissions were not checked: \(error)")
        }
        if await isLocal(name) { return (problems.inOrderOfTheFile, unchecked) }
        for (directory, description) in zip(directories, configuration.directories)
        where !description.backend.rulesAreEmpty {
            do {
                let deadline = ContinuousClock.now + (limit ?? configuration.loginDeadline)
                for unresolved in try await directory.unresolvedRuleGroups(AuthenticationContext(deadline: deadline)) {
                    let location =
                        description.ruleLocations[unresolved.leaf] ?? SourceLocation(file: configuration.file)
                    problems.append(
                        ConfigurationProblem(
                            location,
                            "directories.\(directory.name): \(unresolved.explanation) Correct the rule, or create the group."
                        ))
                }
            } catch {
                unchecked.append("The groups that rules of '\(directory.name)' name were not checked: \(error)")
            }
        }
        return (problems.inOrderOfTheFile, unchecked)
    }

    private func isLocal(_ name: LoginName?) async -> Bool {
        guard let name, case .account(let record)? = try? await store.resolve(name) else { return false }
        return record.owner == .local
    }

    private func unregisteredPermissions() async throws -> [ConfigurationProblem] {
        let registered = Set(try await store.registeredPermissions().map(\.permission))
        return configuration.directories.flatMap { directory in
            directory.permissionLocations.filter { !registered.contains($0.key) }.map { permission, location in
                ConfigurationProblem(
                    location,
                    "directories.\(directory.name): the permission \(permission) is not registered; run: dirbridge permission register \(permission)"
                )
            }
        }
    }
}

extension LDAPBackendConfiguration {
    fileprivate var rulesAreEmpty: Bool { require == nil && deny == nil && permissions.isEmpty && flags.isEmpty }
}
