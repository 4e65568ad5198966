import LDAPClient

extension SearchResult {
    /// Whether nothing was cut off. References point to other servers: what this one holds was returned in full, but it is not all.
    var isConclusive: Bool {
        switch completeness {
        case .complete, .incomplete(.references): true
        case .incomplete: false
        }
    }

    /// Why it is not the whole answer, in words.
    var shortfall: String {
        switch completeness {
        case .complete: "complete"
        case .incomplete(.references): "a part of the tree is on another server"
        case .incomplete(let reason): "cut off: \(reason.rawValue)"
        }
    }
}
