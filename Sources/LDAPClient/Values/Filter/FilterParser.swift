/// Reads RFC 4515 text into a tree. `makeValue` turns the raw text of one assertion value, escapes still in it, into
/// what the tree holds, so that filters and templates share one grammar.
///
/// Blank space between the parts of a filter is accepted, since configurations spread long filters over lines.
struct FilterParser<Value: Sendable & Hashable> {
    /// Servers and libldap slow down on large and deep filters, so configured ones are limited.
    static var maximumLength: Int { 8192 }
    static var maximumDepth: Int { 32 }

    private let text: [UInt8]
    private let makeValue: (ArraySlice<UInt8>) throws(FilterSyntaxError) -> Value
    private var position = 0

    static func parse(
        _ string: String, makeValue: @escaping (ArraySlice<UInt8>) throws(FilterSyntaxError) -> Value
    ) throws(LDAPError) -> FilterNode<Value> {
        var parser = FilterParser(text: Array(string.utf8), makeValue: makeValue)
        do throws(FilterSyntaxError) {
            guard parser.text.count <= maximumLength else {
                throw FilterSyntaxError(offset: maximumLength, problem: "a filter may have \(maximumLength) octets")
            }
            let node = try parser.filter(depth: 1)
            parser.skipBlank()
            guard parser.position == parser.text.count else {
                throw FilterSyntaxError(offset: parser.position, problem: "text after the end of the filter")
            }
            return node
        } catch {
            throw LDAPError(
                .filterInvalid, operation: "read the filter “\(string.prefix(200))”",
                reason: "\(error.problem) (at offset \(error.offset))")
        }
    }

    private init(
        text: [UInt8], makeValue: @escaping (ArraySlice<UInt8>) throws(FilterSyntaxError) -> Value
    ) {
        self.text = text
        self.makeValue = makeValue
    }

    private var next: UInt8? {
        position < text.count ? text[position] : nil
    }

    private mutating func skipBlank() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(FilterSyntaxError) {
        guard next == UInt8(ascii: character) else {
            throw FilterSyntaxError(offset: position, problem: "expected “\(character)”")
        }
        position += 1
    }

    private mutating func filter(depth: Int) throws(FilterSyntaxError) -> FilterNode<Value> {
        guard depth <= Self.maximumDepth else {
            throw FilterSyntaxError(offset: position, problem: "filters may be \(Self.maximumDepth) levels deep")
        }
        skipBlank()
        try expect("(")
        skipBlank()
        let node: FilterNode<Value>
        switch next {
        case UInt8(ascii: "&"):
            position += 1
            node = .and(try list(depth: depth))
        case UInt8(ascii: "|"):
            position += 1
            node = .or(try list(depth: depth))
        case UInt8(ascii: "!"):
            position += 1
            node = .not(try filter(depth: depth + 1))
            skipBlank()
        default:
            node = try item()
        }
        try expect(")")
        return node
    }

    private mutating func list(depth: Int) throws(FilterSyntaxError) -> [FilterNode<Value>] {
        var nodes: [FilterNode<Value>] = []
        skipBlank()
        while next == UInt8(ascii: "(") {
            nodes.append(try filter(depth: depth + 1))
            skipBlank()
        }
        return nodes
    }

    private mutating func item() throws(FilterSyntaxError) -> FilterNode<Value> {
        let start = position
        while let byte = next, !"=~<>:()".utf8.contains(byte) { position += 1 }
        let attribute = text[start..<position]
        if next == UInt8(ascii: ":") { return try extensible(attribute: attribute, start: start) }
        guard ASCII.isAttributeDescription(attribute, allowOptions: true) else {
            throw FilterSyntaxError(offset: start, problem: "expected an attribute name")
        }
        let name = String(decoding: attribute, as: UTF8.self)
        let comparison: FilterComparison
        switch next {
        case UInt8(ascii: "~"): comparison = .approximate
        case UInt8(ascii: ">"): comparison = .greaterOrEqual
        case UInt8(ascii: "<"): comparison = .lessOrEqual
        default: comparison = .equal
        }
        if comparison != .equal { position += 1 }
        try expect("=")
        let parts = try assertion()
        if parts.count == 1 { return .comparison(comparison, attribute: name, value: try makeValue(parts[0])) }
        guard comparison == .equal else {
            throw FilterSyntaxError(offset: position, problem: "“*” has a meaning only after “=”; write \\2a")
        }
        if parts.count == 2, parts[0].isEmpty, parts[1].isEmpty { return .present(name) }
        return try substrings(name, parts)
    }

    private func substrings(
        _ name: String, _ parts: [ArraySlice<UInt8>]
    ) throws(FilterSyntaxError) -> FilterNode<Value> {
        var any: [Value] = []
        for part in parts.dropFirst().dropLast() {
            guard !part.isEmpty else {
                throw FilterSyntaxError(offset: part.startIndex, problem: "two “*” with nothing between them")
            }
            any.append(try makeValue(part))
        }
        let first = parts[0]
        let last = parts[parts.count - 1]
        return .substrings(
            attribute: name, initial: first.isEmpty ? nil : try makeValue(first), any: any,
            final: last.isEmpty ? nil : try makeValue(last))
    }

    /// `[attribute] [":dn"] [":" rule] ":=" value`, with an attribute or a rule or both.
    private mutating func extensible(
        attribute: ArraySlice<UInt8>, start: Int
    ) throws(FilterSyntaxError) -> FilterNode<Value> {
        var dnAttributes = false
        var rule: String?
        while next == UInt8(ascii: ":"), position + 1 < text.count, text[position + 1] != UInt8(ascii: "=") {
            position += 1
            let begin = position
            while let byte = next, !":=()".utf8.contains(byte) { position += 1 }
            let word = text[begin..<position]
            if rule == nil, !dnAttributes, ASCII.lowercased(String(decoding: word, as: UTF8.self)) == "dn" {
                dnAttributes = true
            } else if rule == nil, ASCII.isAttributeDescription(word, allowOptions: false) {
                rule = String(decoding: word, as: UTF8.self)
            } else {
                throw FilterSyntaxError(offset: begin, problem: "expected “dn” or a matching rule")
            }
        }
        let hasAttribute = !attribute.isEmpty
        guard hasAttribute ? ASCII.isAttributeDescription(attribute, allowOptions: true) : rule != nil else {
            throw FilterSyntaxError(offset: start, problem: "expected an attribute name or a matching rule")
        }
        try expect(":")
        try expect("=")
        let parts = try assertion()
        guard parts.count == 1 else {
            throw FilterSyntaxError(offset: position, problem: "“*” has no meaning here; write \\2a")
        }
        return .extensible(
            attribute: hasAttribute ? String(decoding: attribute, as: UTF8.self) : nil, rule: rule,
            dnAttributes: dnAttributes, value: try makeValue(parts[0]))
    }

    /// The raw value up to the closing parenthesis, cut at each unescaped asterisk.
    private mutating func assertion() throws(FilterSyntaxError) -> [ArraySlice<UInt8>] {
        let start = position
        while let byte = next, byte != UInt8(ascii: ")") {
            guard byte != UInt8(ascii: "("), byte != 0 else {
                throw FilterSyntaxError(offset: position, problem: "“(” and NUL must be escaped in a value")
            }
            position += 1
        }
        return text[start..<position].split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false)
    }
}

/// Where and why a text is no filter.
struct FilterSyntaxError: Error {
    var offset: Int
    var problem: String
}

extension FilterSyntaxError {
    /// The octets of a raw assertion value: each backslash takes two hexadecimal digits (RFC 4515, section 3).
    static func unescape(_ raw: ArraySlice<UInt8>) throws(FilterSyntaxError) -> [UInt8] {
        var value: [UInt8] = []
        value.reserveCapacity(raw.count)
        var index = raw.startIndex
        while index < raw.endIndex {
            if raw[index] == UInt8(ascii: "\\") {
                guard index + 2 < raw.endIndex, let high = ASCII.hexValue(raw[index + 1]),
                    let low = ASCII.hexValue(raw[index + 2])
                else {
                    throw FilterSyntaxError(offset: index, problem: "“\\” must be followed by two hexadecimal digits")
                }
                value.append(high << 4 | low)
                index += 3
            } else {
                value.append(raw[index])
                index += 1
            }
        }
        return value
    }
}
