import TestSupport

@testable import LDAPClient

/// Reads the requests and writes the answers of a toy server that knows binds and searches (RFC 4511).
enum LDAPMessages {
    /// A search request.
    struct Search: Sendable {
        var base: String
        /// 0 for the base alone.
        var scope: Int
        var filter: Node
        var attributes: [String]
    }

    /// What a filter says about one attribute.
    struct Test: Sendable {
        var attribute: String
        var value: [UInt8] = []
        var rule: String?
        var isPresence = false
    }

    /// A filter.
    indirect enum Node: Sendable {
        case all([Node])
        case any([Node])
        case not(Node)
        case test(Test)
        case unknown

        func matches(_ test: (Test) -> Bool) -> Bool {
            switch self {
            case .all(let nodes): nodes.allSatisfy { $0.matches(test) }
            case .any(let nodes): nodes.contains { $0.matches(test) }
            case .not(let node): !node.matches(test)
            case .test(let own): test(own)
            case .unknown: false
            }
        }

        /// All that it says.
        var tests: [Test] {
            switch self {
            case .all(let nodes), .any(let nodes): nodes.flatMap(\.tests)
            case .not(let node): node.tests
            case .test(let own): [own]
            case .unknown: []
            }
        }
    }

    typealias Found = (dn: String, attributes: [(name: String, values: [[UInt8]])])

    /// A server to which every password is right, and that answers searches with these entries.
    static func answering(_ answer: @escaping @Sendable (Search) -> [Found]) -> ToyServer.Behaviour {
        .script { message in
            guard var reader = BERReader(sequence: message), let id = reader.next(BERTag.integer)?.integer,
                let operation = reader.next()
            else { return nil }
            switch operation.tag {
            case 0x60: return wrap(id, result(0x61))
            case 0x63:
                guard let search = search(operation.content) else { return nil }
                return answer(search).flatMap { wrap(id, entry($0)) } + wrap(id, result(0x65))
            case 0x42, 0x50: return []
            default: return nil
            }
        }
    }

    private static func wrap(_ id: Int, _ operation: [UInt8]) -> [UInt8] {
        BERWriter.sequence([BERWriter.integer(id), operation])
    }

    private static func result(_ tag: UInt8) -> [UInt8] {
        BERWriter.element(
            tag, BERWriter.element(BERTag.enumerated, [0]) + BERWriter.octetString([]) + BERWriter.octetString([]))
    }

    private static func entry(_ found: Found) -> [UInt8] {
        let list = found.attributes.map { name, values in
            BERWriter.sequence([
                BERWriter.octetString(name.utf8),
                BERWriter.element(BERTag.set, values.flatMap { BERWriter.octetString($0) }),
            ])
        }
        return BERWriter.element(0x64, BERWriter.octetString(found.dn.utf8) + BERWriter.sequence(list))
    }

    private static func search(_ content: ArraySlice<UInt8>) -> Search? {
        var reader = BERReader(content)
        guard let base = reader.next()?.string, let scope = reader.next()?.integer else { return nil }
        for _ in 0..<4 { _ = reader.next() }
        guard let filter = reader.next(), var list = reader.nested(BERTag.sequence) else { return nil }
        var attributes: [String] = []
        while let name = list.next()?.string { attributes.append(name) }
        return Search(base: base, scope: scope, filter: node(filter), attributes: attributes)
    }

    private static func node(_ element: BERReader.Element) -> Node {
        var reader = BERReader(element.content)
        var parts: [BERReader.Element] = []
        if element.tag != 0x87 { while let part = reader.next() { parts.append(part) } }
        func text(_ tag: UInt8) -> String? { parts.first { $0.tag == tag }?.string }
        switch element.tag {
        case 0xA0: return .all(parts.map(node))
        case 0xA1: return .any(parts.map(node))
        case 0xA2: return parts.first.map { .not(node($0)) } ?? .unknown
        case 0xA3 where parts.count == 2:
            return .test(Test(attribute: parts[0].string ?? "", value: Array(parts[1].content)))
        case 0x87:
            return .test(Test(attribute: String(decoding: element.content, as: UTF8.self), isPresence: true))
        case 0xA9:
            return .test(
                Test(
                    attribute: text(0x82) ?? "", value: parts.first { $0.tag == 0x83 }.map { Array($0.content) } ?? [],
                    rule: text(0x81)))
        default: return .unknown
        }
    }
}
