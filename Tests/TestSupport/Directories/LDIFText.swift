import Foundation

/// LDIF as it grows, RFC 2849.
struct LDIFText {
    private(set) var text = ""

    /// The entries without the line that makes their records changes, for slapadd(8), which takes no changes.
    var records: String { text.replacingOccurrences(of: "\nchangetype: add\n", with: "\n") }

    /// Adds the record of a new entry.
    mutating func add(_ dn: String, _ attributes: [(String, String)]) {
        record(dn, [("changetype", "add")] + attributes)
    }

    /// Adds the record of changes that replace the values of attributes.
    mutating func replace(_ dn: String, _ attributes: [(String, String)]) {
        record(dn, [("changetype", "modify")])
        text.removeLast()
        for (name, value) in attributes {
            text += "replace: \(name)\n"
            line(name, value)
            text += "-\n"
        }
        text += "\n"
    }

    private mutating func record(_ dn: String, _ lines: [(String, String)]) {
        line("dn", dn)
        for (name, value) in lines { line(name, value) }
        text += "\n"
    }

    private mutating func line(_ name: String, _ value: String) {
        let isPlain =
            value.utf8.allSatisfy { (0x20..<0x7f).contains($0) } && !value.hasSuffix(" ")
            && !" :<".contains(value.first ?? " ")
        text += isPlain ? "\(name): \(value)\n" : "\(name):: \(Data(value.utf8).base64EncodedString())\n"
    }
}

extension DirectoryKind {
    /// The DN of an entry that is named by its `cn`; the name is escaped as RFC 4514 section 2.4 says.
    func dn(_ name: String, below parent: String) -> String {
        var escaped = ""
        for (index, scalar) in name.unicodeScalars.enumerated() {
            let isAtEnd = index == 0 || index == name.unicodeScalars.count - 1
            if scalar.value < 0x20 {
                escaped += scalar.value < 0x10 ? "\\0" : "\\"
                escaped += String(scalar.value, radix: 16, uppercase: true)
                continue
            }
            if #",+"\<>;=#"#.unicodeScalars.contains(scalar) || scalar == " " && isAtEnd { escaped += "\\" }
            escaped.unicodeScalars.append(scalar)
        }
        return "cn=\(escaped),\(parent)"
    }
}
