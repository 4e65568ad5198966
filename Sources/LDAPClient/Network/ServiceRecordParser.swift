/// Reads the service records out of a DNS message (RFC 1035, 4; RFC 2782).
///
/// The message comes from the network: nothing in it is trusted, and anything that does not fit ends the reading.
struct ServiceRecordParser {
    /// A message that is not as RFC 1035 says.
    struct Malformed: Error {}

    /// More than any service has; a message of 64 KiB could hold thousands.
    static let maximumRecords = 64

    private let message: [UInt8]
    private var position = 0

    /// The records of the answer section, those left out whose target is no host name.
    ///
    /// - Throws: ``Malformed``.
    static func records(in message: [UInt8]) throws(Malformed) -> [ServiceRecord] {
        var parser = ServiceRecordParser(message: message)
        return try parser.parse()
    }

    private init(message: [UInt8]) {
        self.message = message
    }

    private mutating func parse() throws(Malformed) -> [ServiceRecord] {
        _ = try number()
        let flags = try number()
        // QR says that this is a response; RCODE 0 that there was no error.
        guard flags & 0x8000 != 0, flags & 0x000F == 0 else { throw Malformed() }
        let questions = try number()
        let answers = try number()
        position = 12
        for _ in 0..<questions {
            _ = try name()
            position += 4
        }
        var records: [ServiceRecord] = []
        for _ in 0..<answers where records.count < Self.maximumRecords {
            if let record = try record() { records.append(record) }
        }
        return records
    }

    private mutating func record() throws(Malformed) -> ServiceRecord? {
        _ = try name()
        let type = try number()
        let dnsClass = try number()
        position += 4
        let length = Int(try number())
        let end = position + length
        guard end <= message.count else { throw Malformed() }
        defer { position = end }
        // A CNAME may come before the records themselves.
        guard type == 33, dnsClass == 1 else { return nil }
        let record = ServiceRecord(
            priority: try number(), weight: try number(), port: try number(), target: try name().joined(separator: "."))
        guard position == end else { throw Malformed() }
        guard record.port > 0, Self.isHostName(record.target) else { return nil }
        return record
    }

    private mutating func number() throws(Malformed) -> UInt16 {
        guard position + 2 <= message.count else { throw Malformed() }
        defer { position += 2 }
        return UInt16(message[position]) << 8 | UInt16(message[position + 1])
    }

    /// A name as its labels in small letters; those that hold anything else than a host name does are made empty ones.
    private mutating func name() throws(Malformed) -> [String] {
        var labels: [String] = []
        var place = position
        var length = 0
        var hasJumped = false
        while true {
            guard place < message.count else { throw Malformed() }
            let size = Int(message[place])
            if size & 0xC0 == 0xC0 {
                guard place + 1 < message.count else { throw Malformed() }
                let target = (size & 0x3F) << 8 | Int(message[place + 1])
                // Always backwards, so that it ends.
                guard target < place else { throw Malformed() }
                if !hasJumped { position = place + 2 }
                hasJumped = true
                place = target
                // Counted like a label: a chain of pointers is no longer than a name may be.
                length += 2
            } else {
                guard size < 64, place + 1 + size <= message.count else { throw Malformed() }
                if size == 0 {
                    if !hasJumped { position = place + 1 }
                    return labels
                }
                let bytes = message[(place + 1)..<(place + 1 + size)]
                labels.append(
                    bytes.allSatisfy(Self.isLabelOctet) ? ASCII.lowercased(String(decoding: bytes, as: UTF8.self)) : "")
                length += size + 1
                place += size + 1
            }
            guard length <= 255 else { throw Malformed() }
        }
    }

    /// Whether a label of a host's name may hold this octet.
    static func isLabelOctet(_ byte: UInt8) -> Bool {
        ASCII.isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    /// Whether a name has labels, none of them empty. RFC 2782: the target “.” says that there is no such service.
    static func isHostName(_ name: String) -> Bool {
        !name.isEmpty && !name.hasPrefix(".") && !name.hasSuffix(".") && !name.contains("..")
    }
}
