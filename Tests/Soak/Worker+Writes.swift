import LDAPClient
import TestSupport

/// Entries that are made, changed and deleted. What is known of an entry must stay true; what a failure leaves open is
/// never looked at again.
extension Worker {
    mutating func write(_ target: (ClientSlot, LDAPClient)) async throws {
        guard let description = entry.description else { return try await add(target) }
        switch roll(5) {
        case 0, 1: try await modify(target)
        case 2: try await compareDescription(target, description)
        case 3: try await rename(target)
        default: try await delete(target)
        }
    }

    private mutating func add(_ target: (ClientSlot, LDAPClient)) async throws {
        let text = "made \(dice.next())"
        let attributes = [("objectClass", "device"), ("cn", entry.name), ("description", text)]
        let change = DirectoryChange.add(
            attributes.map { LDAPEntry.Attribute(name: $0.0, values: [LDAPValue($0.1)]) })
        if try await apply("add", change, target) { entry.description = text }
    }

    private mutating func modify(_ target: (ClientSlot, LDAPClient)) async throws {
        let text = "changed \(dice.next())"
        if try await apply("modify", .modify([.replace("description", [text])]), target) { entry.description = text }
    }

    private mutating func rename(_ target: (ClientSlot, LDAPClient)) async throws {
        var renamed = entry
        renamed.abandon()
        renamed.description = entry.description
        let newRDN = RelativeDistinguishedName(try AttributeTypeAndValue("cn", renamed.name))
        if try await apply("rename", .modifyDN(newRDN: newRDN), target) {
            entry = renamed
        } else if entry.description == nil {
            // The new name may be taken now as well as the old one.
            entry.abandon()
        }
    }

    private mutating func delete(_ target: (ClientSlot, LDAPClient)) async throws {
        if try await apply("delete", .delete, target) { entry.abandon() }
    }

    private mutating func compareDescription(_ target: (ClientSlot, LDAPClient), _ description: String) async throws {
        let (client, dn) = (target.1, try DistinguishedName(entry.dn))
        let (answer, _) = await attempt("compare, own entry", target) { deadline throws(LDAPError) in
            try await client.compare(
                dn, attribute: "description", value: LDAPValue(description), deadline: deadline)
        }
        if let answer { expect(answer, "the entry \(entry.dn) is not what was written") }
    }

    /// Whether the change has been made. One that may have been made begins another entry.
    private mutating func apply(
        _ kind: String, _ change: DirectoryChange, _ target: (ClientSlot, LDAPClient)
    ) async throws -> Bool {
        let (client, dn) = (target.1, try DistinguishedName(entry.dn))
        let (answer, failure) = await attempt(kind, target) { deadline throws(LDAPError) in
            try await client.apply(change, to: dn, deadline: deadline)
        }
        if failure?.requestWasSent == true { entry.abandon() }
        return answer != nil
    }
}
