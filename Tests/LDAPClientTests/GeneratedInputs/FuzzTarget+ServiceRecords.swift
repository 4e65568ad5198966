#if canImport(LDAPClient)
@testable import LDAPClient
#endif

extension FuzzTarget {
    private static let domain: [UInt8] = [3, 0x64, 0x63, 0x31, 7] + Array("example".utf8) + [3, 0x6F, 0x72, 0x67, 0]
    /// A record whose owner is a pointer to the question, with its type, class and time to live.
    private static let start: [UInt8] = [0xC0, 12, 0, 33, 0, 1, 0, 0, 0, 60]

    private static func answer(questions: UInt8 = 1, _ count: UInt8, _ records: [UInt8]) -> [UInt8] {
        let question =
            questions == 0 ? [] : [5] + Array("_ldap".utf8) + [4] + Array("_tcp".utf8) + domain + [0, 33, 0, 1]
        return [0x12, 0x34, 0x81, 0x80, 0, questions, 0, count, 0, 0, 0, 0] + question + records
    }

    /// The answers of DNS that name a service's servers.
    static let serviceRecords = FuzzTarget(
        "service-records",
        corpus: [
            answer(1, start + [0, 23, 0, 0, 0, 10, 0x01, 0x85] + domain),
            // The target ends in a pointer into the question; then there is no such service.
            answer(
                2,
                start + [0, 12, 0, 5, 0, 0, 0x02, 0x7C, 3, 0x64, 0x63, 0x32, 0xC0, 27] + start + [
                    0, 7, 0, 0, 0, 0, 1, 0x85, 0,
                ]),
            // An alias comes before the record.
            answer(
                2,
                [0xC0, 12, 0, 5, 0, 1, 0, 0, 0, 60, 0, 2, 0xC0, 23] + start + [0, 23, 0, 0, 0, 10, 1, 0x85] + domain),
            // A pointer to itself, one forwards, and a chain of them.
            answer(questions: 0, 1, [0xC0, 12, 0, 33]), answer(questions: 0, 1, [0xC0, 0xFF, 0, 33]),
            answer(questions: 0, 1, [0] + (0..<140).flatMap { [0xC0 as UInt8, UInt8(12 + 2 * $0 % 200)] }),
            answer(0, []), [0, 0, 0x81, 0x83, 0, 0, 0, 0, 0, 0, 0, 0],
        ],
        words: ["\u{0}\u{21}\u{0}\u{1}", "\u{3}dc1", "\u{0}", "?", "\u{0}\u{0}", "\u{7}example", "_"]
    ) { octets in
        guard let records = try? ServiceRecordParser.records(in: octets) else { return nil }
        guard records.count <= ServiceRecordParser.maximumRecords else { return "\(records.count) records" }
        // What comes after the answers does not matter.
        guard let again = try? ServiceRecordParser.records(in: octets + [0]), again == records else {
            return "read otherwise"
        }
        for record in records {
            guard record.port > 0, record.target.utf8.count <= 253 else { return "no server: \(record)" }
            let url = try? LDAPURL("ldap://\(record.target):\(record.port)")
            guard url?.host == record.target, url?.port == Int(record.port) else { return "no address: \(record)" }
        }
        var random = Splitmix(seed: UInt64(octets.count))
        let order = ServiceRecord.ordered(records, using: &random).flatMap(\.self)
        guard order.count == records.count, Set(order) == Set(records) else { return "lost in order" }
        return order.map(\.priority) == order.map(\.priority).sorted() ? nil : "not by priority"
    }
}
