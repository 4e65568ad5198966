/// A filter with places for values, such as `(&(objectClass=person)(uid={username}))`.
///
/// The text is parsed once. A value is put into the finished tree, so it can neither change the filter's structure nor
/// bring placeholders of its own. A brace that is meant literally is written as its escape, `\7b`.
public struct FilterTemplate: Sendable, Hashable {
    /// A run of literal octets or the name of a placeholder.
    enum Piece: Sendable, Hashable {
        case literal([UInt8])
        case placeholder(String)
    }

    let node: FilterNode<[Piece]>

    /// The names between braces.
    public let placeholders: Set<String>

    /// Reads a template.
    ///
    /// - Parameter template: RFC 4515 text whose assertion values may hold `{name}`; limits as for
    ///   ``Filter/init(parsing:)``.
    /// - Throws: ``LDAPError/Code/filterInvalid`` that names the offset.
    public init(_ template: String) throws(LDAPError) {
        let node = try FilterParser.parse(template, makeValue: Self.pieces)
        var found: Set<String> = []
        _ = try node.map { (pieces: [Piece]) throws(LDAPError) -> [Piece] in
            for case .placeholder(let name) in pieces { found.insert(name) }
            return pieces
        }
        self.node = node
        placeholders = found
    }

    /// The filter with these values in it.
    ///
    /// - Parameter values: A text for each placeholder; others are ignored.
    /// - Throws: ``LDAPError/Code/invalidArgument`` if a value is missing or empty: an empty assertion value would ask
    ///   for something that nobody meant.
    public func filter(_ values: [String: String]) throws(LDAPError) -> Filter {
        Filter(
            try node.map { (pieces: [Piece]) throws(LDAPError) -> [UInt8] in
                if case .literal(let literal)? = pieces.first, pieces.count == 1 { return literal }
                var octets: [UInt8] = []
                for piece in pieces {
                    switch piece {
                    case .literal(let literal):
                        octets += literal
                    case .placeholder(let name):
                        guard let value = values[name], !value.isEmpty else {
                            throw LDAPError(
                                .invalidArgument, operation: "fill in the filter \(self)",
                                reason: "there is no value for {\(name)}", remedy: "give a value that is not empty")
                        }
                        octets += value.utf8
                    }
                }
                return octets
            })
    }

    private static func pieces(_ raw: ArraySlice<UInt8>) throws(FilterSyntaxError) -> [Piece] {
        var pieces: [Piece] = []
        var rest = raw
        while let open = rest.firstIndex(of: UInt8(ascii: "{")) {
            guard let close = rest[open...].firstIndex(of: UInt8(ascii: "}")) else {
                throw FilterSyntaxError(offset: open, problem: "“{” without “}”; write \\7b for a brace")
            }
            let name = rest[(open + 1)..<close]
            guard !name.isEmpty, name.allSatisfy({ ASCII.isLetter($0) || ASCII.isDigit($0) || $0 == UInt8(ascii: "_") })
            else {
                throw FilterSyntaxError(offset: open, problem: "a placeholder is a name between braces")
            }
            if open > rest.startIndex {
                pieces.append(.literal(try FilterSyntaxError.unescape(rest[rest.startIndex..<open])))
            }
            pieces.append(.placeholder(String(decoding: name, as: UTF8.self)))
            rest = rest[(close + 1)...]
        }
        if !rest.isEmpty || pieces.isEmpty { pieces.append(.literal(try FilterSyntaxError.unescape(rest))) }
        return pieces
    }
}

extension FilterTemplate: CustomStringConvertible {
    /// The RFC 4515 text with the placeholders in their braces.
    public var description: String {
        var text: [UInt8] = []
        node.write(to: &text) { pieces, text in
            for piece in pieces {
                switch piece {
                case .literal(let octets):
                    for byte in octets {
                        // A literal brace must not read as a placeholder.
                        if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}") {
                            ASCII.appendEscaped(byte, to: &text)
                        } else {
                            Filter.appendEscaped([byte], to: &text)
                        }
                    }
                case .placeholder(let name):
                    text += Array("{\(name)}".utf8)
                }
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
