import AuthCore

extension ConfigurationReader {
    /// `sessions:`, how long sessions last. What is not said stays as it is by default.
    func sessions(_ value: SettingsNode?) -> SessionSettings {
        let usual = SessionSettings()
        guard let section = value?.section("lifetime", "idle", "maximum") else { return usual }
        let idle = section["idle"]?.duration()
        let least = SessionSettings.activityInterval * 2
        if let idle, idle < least { section["idle"]?.fail("expected 2m or more: uses are written once a minute.") }
        return SessionSettings(
            lifetime: section["lifetime"]?.duration() ?? usual.lifetime, idle: idle ?? usual.idle,
            maximumPerUser: section["maximum"]?.integer(1...10_000) ?? usual.maximumPerUser)
    }

    /// `secret_key_file:` and `secret_key_fallback_files:`, of which the second means nothing without the first.
    func secretKeys(_ current: SettingsNode?, fallbacks: SettingsNode?) -> SecretKeyFiles? {
        guard let current else {
            fallbacks?.fail("there are former keys and no present one; add secret_key_file: FILE.")
            return nil
        }
        let file = secretKey(current)
        let former = fallbacks.map { $0.isList ? $0.list() ?? [] : [$0] } ?? []
        let files = former.compactMap(secretKey)
        return file.map { SecretKeyFiles(current: $0, fallbacks: files) }
    }

    /// A file that holds a key nobody can guess.
    private func secretKey(_ value: SettingsNode) -> String? {
        guard let text = value.text() else { return nil }
        let file = path(text)
        do throws(SecretLocation.Failure) {
            let key = try SecretKeyFiles.read(file)
            _ = value.reporting { () throws(SecretKeyError) in try SecretKeys(key) }
        } catch {
            value.fail("\(error)")
        }
        return file
    }
}
