/// Turns the lines of one record into the record.
struct LDIFRecordParser {
    private let lines: [LDIFLineReader.Line]
    private let options: LDIFReader.Options
    private var position = 0

    init(lines: [LDIFLineReader.Line], options: LDIFReader.Options) {
        self.lines = lines
        self.options = options
    }

    mutating func parse() throws(LDIFError) -> LDIFRecord {
        guard let first = try field(), first.isNamed("dn") else {
            throw LDIFError(.malformed, line: lines.first?.number, reason: "the record does not start with “dn:”")
        }
        let (dn, text) = try first.name(options)
        var controls: [LDAPControl] = []
        while let field = try peek(), field.isNamed("control") {
            position += 1
            controls.append(try control(field))
        }
        guard let type = try peek(), type.isNamed("changetype") else {
            guard controls.isEmpty else { throw malformed("“changetype:” must follow the controls") }
            return .entry(LDAPEntry(dn: text, attributes: try attributes()))
        }
        position += 1
        let change: DirectoryChange
        switch ASCII.lowercased(try type.text(options)) {
        case "add": change = .add(try attributes())
        case "delete": change = .delete
        case "modify": change = .modify(try modifications())
        case "modrdn", "moddn": change = try newName()
        default: throw type.malformed("there is no such changetype")
        }
        guard position == lines.count else { throw malformed("nothing more can follow here") }
        if let problem = change.problem { throw type.malformed(problem) }
        return .change(LDIFChange(dn: dn, change: change, controls: controls))
    }

    // MARK: Parts

    /// `control: OID [true|false][: value]`.
    private func control(_ field: LDIFField) throws(LDIFError) -> LDAPControl {
        let isSpace = { (byte: UInt8) in byte == UInt8(ascii: " ") }
        var rest = field.rest.drop(while: isSpace)
        let oid = String(decoding: rest.prefix { ASCII.isDigit($0) || $0 == UInt8(ascii: ".") }, as: UTF8.self)
        guard LDAPControl.isOID(oid) else { throw field.malformed("a control starts with its OID") }
        rest = rest.dropFirst(oid.utf8.count)
        var control = LDAPControl(oid: oid)
        if rest.first.map(isSpace) == true {
            rest = rest.drop(while: isSpace)
            let word = rest.prefix { $0 != UInt8(ascii: ":") && !isSpace($0) }
            switch ASCII.lowercased(String(decoding: word, as: UTF8.self)) {
            case "true": control.isCritical = true
            case "false", "": break
            default: throw field.malformed("a control's criticality is true or false")
            }
            rest = rest.dropFirst(word.count).drop(while: isSpace)
        }
        guard let colon = rest.first else { return control }
        guard colon == UInt8(ascii: ":") else { throw field.malformed("a control's value follows a colon") }
        control.value = try field.value(of: rest.dropFirst(), options)
        return control
    }

    /// The attributes of an entry: lines of the same description belong together, wherever they stand.
    private mutating func attributes() throws(LDIFError) -> [LDAPEntry.Attribute] {
        var attributes: [LDAPEntry.Attribute] = []
        var places: [String: Int] = [:]
        while position < lines.count {
            guard let field = try field() else { throw malformed("the line has no colon", back: 1) }
            let name = try field.attribute()
            let value = LDAPValue(try field.value(options))
            let key = ASCII.lowercased(name)
            if let place = places[key] {
                attributes[place].values.append(value)
            } else {
                places[key] = attributes.count
                attributes.append(LDAPEntry.Attribute(name: name, values: [value]))
            }
        }
        return attributes
    }

    /// `add|delete|replace|increment: attribute`, its values, and `-`; the last `-` may be missing.
    private mutating func modifications() throws(LDIFError) -> [Modification] {
        var modifications: [Modification] = []
        while position < lines.count {
            guard let head = try field(),
                let kind = Self.kinds[ASCII.lowercased(String(decoding: head.name, as: UTF8.self))]
            else {
                throw malformed("a modification starts with add, delete, replace or increment", back: 1)
            }
            let attribute = try head.text(options)
            guard AttributeDescription.problem(attribute) == nil else {
                throw head.malformed("the value is no attribute description")
            }
            var modification = Modification(kind, attribute)
            while position < lines.count, lines[position].bytes != [UInt8(ascii: "-")] {
                guard let field = try field() else { throw malformed("the line has no colon", back: 1) }
                guard AttributeDescription.isSame(try field.attribute(), attribute) else {
                    throw field.malformed("the value belongs to another attribute than the modification")
                }
                modification.values.append(LDAPValue(try field.value(options)))
            }
            position += 1
            if let problem = modification.problem { throw head.malformed(problem) }
            modifications.append(modification)
        }
        position = lines.count
        return modifications
    }

    private static let kinds: [String: Modification.Kind] = [
        "add": .add, "delete": .delete, "replace": .replace, "increment": .increment,
    ]

    /// `newrdn:`, `deleteoldrdn:`, and perhaps `newsuperior:`.
    private mutating func newName() throws(LDIFError) -> DirectoryChange {
        guard let field = try field(), field.isNamed("newrdn") else { throw malformed("“newrdn:” is missing", back: 1) }
        let newRDN = try field.name(options).dn
        guard newRDN.relativeNames.count == 1 else { throw field.malformed("the value is no relative name") }
        guard let flag = try self.field(), flag.isNamed("deleteoldrdn") else {
            throw malformed("“deleteoldrdn:” is missing", back: 1)
        }
        let digit = try flag.text(options)
        guard digit == "0" || digit == "1" else { throw flag.malformed("the value is neither 0 nor 1") }
        var newSuperior: DistinguishedName?
        if let superior = try peek(), superior.isNamed("newsuperior") {
            position += 1
            newSuperior = try superior.name(options).dn
        }
        return .modifyDN(newRDN: newRDN.relativeNames[0], deleteOldRDN: digit == "1", newSuperior: newSuperior)
    }

    // MARK: Lines

    private func peek() throws(LDIFError) -> LDIFField? {
        position < lines.count ? try LDIFField(lines[position]) : nil
    }

    private mutating func field() throws(LDIFError) -> LDIFField? {
        defer { position += 1 }
        return try peek()
    }

    /// An error at the line that comes next, or one before it.
    private func malformed(_ reason: String, back: Int = 0) -> LDIFError {
        let index = min(position - back, lines.count - 1)
        return LDIFError(.malformed, line: lines.indices.contains(index) ? lines[index].number : nil, reason: reason)
    }
}
