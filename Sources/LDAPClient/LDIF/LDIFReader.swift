/// Reads LDIF (RFC 2849) as it comes: bytes go in, records come out.
///
/// ```swift
/// var reader = LDIFReader()
/// while let chunk = try file.read() {
///     reader.append(chunk)
///     while let record = try reader.next() { … }
/// }
/// reader.end()
/// while let record = try reader.next() { … }
/// ```
///
/// Content and change records are understood, one by one; values in UTF-8 that are not Base64, as many tools write them,
/// are accepted. Memory does not grow beyond the largest record.
public struct LDIFReader: Sendable {
    /// What a reader accepts.
    public struct Options: Sendable {
        /// The longest line, folded parts together, in bytes.
        public var maximumLineBytes: Int
        /// The largest record, in bytes of its lines.
        public var maximumRecordBytes: Int
        /// Reads a value from a URL (`jpegPhoto:< file:///photo.jpg`). `nil`, the default, refuses all of them: whoever
        /// writes LDIF could have any file of this machine sent to a directory.
        public var readURL: (@Sendable (String) throws -> [UInt8])?

        /// Creates options.
        ///
        /// - Parameters:
        ///   - maximumLineBytes: The longest line, in bytes.
        ///   - maximumRecordBytes: The largest record, in bytes.
        ///   - readURL: Reads a value from a URL; `nil` refuses all.
        public init(
            maximumLineBytes: Int = 16 << 20, maximumRecordBytes: Int = 256 << 20,
            readURL: (@Sendable (String) throws -> [UInt8])? = nil
        ) {
            self.maximumLineBytes = maximumLineBytes
            self.maximumRecordBytes = maximumRecordBytes
            self.readURL = readURL
        }
    }

    private let options: Options
    private var lines: LDIFLineReader
    private var record: [LDIFLineReader.Line] = []
    private var recordBytes = 0
    private var isFirstLine = true
    private var hasEnded = false
    private var failure: LDIFError?

    /// Creates a reader.
    public init(options: Options = Options()) {
        self.options = options
        lines = LDIFLineReader(maximumLineBytes: options.maximumLineBytes)
    }

    /// All records of a text.
    ///
    /// - Throws: ``LDIFError`` with the line.
    public static func records(
        in text: some Sequence<UInt8>, options: Options = Options()
    ) throws(LDIFError) -> [LDIFRecord] {
        var reader = LDIFReader(options: options)
        reader.append(text)
        reader.end()
        var records: [LDIFRecord] = []
        while let record = try reader.next() { records.append(record) }
        return records
    }

    /// Takes more bytes; they may end anywhere.
    public mutating func append(_ bytes: some Sequence<UInt8>) {
        lines.append(bytes)
    }

    /// Says that no more bytes will come, so that the last record is known to be whole.
    public mutating func end() {
        lines.end()
        hasEnded = true
    }

    /// The next record; `nil` if more bytes are needed, and after the last record.
    ///
    /// - Throws: ``LDIFError`` with the line, for ever after the first: what follows a mistake cannot be trusted.
    public mutating func next() throws(LDIFError) -> LDIFRecord? {
        if let failure { throw failure }
        do throws(LDIFError) {
            while let event = try lines.next() {
                switch event {
                case .line(let line): try take(line)
                case .separator:
                    if let record = try finishRecord() { return record }
                }
            }
            return hasEnded ? try finishRecord() : nil
        } catch {
            failure = error
            record = []
            throw error
        }
    }

    private mutating func take(_ line: LDIFLineReader.Line) throws(LDIFError) {
        if isFirstLine {
            isFirstLine = false
            if let version = try LDIFField(line), version.isNamed("version") {
                guard try version.text(options) == "1" else {
                    throw LDIFError(
                        .unsupportedVersion, line: line.number, reason: "the version is not 1",
                        remedy: "export the data again as LDIF version 1")
                }
                return
            }
        }
        recordBytes += line.bytes.count
        guard recordBytes <= options.maximumRecordBytes else {
            throw LDIFError(
                .limitExceeded, line: line.number,
                reason: "the record is larger than \(options.maximumRecordBytes) bytes",
                remedy: "raise the limit if the file is what it should be")
        }
        record.append(line)
    }

    private mutating func finishRecord() throws(LDIFError) -> LDIFRecord? {
        guard !record.isEmpty else { return nil }
        let lines = record
        (record, recordBytes) = ([], 0)
        var parser = LDIFRecordParser(lines: lines, options: options)
        return try parser.parse()
    }
}
