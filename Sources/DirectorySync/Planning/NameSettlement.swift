import AuthCore
import SQLiteStore

/// Gives names that others have had to those who should have them now, all in one transaction: nobody is left with a name that is neither
/// the old nor the new one.
struct NameSettlement: Sendable {
    /// The places of all who have part in it, from ``NameOrder``.
    let order: [Int64]
    /// Ids that provably no longer go by the name they have here.
    let released: Set<String>

    /// Makes the changes that give something; what takes something away comes last in a run.
    /// - Returns: What was decided, by place, in order.
    func settle(
        _ judge: PersonJudge, in transaction: inout SyncTransaction
    ) throws -> [(position: Int64, judgement: PersonJudge.Judgement)] {
        var judgements: [(position: Int64, judgement: PersonJudge.Judgement)] = []
        var released = released
        for position in order {
            // Each is read again, since the one before may have changed whose name it is.
            for pair in try transaction.reading.pairs([position]) {
                let judgement = judge.judge(pair, released: released)
                try transaction.apply(judgement.changes.filter { !$0.takesAway }, to: judgement.user)
                // Who cannot have the new name keeps the old one, and nobody else gets that.
                if judgement.keepsName { released.remove(judgement.link.id) }
                judgements.append((position, judgement))
            }
        }
        return judgements
    }
}
