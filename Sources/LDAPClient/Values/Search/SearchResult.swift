/// Whether a search returned everything that matches. Only a complete result proves that something is absent.
public enum SearchCompleteness: Sendable, Hashable {
    /// The final result was success, no part was referred elsewhere, and no page or value range is missing.
    case complete
    /// Something may be missing, for this reason.
    case incomplete(IncompleteReason)

    /// Whether the result is proved to be complete.
    public var isComplete: Bool { self == .complete }
}

/// Why a search result may lack entries or values.
public enum IncompleteReason: String, Sendable, Hashable {
    /// The size limit of the request or the server was reached.
    case sizeLimit
    /// The time limit of the request or the server was reached.
    case timeLimit
    /// Another limit of the server was reached.
    case adminLimit
    /// The server named other servers that hold parts of the subtree; they are never followed.
    case references
    /// An attribute came with part of its values only (`;range=` options), and the rest was not to be had, or changed
    /// while it was read.
    case rangeCut
}

/// What a search returned.
public struct SearchResult: Sendable, Hashable {
    /// The entries in the order in which they came.
    public var entries: [LDAPEntry]
    /// Whether these are all.
    public var completeness: SearchCompleteness
    /// Search result references (RFC 4511, 4.5.3), as URLs.
    public var references: [String]
    /// The final result code.
    public var resultCode: Int32
    /// The controls of the final response.
    public var controls: [LDAPControl]

    /// Creates a result.
    public init(
        entries: [LDAPEntry], completeness: SearchCompleteness = .complete, references: [String] = [],
        resultCode: Int32 = 0, controls: [LDAPControl] = []
    ) {
        self.entries = entries
        self.completeness = completeness
        self.references = references
        self.resultCode = resultCode
        self.controls = controls
    }
}

extension SearchCompleteness {
    /// What the end of a search proves. `nil` if the result code is a failure, not a limit.
    static func judge(resultCode: Int32, hasReferences: Bool, hasRangeCut: Bool) -> SearchCompleteness? {
        switch resultCode {
        case 0:
            if hasReferences {
                .incomplete(.references)
            } else if hasRangeCut {
                .incomplete(.rangeCut)
            } else {
                .complete
            }
        case 3: .incomplete(.timeLimit)
        case 4: .incomplete(.sizeLimit)
        case 11: .incomplete(.adminLimit)
        default: nil
        }
    }
}
