import Synchronization
import TestSupport

@testable import LDAPClient

/// Writes and reads the LDAP messages that a toy server exchanges (RFC 4511, 4.1.1).
enum LDAPMessages {
    /// A message with this id and operation.
    static func message(_ id: Int, _ operation: [UInt8], controls: [LDAPControl] = []) -> [UInt8] {
        let list = controls.flatMap { control in
            BERWriter.sequence([BERWriter.octetString(control.oid.utf8)] + [BERWriter.octetString(control.value ?? [])])
        }
        return BERWriter.sequence(
            [BERWriter.integer(id), operation] + (controls.isEmpty ? [] : [BERWriter.element(0xA0, list)]))
    }

    /// An operation that is nothing but an LDAPResult.
    static func result(_ tag: UInt8, code: UInt8 = 0, text: String = "", more: [UInt8] = []) -> [UInt8] {
        BERWriter.element(
            tag,
            BERWriter.element(BERTag.enumerated, [code]) + BERWriter.octetString([]) + BERWriter.octetString(text.utf8)
                + more)
    }

    /// A SearchResultDone.
    static func done(_ code: UInt8 = 0) -> [UInt8] { result(0x65, code: code) }

    /// A SearchResultEntry.
    static func entry(_ dn: String, _ attributes: [(String, [String])] = []) -> [UInt8] {
        let list = attributes.map { name, values in
            BERWriter.sequence([
                BERWriter.octetString(name.utf8),
                BERWriter.element(BERTag.set, values.flatMap { BERWriter.octetString($0.utf8) }),
            ])
        }
        return BERWriter.element(0x64, BERWriter.octetString(dn.utf8) + BERWriter.sequence(list))
    }

    /// What a request says: its id, the tag and content of its operation, and its controls' octets.
    struct Request {
        var id: Int
        var tag: UInt8
        var content: ArraySlice<UInt8>

        init?(_ message: [UInt8]) {
            guard var reader = BERReader(sequence: message), let id = reader.next(BERTag.integer)?.integer,
                let operation = reader.next()
            else {
                return nil
            }
            self.id = id
            tag = operation.tag
            content = operation.content
        }

        /// Of a search: where it begins.
        var base: String {
            var reader = BERReader(content)
            return reader.next(BERTag.octetString)?.string ?? ""
        }

        /// Of a search: the attributes that it asks for.
        var attributes: [String] {
            var reader = BERReader(content)
            for _ in 0..<7 { _ = reader.next() }
            var names: [String] = []
            guard var list = reader.nested(BERTag.sequence) else { return [] }
            while let name = list.next(BERTag.octetString)?.string { names.append(name) }
            return names
        }

        /// Of a search: scope, alias policy, size limit, time limit, types only.
        var parameters: [Int] {
            var reader = BERReader(content)
            _ = reader.next()
            return (0..<5).compactMap { _ in reader.next()?.integer }
        }
    }

    /// A toy server that answers each request by its id and kind; unbinds and abandons get no answer.
    static func server(_ answer: @escaping @Sendable (Request) -> [UInt8]?) -> ToyServer.Behaviour {
        .script { message in
            guard let request = Request(message) else { return nil }
            return request.tag == 0x42 || request.tag == 0x50 ? [] : answer(request)
        }
    }
}
