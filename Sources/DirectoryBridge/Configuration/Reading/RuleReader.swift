import AuthCore
import LDAPClient

/// Reads rules and remembers where their conditions stand.
final class RuleReader {
    private(set) var leaves: [Rule.Leaf: SourceLocation] = [:]
    private(set) var permissions: [Permission: SourceLocation] = [:]
    private(set) var firstGroupLeaf: (leaf: Rule.Leaf, location: SourceLocation)?
    private let groupBases: [DistinguishedName]?

    /// - Parameter groupBases: Below what people's groups are searched; a group elsewhere could never be one of theirs.
    init(groupBases: [DistinguishedName]?) {
        self.groupBases = groupBases
    }

    /// A rule: the name of a group, or a map with exactly one of `all`, `any`, `not`, `dn`, `id`, `name`, `pattern`, or `attribute` with
    /// `equals`.
    func rule(_ value: SettingsNode) -> Rule? {
        guard value.isMap else { return value.text().map { leaf(.name($0), value) } }
        guard let section = value.section("all", "any", "not", "dn", "id", "name", "pattern", "attribute", "equals")
        else {
            return nil
        }
        if let attribute = section["attribute"] {
            guard section.values.count == 2, let equals = section.required("equals", example: "contractor") else {
                value.fail("expected {attribute: NAME, equals: VALUE}.")
                return nil
            }
            guard let name = attribute.attributeName(), let wanted = equals.text() else { return nil }
            return leaf(.attribute(name, equals: wanted), value)
        }
        guard section.values.count == 1, let (key, inner) = section.values.first, key != "equals" else {
            value.fail("expected exactly one of all, any, not, dn, id, name, pattern, or attribute with equals.")
            return nil
        }
        switch key {
        case "all": return parts(inner).map { .all($0) }
        case "any": return parts(inner).map { .any($0) }
        case "not": return rule(inner).map { .not($0) }
        case "dn": return dn(inner)
        case "id": return inner.text().map { leaf(.id($0), inner) }
        case "pattern": return inner.text().map { leaf(.pattern($0), inner) }
        default: return inner.text().map { leaf(.name($0), inner) }
        }
    }

    private func dn(_ value: SettingsNode) -> Rule? {
        guard let text = value.text(), let dn = value.parsed(DistinguishedName.init) else { return nil }
        if let groupBases, !groupBases.contains(where: { dn.isEqualOrBelow($0) }) {
            let bases = groupBases.map(\.description).joined(separator: " or ")
            value.fail("\(dn) is not below groups: base, \(bases), so nobody's groups could hold it.")
            return nil
        }
        return leaf(.dn(text), value)
    }

    private func parts(_ value: SettingsNode) -> [Rule]? {
        guard let items = value.list() else { return nil }
        if items.isEmpty {
            value.fail("the list is empty; name at least one group.")
            return nil
        }
        let rules = items.compactMap(rule)
        return rules.count == items.count ? rules : nil
    }

    private func leaf(_ leaf: Rule.Leaf, _ value: SettingsNode) -> Rule {
        if leaves[leaf] == nil { leaves[leaf] = value.location }
        if firstGroupLeaf == nil, !leaf.isAboutAttribute { firstGroupLeaf = (leaf, value.location) }
        return .leaf(leaf)
    }

    /// One permission, or a list of them.
    func permissions(_ value: SettingsNode) -> [Permission] {
        let items = value.isList ? value.list() ?? [] : [value]
        if items.isEmpty { value.fail("the list is empty; name at least one permission.") }
        return items.compactMap { item in
            guard let text = item.text() else { return nil }
            guard let permission = Permission(text) else {
                item.fail("'\(text)' is not of the form app_label.codename, like payroll.view_payslip.")
                return nil
            }
            if permissions[permission] == nil { permissions[permission] = item.location }
            return permission
        }
    }
}

extension Rule.Leaf {
    fileprivate var isAboutAttribute: Bool { if case .attribute = self { true } else { false } }
}
