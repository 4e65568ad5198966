/// What a write does to one entry: the four operations that change a directory (RFC 4511, 4.6 to 4.9).
public enum DirectoryChange: Sendable, Hashable {
    /// The entry is created with these attributes; its parent must exist.
    case add([LDAPEntry.Attribute])
    /// Its attributes are changed, all or nothing, in this order.
    case modify([Modification])
    /// The entry is renamed, moved, or both.
    ///
    /// - `newRDN`: its new relative name.
    /// - `deleteOldRDN`: whether the values of the old relative name are removed from the entry.
    /// - `newSuperior`: its new parent, `nil` where it stays.
    case modifyDN(
        newRDN: RelativeDistinguishedName, deleteOldRDN: Bool = true, newSuperior: DistinguishedName? = nil)
    /// The entry, which has none below it, is deleted.
    case delete

    /// Why no server could carry this out, `nil` if one could.
    var problem: String? {
        switch self {
        case .add(let attributes):
            if attributes.isEmpty { return "the entry has no attributes" }
            for attribute in attributes {
                if let problem = AttributeDescription.problem(attribute.name) { return problem }
                if attribute.values.isEmpty { return "\(attribute.name) has no value" }
            }
            return nil
        case .modify(let modifications):
            if modifications.isEmpty { return "nothing is modified" }
            return modifications.lazy.compactMap(\.problem).first
        case .modifyDN(let newRDN, _, _):
            return newRDN.attributes.isEmpty ? "the new relative name is empty" : nil
        case .delete:
            return nil
        }
    }
}
