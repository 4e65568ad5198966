import Foundation
import Glibc

/// Where things are printed: results on standard output, everything else on standard error.
///
/// Whatever is printed can be shown on a terminal: what stands in it from elsewhere does nothing there.
enum Output {
    /// Lines for people.
    static func result(_ text: String) {
        deliver(safeLines(text))
    }

    /// Lines for people that are not the result.
    static func message(_ text: String) {
        _ = write(safeLines(text), to: STDERR_FILENO)
    }

    /// One stable document.
    static func json(_ document: some Encodable) throws {
        try json(document, [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    }

    /// One of many documents, in a line of its own.
    static func jsonLine(_ document: some Encodable) throws {
        try json(document, [.sortedKeys, .withoutEscapingSlashes])
    }

    private static func json(_ document: some Encodable, _ formatting: JSONEncoder.OutputFormatting) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = formatting
        let text = String(decoding: try encoder.encode(document), as: UTF8.self)
        // A terminal obeys more characters than RFC 8259 section 7 has escaped; all stand in strings, where they may be.
        deliver(
            replacingUnsafe(text, except: "\n") { scalar in
                String(scalar).utf16.map { String(format: "\\u%04x", $0) }.joined()
            })
    }

    private static func deliver(_ text: String) {
        // A reader that went away, as in `dirbridge user list | head`, is no error of ours; a full disk is.
        guard let code = write(text, to: STDOUT_FILENO), code != EPIPE else { return }
        message("The result cannot be written: \(String(cString: strerror(code))).")
        exit(ExitStatus.failure.rawValue)
    }

    /// Writes a text and the end of its last line.
    /// - Returns: The system's error number if that fails, else `nil`.
    private static func write(_ text: String, to descriptor: Int32) -> Int32? {
        var rest = Array((text.hasSuffix("\n") ? text : text + "\n").utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno != EINTR { return errno }
            rest = rest.dropFirst(max(count, 0))
        }
        return nil
    }

    /// Lines of ours, with names and values from elsewhere in them.
    private static func safeLines(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { safe(String($0)) }.joined(separator: "\n")
    }

    /// A text from elsewhere, safe to show on a terminal: control characters become visible and do nothing.
    static func safe(_ text: String) -> String {
        replacingUnsafe(text) { "\\u{\(String($0.value, radix: 16))}" }
    }

    private static func replacingUnsafe(
        _ text: String, except kept: Unicode.Scalar? = nil, with replacement: (Unicode.Scalar) -> String
    ) -> String {
        func isReplaced(_ scalar: Unicode.Scalar) -> Bool { scalar != kept && isUnsafe(scalar) }
        guard text.unicodeScalars.contains(where: isReplaced) else { return text }
        return text.unicodeScalars.map { isReplaced($0) ? replacement($0) : String($0) }.joined()
    }

    /// Control and formatting characters: the second kind can make a name read like another.
    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        if (0x20..<0x7f).contains(scalar.value) { return false }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    /// Rows as columns, two spaces apart.
    static func table(_ rows: [[String]]) -> String {
        let rows = rows.map { $0.map(safe) }
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { index, cell in
                index == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[index] - cell.count)
            }
            return cells.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}
