import AuthCore
import LDAPBackend
import SQLiteStore

/// What the directory itself says about those whom a scan did not see. Mere absence from a scan is no evidence: the scan may have been kept
/// from seeing them.
struct AbsenceEvidence: Sendable {
    /// Accounts whose people are gone: there is no entry with their id among people any more.
    var gone: [AbsentAccount] = []
    /// Ids of people who are gone, those whose accounts have nothing left to lose included.
    var goneIDs: Set<String> = []
    /// Ids of groups that are gone.
    var goneGroupIDs: Set<String> = []
    /// Why nothing counts as gone, in sentences; empty if the evidence is conclusive.
    var shortfalls: [String] = []
    private var whereabouts: [String: Whereabouts] = [:]

    /// How many people whom the scan saw are read again.
    static let canaryCount = 5

    /// What the directory says about somebody who is gone, in words.
    func words(_ id: String) -> String {
        switch whereabouts[id] {
        case .excluded(let dn): "\(dn) no longer matches users: filter"
        case .elsewhere(let dn): "the entry is \(dn) now, which is not below users: base"
        case .absent, .inScope, nil: "there is no entry with this id"
        }
    }

    /// Asks the directory.
    ///
    /// - Parameters:
    ///   - directory: The directory.
    ///   - database: The database with the scan in its staging tables.
    ///   - scan: The scan.
    ///   - candidates: Ids of people who may count as gone; `nil` for all whom the scan did not see.
    /// - Throws: `AuthenticationOutage` if it gives no complete answer.
    static func gather(
        _ directory: LDAPBackend, _ database: SyncDatabase, _ scan: DirectoryScan.Outcome,
        among candidates: Set<String>?
    ) async throws -> AbsenceEvidence {
        let (accounts, holders, groups, sample) = try database.read { reading in
            (
                try reading.absentAccounts(), try reading.nameContest().absentIDs,
                try absentGroups(directory, scan, reading),
                try reading.sample(canaryCount)
            )
        }
        var evidence = AbsenceEvidence()
        let ids = Set(accounts.map(\.link.id)).union(holders).filter { candidates?.contains($0) ?? true }
        if ids.isEmpty && groups.isEmpty { return evidence }
        let unseen = try await directory.whereabouts(ofIDs: sample).filter { !$0.value.isInScope }
        if !unseen.isEmpty {
            evidence.shortfalls.append(
                "\(unseen.count) of \(sample.count) people whom the scan saw could not be read again a moment later; "
                    + "look at the directory's access rules and its replicas.")
            return evidence
        }
        evidence.whereabouts = try await directory.whereabouts(ofIDs: Array(ids.union(groups)))
        func isGone(_ id: String) -> Bool { evidence.whereabouts[id].map { !$0.isInScope } ?? false }
        evidence.gone = accounts.filter { isGone($0.link.id) }
        evidence.goneIDs = ids.filter(isGone)
        evidence.goneGroupIDs = groups.filter { evidence.whereabouts[$0] == .absent }
        return evidence
    }

    /// Ids of groups that the scan did not see and whose mirrors have the name of one that it saw.
    private static func absentGroups(
        _ directory: LDAPBackend, _ scan: DirectoryScan.Outcome, _ reading: SyncReading
    ) throws -> Set<String> {
        let names = Set(scan.groups.values.map(\.name))
        // The application's own groups are nowhere in the directory.
        let seen = Set(scan.groups.values.map(\.id)).union(directory.mirrorHook?.groups.map(\.id) ?? [])
        let absent = try reading.groups().compactMap { group -> String? in
            guard let link = group.link, link.source == reading.source, names.contains(group.name) else { return nil }
            return seen.contains(link.id) ? nil : link.id
        }
        return Set(absent)
    }
}
