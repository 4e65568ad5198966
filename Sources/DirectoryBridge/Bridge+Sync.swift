import AuthCore
public import DirectorySync
import LDAPBackend

extension Bridge {
    /// Runs a sync of one directory.
    ///
    /// - Parameters:
    ///   - name: The directory; `nil` for the only one there is.
    ///   - order: What to do. Default: compute a plan and apply it.
    ///   - keepsChanges: Whether the report lists the plan's changes.
    ///   - progress: Hears how far the run has come.
    /// - Throws: ``AdministrationError`` if there is no such directory, or if there are several and none is named; `AuthenticationOutage`;
    ///   `SyncError`.
    public func sync(
        _ name: String? = nil, _ order: SyncOrder = .apply, keepsChanges: Bool = false,
        progress: @escaping @Sendable (SyncProgress) -> Void = { _ in }
    ) async throws -> SyncReport {
        let directory = try chainedDirectory(named: name)
        let limits = configuration.directories.first { $0.name == directory.name }?.lossLimits
        let sync = DirectorySync(
            directory: directory, databasePath: configuration.databasePath, limits: limits ?? LossLimits(),
            logger: logger)
        return try await sync.run(order, keepsChanges: keepsChanges, progress: progress)
    }

    /// The directory of a name, or the only one.
    func directory(named name: String?) throws -> LDAPBackend {
        let names = directories.map(\.name).joined(separator: ", ")
        guard let name else {
            if directories.count == 1 { return directories[0] }
            throw AdministrationError(
                .noSuchDirectory,
                directories.isEmpty
                    ? "No directory is configured; describe one under directories:."
                    : "There are several directories; name one with --directory: \(names).")
        }
        guard let directory = directories.first(where: { $0.name == name }) else {
            throw AdministrationError(.noSuchDirectory, "There is no directory '\(name)'; there are: \(names).")
        }
        return directory
    }
}
