/// Finds what somebody probably meant.
package enum NearestWord {
    /// The candidate with the fewest edits to `word`, if few enough to be a slip of the fingers.
    package static func to(_ word: String, among candidates: some Sequence<String>) -> String? {
        let limit = word.count / 3 + 1
        let best = candidates.map { (word: $0, edits: edits(word, $0)) }.min {
            ($0.edits, $0.word) < ($1.edits, $1.word)
        }
        return best.flatMap { $0.edits <= limit ? $0.word : nil }
    }

    /// How many characters have to be put in, left out or replaced (Levenshtein).
    private static func edits(_ left: String, _ right: String) -> Int {
        let right = Array(right)
        var row = Array(0...right.count)
        for (index, character) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in right.indices {
                let above = row[column + 1]
                row[column + 1] = min(above + 1, row[column] + 1, diagonal + (character == right[column] ? 0 : 1))
                diagonal = above
            }
        }
        return row[right.count]
    }
}
