import AuthCore

extension ScannedPerson {
    /// The first octet of every encoding. Another layout takes another number, so that no old file is misread.
    private static let format: UInt8 = 2

    /// The person as octets, for a file that a run writes and reads back. Equal persons have equal encodings.
    ///
    /// After the octet 2 follow source, id, DN, key and username; the number of fields, and for each its place in
    /// ``UserField/allCases`` and its text; the number of profile attributes, and for each, in the order of the keys, key and text; why
    /// there is to be no account; the number of held conditions, and these; 0, 1 or 2 for whether the person may have an account, may not,
    /// or nobody can tell, with reason and explanation. Numbers are LEB128; a text is its number of octets and its UTF-8, and one that may be missing has one
    /// octet more in the count, and zero where it is missing.
    public var encoded: [UInt8] {
        var writer = CompactWriter()
        writer.bytes.append(Self.format)
        writer.write(link.source)
        writer.write(link.id)
        writer.write(optional: link.dn)
        writer.write(key)
        writer.write(username)
        writer.write(fields.count)
        for (place, field) in UserField.allCases.enumerated() {
            guard let text = fields[field] else { continue }
            writer.write(place)
            writer.write(text)
        }
        writer.write(profile.count)
        // One key or none is the rule, and sorting costs.
        for (key, text) in profile.count < 2 ? Array(profile) : profile.sorted(by: { $0.key < $1.key }) {
            writer.write(key)
            writer.write(optional: text)
        }
        writer.write(optional: creationObstacle)
        writer.write(heldConditions.count)
        for condition in heldConditions { writer.write(condition) }
        switch standing {
        case .allowed:
            writer.write(0)
        case .refused(let reason, let explanation):
            writer.write(1)
            writer.write(reason.rawValue)
            writer.write(explanation)
        case .undecided(let explanation):
            writer.write(2)
            writer.write(explanation)
        }
        return writer.bytes
    }

    /// Reads a person back.
    /// - Parameter encoded: What ``encoded`` was.
    /// - Returns: `nil` if the octets are nothing that this version has written.
    public init?(encoded: [UInt8]) {
        var reader = CompactReader(encoded)
        guard reader.octet() == Self.format, let source = reader.text(), let id = reader.text(),
            let dn = reader.optionalText(), let key = reader.text(), let username = reader.text(),
            let fieldCount = reader.number()
        else { return nil }
        self.init(link: ExternalLink(source: source, id: id, dn: dn), key: key, username: username)
        for _ in 0..<fieldCount {
            guard let place = reader.number(), UserField.allCases.indices.contains(place), let text = reader.text()
            else { return nil }
            fields[UserField.allCases[place]] = text
        }
        guard let profileCount = reader.number() else { return nil }
        for _ in 0..<profileCount {
            guard let key = reader.text(), let text = reader.optionalText() else { return nil }
            profile[key] = .some(text)
        }
        guard let obstacle = reader.optionalText(), let conditionCount = reader.number() else { return nil }
        creationObstacle = obstacle
        for _ in 0..<conditionCount {
            guard let condition = reader.number() else { return nil }
            heldConditions.append(condition)
        }
        guard let standing = Self.standing(&reader), reader.isAtEnd else { return nil }
        self.standing = standing
    }

    private static func standing(_ reader: inout CompactReader) -> ScannedDecision.Access? {
        switch reader.number() {
        case 0: .allowed
        case 1:
            if let reason = reader.text().flatMap(DenialReason.init), let explanation = reader.text() {
                .refused(reason, explanation: explanation)
            } else {
                nil
            }
        case 2: reader.text().map { .undecided(explanation: $0) }
        default: nil
        }
    }
}
