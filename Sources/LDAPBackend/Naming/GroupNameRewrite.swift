public import LDAPClient
import Synchronization

/// Replaces in names what a regular expression finds: `^app-(.+)-users$` by `$1` makes `wiki` of `app-wiki-users`.
///
/// The first match is replaced; a name without one stays as it is.
public struct GroupNameRewrite: Sendable, Hashable, CustomStringConvertible {
    private enum Piece: Sendable, Hashable {
        case literal(String)
        case capture(Int)
    }

    /// The regular expression.
    public let pattern: String
    /// What comes in the place of a match.
    public let replacement: String

    private let expression: Expression
    private let pieces: [Piece]

    /// Longer names are left as they are: the time an expression takes may grow fast with the name, and a mirror's name has at most 150
    /// characters.
    private static let maximumLength = 512

    /// A rewriting.
    /// - Parameters:
    ///   - pattern: A regular expression in the syntax of Swift's `Regex`.
    ///   - replacement: A text in which `$0` stands for the match, `$1` to `$9` for what its groups have found, and `$$` for a dollar sign.
    /// - Throws: ``LDAPError/Code/invalidArgument`` where the pattern is none, or the replacement speaks of a group that it has not.
    public init(pattern: String, replacement: String) throws(LDAPError) {
        func refused(_ reason: String) -> LDAPError {
            LDAPError(
                .invalidArgument, operation: "read the pattern '\(pattern)' with the replacement '\(replacement)'",
                reason: reason, remedy: "write them like ^app-(.+)$ and $1")
        }
        self.pattern = pattern
        self.replacement = replacement
        guard !pattern.isEmpty, let expression = Expression(pattern) else {
            throw refused("it is no regular expression")
        }
        self.expression = expression
        guard let pieces = Self.pieces(replacement) else {
            throw refused("after a dollar sign comes a digit or a second one")
        }
        for case .capture(let index) in pieces where index > expression.captures {
            throw refused("the pattern has no group \(index)")
        }
        self.pieces = pieces
    }

    /// The name with the first match replaced.
    public func apply(to name: String) -> String {
        guard name.unicodeScalars.count <= Self.maximumLength,
            let (before, captures, after) = expression.firstMatch(in: name)
        else { return name }
        let middle = pieces.map { piece in
            switch piece {
            case .literal(let text): text
            case .capture(let index): index < captures.count ? captures[index] : ""
            }
        }
        return before + middle.joined() + after
    }

    private static func pieces(_ replacement: String) -> [Piece]? {
        var pieces: [Piece] = []
        var rest = replacement[...]
        while let dollar = rest.firstIndex(of: "$") {
            pieces.append(.literal(String(rest[..<dollar])))
            rest = rest[rest.index(after: dollar)...]
            guard let next = rest.popFirst() else { return nil }
            if next == "$" {
                pieces.append(.literal("$"))
            } else if next.isASCII, let digit = next.wholeNumberValue {
                pieces.append(.capture(digit))
            } else {
                return nil
            }
        }
        return pieces + [.literal(String(rest))]
    }

    /// The pattern and the replacement, as `sed` writes them.
    public var description: String { "s/\(pattern)/\(replacement)/" }
}

/// A regular expression that was read once. Swift's are not `Sendable`.
private final class Expression: Sendable, Hashable {
    let captures: Int
    private let pattern: String
    private let regex: Mutex<Regex<AnyRegexOutput>>

    /// `nil` if the pattern is none.
    init?(_ pattern: String) {
        guard let regex = try? Regex(pattern) else { return nil }
        self.pattern = pattern
        self.regex = Mutex(regex)
        // An empty text always matches this one, and the output has a place for each group whether it took part or not.
        captures = (try? Regex("(?:\(pattern))|").firstMatch(in: ""))?.map { $0.output.count - 1 } ?? 9
    }

    /// The text before the first match, what the match and its groups have found, and the text after it.
    func firstMatch(in text: String) -> (before: String, captures: [String], after: String)? {
        regex.withLock { regex in
            guard let match = try? regex.firstMatch(in: text) else { return nil }
            return (
                String(text[..<match.range.lowerBound]), match.output.map { String($0.substring ?? "") },
                String(text[match.range.upperBound...])
            )
        }
    }

    static func == (left: Expression, right: Expression) -> Bool { left.pattern == right.pattern }

    func hash(into hasher: inout Hasher) { hasher.combine(pattern) }
}
