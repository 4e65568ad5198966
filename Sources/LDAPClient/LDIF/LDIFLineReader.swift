/// Cuts a stream of bytes into logical lines (RFC 2849): folded lines are joined, comments are dropped, and an empty
/// line ends a record. Lines end in LF or CR LF.
struct LDIFLineReader {
    /// A logical line and the number of the physical line that it starts at.
    struct Line {
        var number: Int
        var bytes: [UInt8]
    }

    enum Event {
        case line(Line)
        /// An empty line, or the end of the stream.
        case separator
    }

    private let maximumLineBytes: Int
    /// Bytes that have come and are not looked at yet.
    private var input: [UInt8] = []
    private var position = 0
    /// The physical line that is being read.
    private var current: [UInt8] = []
    private var number = 1
    /// The logical line that may go on.
    private var pending: Line?
    private var isComment = false
    private var hasEnded = false
    private var isAtStart = true

    init(maximumLineBytes: Int) {
        self.maximumLineBytes = maximumLineBytes
    }

    mutating func append(_ bytes: some Sequence<UInt8>) {
        if position == input.count {
            input.removeAll(keepingCapacity: true)
            position = 0
        }
        input += bytes
    }

    /// No more bytes will come; what is there without a line end is the last line.
    mutating func end() {
        guard !hasEnded else { return }
        hasEnded = true
        if position < input.count || !current.isEmpty { input.append(UInt8(ascii: "\n")) }
    }

    /// The next event; `nil` if more bytes are needed, and for ever after the last separator.
    mutating func next() throws(LDIFError) -> Event? {
        while true {
            // An empty line that ended a logical line comes out as an event of its own.
            guard let physical = try nextPhysical() else {
                guard hasEnded, let line = pending else { return nil }
                pending = nil
                return isComment ? nil : .line(line)
            }
            if let event = try take(physical) { return event }
        }
    }

    private mutating func take(_ bytes: [UInt8]) throws(LDIFError) -> Event? {
        if bytes.first == UInt8(ascii: " ") {
            guard pending != nil else {
                throw LDIFError(.malformed, line: number - 1, reason: "the line goes on, but there is none before it")
            }
            if isComment { return nil }
            guard (pending?.bytes.count ?? 0) + bytes.count <= maximumLineBytes else { throw tooLong }
            pending?.bytes += bytes.dropFirst()
            return nil
        }
        let ended = isComment ? nil : pending
        pending = nil
        isComment = false
        if bytes.isEmpty {
            // The separator is found again when the line before it has been handed out.
            guard let ended else { return .separator }
            unread()
            return .line(ended)
        }
        isComment = bytes.first == UInt8(ascii: "#")
        pending = Line(number: number - 1, bytes: isComment ? [] : bytes)
        return ended.map { .line($0) }
    }

    /// Puts an empty line back.
    private mutating func unread() {
        position -= 1
        number -= 1
    }

    private mutating func nextPhysical() throws(LDIFError) -> [UInt8]? {
        guard let end = input[position...].firstIndex(of: UInt8(ascii: "\n")) else {
            guard current.count + input.count - position <= maximumLineBytes else { throw tooLong }
            current += input[position...]
            position = input.count
            return nil
        }
        guard current.count + end - position <= maximumLineBytes else { throw tooLong }
        var line = current + input[position..<end]
        current.removeAll(keepingCapacity: true)
        position = end + 1
        number += 1
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        if isAtStart {
            isAtStart = false
            // Editors on Windows start files with a byte order mark.
            if line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        }
        guard !line.contains(where: { $0 == 0 || $0 == UInt8(ascii: "\r") }) else {
            throw LDIFError(
                .malformed, line: number - 1, reason: "the line contains NUL or a lone CR",
                remedy: "write such values as Base64")
        }
        return line
    }

    private var tooLong: LDIFError {
        LDIFError(
            .limitExceeded, line: number, reason: "the line is longer than \(maximumLineBytes) bytes",
            remedy: "raise the limit if the file is what it should be")
    }
}
