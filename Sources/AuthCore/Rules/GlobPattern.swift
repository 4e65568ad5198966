/// A pattern in which `*` stands for any characters. Compared folded; never backtracks.
public struct GlobPattern: Sendable, Hashable {
    private let parts: [[Character]]

    /// A pattern.
    public init(_ pattern: String) {
        parts = LoginName.fold(pattern).split(separator: "*", omittingEmptySubsequences: false).map(Array.init)
    }

    /// Whether the whole text matches.
    public func matches(_ text: String) -> Bool {
        let text = Array(LoginName.fold(text))
        guard let first = parts.first, let last = parts.last else { return text.isEmpty }
        if parts.count == 1 { return text == first }
        guard text.count >= first.count + last.count, text.starts(with: first), text.suffix(last.count) == last[...]
        else {
            return false
        }
        var position = first.count
        let end = text.count - last.count
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let found = Self.find(part, in: text, from: position, to: end) else { return false }
            position = found + part.count
        }
        return true
    }

    private static func find(_ part: [Character], in text: [Character], from start: Int, to end: Int) -> Int? {
        var index = start
        while index + part.count <= end {
            if text[index..<(index + part.count)] == part[...] { return index }
            index += 1
        }
        return nil
    }
}
