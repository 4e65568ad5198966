import TestSupport

/// Writes the LDAP messages that a toy server sends, and reads as much of a request as it needs (RFC 4511, 4.1.1).
enum Messages {
    /// A BER element with a length of any form.
    static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        guard content.count >= 0x80 else { return [tag, UInt8(content.count)] + content }
        let digits = (0..<4).reversed().map { UInt8(truncatingIfNeeded: content.count >> ($0 * 8)) }
        return [tag, 0x84] + digits + content
    }

    static func octets(_ text: String) -> [UInt8] { element(0x04, Array(text.utf8)) }

    /// A whole message.
    static func message(_ id: UInt8, _ operation: [UInt8], controls: [UInt8] = []) -> [UInt8] {
        element(0x30, [0x02, 1, id] + operation + (controls.isEmpty ? [] : element(0xA0, controls)))
    }

    /// An operation that is an LDAPResult: 0x61 BindResponse, 0x65 SearchResultDone, 0x78 ExtendedResponse.
    static func result(_ tag: UInt8, _ code: UInt8 = 0, text: String = "", more: [UInt8] = []) -> [UInt8] {
        element(tag, [0x0A, 1, code] + octets("") + octets(text) + more)
    }

    /// A SearchResultEntry.
    static func entry(_ dn: String, _ attributes: [(name: String, values: [[UInt8]])] = []) -> [UInt8] {
        let list = attributes.flatMap { attribute in
            element(0x30, octets(attribute.name) + element(0x31, attribute.values.flatMap { element(0x04, $0) }))
        }
        return element(0x64, octets(dn) + element(0x30, list))
    }

    /// A control with this value.
    static func control(_ oid: String, _ value: [UInt8]) -> [UInt8] {
        element(0x30, octets(oid) + element(0x04, value))
    }

    /// A toy server that answers each request by its message id and the tag of its operation: 0x60 bind, 0x63 search,
    /// 0x77 extended. Unbinds and abandons get no answer.
    static func server(_ answer: @escaping @Sendable (_ id: UInt8, _ tag: UInt8) -> [UInt8]?) -> ToyServer.Behaviour {
        .script { message in
            let header = message[1] < 0x80 ? 2 : 2 + Int(message[1] & 0x7F)
            // The ids of these short conversations fit into one octet.
            guard message.count > header + 3, message[header + 1] == 1 else { return [] }
            let tag = message[header + 3]
            return tag == 0x42 || tag == 0x50 ? [] : answer(message[header + 2], tag)
        }
    }

    /// A server that answers every bind and every search of the root DSE with a result code.
    static func server(code: UInt8, more: [UInt8] = []) -> ToyServer.Behaviour {
        server { id, tag in
            switch tag {
            case 0x60: message(id, result(0x61, code, more: more))
            case 0x63: message(id, result(0x65, code, more: more))
            default: []
            }
        }
    }
}
