import AuthCore

/// A group in JSON.
struct GroupDocument: Encodable {
    let group: Group

    init(_ group: Group) {
        self.group = group
    }

    private enum Key: String, CodingKey {
        case id, name, source, dn
        case externalID = "external_id"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(group.id.rawValue, forKey: .id)
        try container.encode(group.name, forKey: .name)
        try container.encode(group.link?.source, forKey: .source)
        try container.encode(group.link?.id, forKey: .externalID)
        try container.encode(group.link?.dn, forKey: .dn)
    }
}

/// The result of `group list` in JSON.
struct GroupListDocument: Encodable {
    let groups: [GroupDocument]
}

/// The result of `group show`.
struct GroupShowDocument: Encodable {
    let group: GroupDocument
    let members: [String]
    let permissions: [Permission]

    /// The same for people.
    var text: String {
        let group = group.group
        var rows = [["name", group.name], ["id", group.id.description], ["from", group.link?.source ?? "local"]]
        if let link = group.link { rows += [["entry", link.dn ?? "–"], ["external id", link.id]] }
        rows.append(["members", members.isEmpty ? "none" : members.joined(separator: ", ")])
        let held = permissions.map(\.description).joined(separator: ", ")
        rows.append(["permissions", held.isEmpty ? "none" : held])
        return Output.table(rows)
    }
}
