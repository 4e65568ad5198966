import Foundation

/// Where things are printed: results on standard output, everything else on standard error.
enum Output {
    static func result(_ text: String) {
        write(text, to: .standardOutput)
    }

    static func message(_ text: String) {
        write(text, to: .standardError)
    }

    /// One stable document.
    static func json(_ document: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        result(String(decoding: try encoder.encode(document), as: UTF8.self))
    }

    private static func write(_ text: String, to handle: FileHandle) {
        // A reader that went away, as in `dirbridge user list | head`, is no error of ours.
        try? handle.write(contentsOf: Data((text.hasSuffix("\n") ? text : text + "\n").utf8))
    }

    /// A text from elsewhere, safe to show on a terminal: control characters become visible and do nothing.
    static func safe(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
        return text.unicodeScalars.map { isUnsafe($0) ? "\\u{\(String($0.value, radix: 16))}" : String($0) }.joined()
    }

    /// Control and formatting characters: the second kind can make a name read like another.
    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    /// Rows as columns, two spaces apart.
    static func table(_ rows: [[String]], indent: String = "") -> String {
        let rows = rows.map { $0.map(safe) }
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { index, cell in
                index == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[index] - cell.count)
            }
            return indent + cells.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}
