public import LDAPClient

/// A text with places for attributes: `{givenName} {sn}`.
///
/// The template has a value only if all its parts have one, so that no half of a name or address passes for a whole one. A part with a question
/// mark may be missing: `{givenName?} {sn}` is the surname alone for whoever has no given name; a space beside it goes with it. A brace that is
/// meant literally is written twice: `{{` or `}}`.
public struct AttributeTemplate: Sendable, Hashable {
    enum Piece: Sendable, Hashable {
        case literal(String)
        case attribute(String, isOptional: Bool)
    }

    let pieces: [Piece]

    /// The attributes it is made of, in the order in which they are named.
    public var attributes: [String] {
        pieces.compactMap { if case .attribute(let name, _) = $0 { name } else { nil } }
    }

    /// A template.
    /// - Parameter template: A text that holds at least one attribute's name between braces.
    /// - Throws: ``LDAPError/Code/invalidArgument`` that says what is wrong with it.
    public init(_ template: String) throws(LDAPError) {
        func refused(_ reason: String) -> LDAPError {
            LDAPError(
                .invalidArgument, operation: "read the template '\(template)'", reason: reason,
                remedy: "write it like {givenName} {sn}, with {{ and }} for braces that are meant literally")
        }
        var pieces: [Piece] = []
        var literal = String.UnicodeScalarView()
        var rest = template.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            guard scalar == "{" || scalar == "}" else {
                literal.append(scalar)
                continue
            }
            if rest.first == scalar {
                rest.removeFirst()
                literal.append(scalar)
                continue
            }
            guard scalar == "{" else { throw refused("a “}” has no “{” before it") }
            guard let end = rest.firstIndex(of: "}") else { throw refused("a “{” has no “}” after it") }
            var name = String(rest[..<end])
            rest = rest[rest.index(after: end)...]
            let isOptional = name.hasSuffix("?")
            if isOptional { name.removeLast() }
            guard Self.isAttribute(name) else { throw refused("“{\(name)}” names no attribute") }
            if !literal.isEmpty { pieces.append(.literal(String(literal))) }
            literal = String.UnicodeScalarView()
            pieces.append(.attribute(name, isOptional: isOptional))
        }
        if !literal.isEmpty { pieces.append(.literal(String(literal))) }
        guard pieces.contains(where: { if case .attribute = $0 { true } else { false } }) else {
            throw refused("it holds no attribute, so it would say the same of everybody")
        }
        self.pieces = pieces
    }

    /// RFC 4512 section 2.5: a name or a dotted number, and options after semicolons.
    private static func isAttribute(_ name: String) -> Bool {
        func isWord(_ octet: UInt8) -> Bool {
            switch octet {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: false
            }
        }
        return name.utf8.first.map(isWord) ?? false
            && name.utf8.allSatisfy { isWord($0) || "-;._".utf8.contains($0) }
    }
}

extension AttributeTemplate {
    /// What filling in a template came to.
    enum Filling: Sendable, Hashable {
        case text(String)
        case missing
        case unusable(AttributeWarning.Problem)
    }

    /// The text for an entry. Of several values of a part the first is taken, in the order of ``AttributeRule/Values``.
    func fill(_ entry: LDAPEntry) -> Filling {
        let reader = TextReader()
        var filled = ""
        // Whether the piece before was left out, and what is beside it reads on from there.
        var hasGap = false
        for piece in pieces {
            switch piece {
            case .literal(var literal):
                if hasGap, filled.isEmpty || filled.hasSuffix(" "), literal.hasPrefix(" ") { literal.removeFirst() }
                hasGap = false
                filled += literal
            case .attribute(let name, let isOptional):
                var texts: [String] = []
                var problem: AttributeWarning.Problem?
                for value in entry[name] {
                    switch reader.read(value) {
                    case .value(let value): texts.append(value.text)
                    case .nothing: break
                    case .unusable(let found): problem = found
                    }
                }
                if let text = texts.min(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
                    filled += text
                    hasGap = false
                } else if let problem {
                    return .unusable(problem)
                } else if isOptional {
                    hasGap = true
                } else {
                    return .missing
                }
            }
        }
        if hasGap, filled.hasSuffix(" ") { filled.removeLast() }
        return filled.isEmpty ? .missing : .text(filled)
    }
}

extension AttributeTemplate: CustomStringConvertible {
    /// The template as it is written.
    public var description: String {
        pieces.map { piece in
            switch piece {
            case .literal(let text):
                text.unicodeScalars.map { $0 == "{" || $0 == "}" ? "\($0)\($0)" : "\($0)" }.joined()
            case .attribute(let name, let isOptional): isOptional ? "{\(name)?}" : "{\(name)}"
            }
        }.joined()
    }
}
