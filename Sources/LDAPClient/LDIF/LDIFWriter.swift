/// Writes LDIF (RFC 2849).
///
/// ```swift
/// var writer = LDIFWriter()
/// for entry in entries { output += try writer.write(.entry(entry)) }
/// ```
///
/// The output is ASCII: whatever else a value holds is written as Base64, control characters too, so that a terminal
/// shows what is there. Passwords are values like others.
public struct LDIFWriter: Sendable {
    private let lineLength: Int?
    private var needsVersion: Bool

    /// Creates a writer.
    ///
    /// - Parameters:
    ///   - lineLength: Longer lines are folded, in bytes, at least 2; 76 by default, `nil` does not fold.
    ///   - writesVersion: Whether the output starts with `version: 1`, as the RFC wants it; slapadd(8) of OpenLDAP 2.5
    ///     takes that for an attribute and refuses it.
    public init(foldingAt lineLength: Int? = 76, writesVersion: Bool = true) {
        self.lineLength = lineLength.map { max(2, $0) }
        needsVersion = writesVersion
    }

    /// One record with the empty line that ends it.
    ///
    /// An attribute of an entry that has no values is left out: LDIF has no form for it.
    ///
    /// - Throws: ``LDIFError/Code/notExpressible`` for names that would not be read back as what they are.
    public mutating func write(_ record: LDIFRecord) throws(LDIFError) -> [UInt8] {
        var output: [UInt8] = []
        switch record {
        case .entry(let entry):
            guard (try? DistinguishedName(entry.dn)) != nil else {
                throw LDIFError(
                    .notExpressible, reason: "“\(LDAPError.printable(entry.dn))” is no DN", remedy: "correct the DN")
            }
            // Right behind the DN these two would turn the entry into a change.
            let words = ["changetype", "control"]
            if let name = entry.attributes.map(\.name).first(where: { words.contains(ASCII.lowercased($0)) }) {
                throw LDIFError(
                    .notExpressible, reason: "an attribute is called \(name), which means something else in LDIF",
                    remedy: "leave the attribute out")
            }
            append("dn", Array(entry.dn.utf8), to: &output)
            try append(entry.attributes, to: &output)
        case .change(let change):
            append("dn", Array(change.dn.description.utf8), to: &output)
            try append(change, to: &output)
        }
        output.append(UInt8(ascii: "\n"))
        if needsVersion {
            needsVersion = false
            return Array("version: 1\n\n".utf8) + output
        }
        return output
    }

    private func append(_ change: LDIFChange, to output: inout [UInt8]) throws(LDIFError) {
        if let problem = change.change.problem ?? change.controls.lazy.compactMap(\.problem).first {
            throw LDIFError(.notExpressible, reason: problem, remedy: "correct the change")
        }
        for control in change.controls {
            let head = "control: \(control.oid) \(control.isCritical)"
            if let value = control.value {
                append(head, value, to: &output)
            } else {
                appendFolded(Array(head.utf8), to: &output)
            }
        }
        switch change.change {
        case .add(let attributes):
            append("changetype", Array("add".utf8), to: &output)
            try append(attributes, to: &output)
        case .delete:
            append("changetype", Array("delete".utf8), to: &output)
        case .modify(let modifications):
            append("changetype", Array("modify".utf8), to: &output)
            for modification in modifications {
                append(modification.kind.rawValue, Array(modification.attribute.utf8), to: &output)
                for value in modification.values { append(modification.attribute, value.bytes, to: &output) }
                output += Array("-\n".utf8)
            }
        case .modifyDN(let newRDN, let deleteOldRDN, let newSuperior):
            append("changetype", Array("modrdn".utf8), to: &output)
            append("newrdn", Array(newRDN.description.utf8), to: &output)
            append("deleteoldrdn", Array((deleteOldRDN ? "1" : "0").utf8), to: &output)
            if let newSuperior { append("newsuperior", Array(newSuperior.description.utf8), to: &output) }
        }
    }

    private func append(_ attributes: [LDAPEntry.Attribute], to output: inout [UInt8]) throws(LDIFError) {
        for attribute in attributes {
            // A name has no escape form: one with a line end in it would become another record.
            if let problem = AttributeDescription.problem(attribute.name) {
                throw LDIFError(.notExpressible, reason: problem, remedy: "correct the name")
            }
            for value in attribute.values { append(attribute.name, value.bytes, to: &output) }
        }
    }

    private func append(_ name: String, _ value: [UInt8], to output: inout [UInt8]) {
        var line = Array(name.utf8)
        line.append(UInt8(ascii: ":"))
        if Self.isSafe(value) {
            if !value.isEmpty { line.append(UInt8(ascii: " ")) }
            line += value
        } else {
            line += Array(": ".utf8) + Base64.encode(value)
        }
        appendFolded(line, to: &output)
    }

    private func appendFolded(_ line: [UInt8], to output: inout [UInt8]) {
        guard let lineLength, line.count > lineLength else {
            output += line
            output.append(UInt8(ascii: "\n"))
            return
        }
        output += line[..<lineLength]
        output.append(UInt8(ascii: "\n"))
        for start in stride(from: lineLength, to: line.count, by: lineLength - 1) {
            output.append(UInt8(ascii: " "))
            output += line[start..<min(start + lineLength - 1, line.count)]
            output.append(UInt8(ascii: "\n"))
        }
    }

    /// SAFE-STRING of the RFC, without control characters and without a space at the end.
    private static func isSafe(_ value: [UInt8]) -> Bool {
        guard let first = value.first else { return true }
        return ![UInt8(ascii: " "), UInt8(ascii: ":"), UInt8(ascii: "<")].contains(first)
            && value.last != UInt8(ascii: " ") && value.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
    }
}
