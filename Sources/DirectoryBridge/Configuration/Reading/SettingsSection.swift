/// A part of the configuration file with a fixed set of keys.
struct SettingsSection {
    let owner: SettingsNode
    let values: [String: SettingsNode]

    /// The value of a key that may be left out.
    subscript(_ key: String) -> SettingsNode? { values[key] }

    /// The value of a key that must be there; `nil`, and a problem with an example, if it is not.
    func required(_ key: String, example: String) -> SettingsNode? {
        if let value = values[key] { return value }
        owner.fail("the key '\(key)' is missing; write for example \(key): \(example)")
        return nil
    }
}
