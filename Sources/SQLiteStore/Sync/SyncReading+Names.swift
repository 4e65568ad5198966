internal import GRDB

/// People whose names others of the same source have now, and who these are.
package struct NameContest: Sendable {
    /// The places of all who have part in it: who should get a name, and who has one that another should get.
    package var positions: [Int64] = []
    /// By the place of somebody who should get a name: the places of those who have it, as far as the scan saw them.
    package var rivals: [Int64: [Int64]] = [:]
    /// Ids of people whom the scan saw under another name than the one that somebody else should get.
    package var renamedIDs: Set<String> = []
    /// Ids of people who have a name that somebody should get, and whom the scan did not see.
    package var absentIDs: Set<String> = []
}

extension SyncReading {
    /// Finds who should get a name that another account of the source has.
    package func nameContest() throws -> NameContest {
        var contest = NameContest()
        var seen: Set<Int64> = []
        func take(_ position: Int64) {
            if seen.insert(position).inserted { contest.positions.append(position) }
        }
        try database.each(
            """
            SELECT s.position, l.external_id, r.position
            FROM staging.person s
            JOIN bridge_folded_name f ON f.folded = s.folded
            JOIN auth_user u ON u.id = f.user_id AND u.username = f.username
            JOIN bridge_user_link l ON l.user_id = u.id AND l.source = ?1 AND l.external_id <> s.id
            LEFT JOIN staging.person r ON r.id = l.external_id
            LEFT JOIN bridge_user_link o ON o.source = ?1 AND o.external_id = s.id
            LEFT JOIN bridge_folded_name n ON n.user_id = o.user_id
            WHERE s.folded <> '' AND n.folded IS NOT s.folded AND r.folded IS NOT s.folded AND r.folded IS NOT ''
            ORDER BY s.position
            """, [source]
        ) { row in
            let position = try row.integer(0)
            let id = try row.text(1)
            take(position)
            if let rival = try row.optionalInteger(2) {
                take(rival)
                contest.rivals[position, default: []].append(rival)
                contest.renamedIDs.insert(id)
            } else {
                contest.absentIDs.insert(id)
            }
        }
        return contest
    }
}
