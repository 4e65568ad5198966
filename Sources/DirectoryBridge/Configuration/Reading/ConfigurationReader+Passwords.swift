import Foundation
import LocalBackend

extension ConfigurationReader {
    /// `passwords:`, how local passwords are kept and what they must be.
    func passwords(_ value: SettingsNode?) -> PasswordSettings {
        var settings = PasswordSettings()
        guard let section = value?.section("iterations", "algorithm", "validators") else { return settings }
        if let hasher = hasher(section["algorithm"], iterations: section["iterations"]) { settings.hasher = hasher }
        guard let validators = section["validators"] else { return settings }
        settings.rules = rules(validators)
        do {
            settings.policy = try settings.rules?.policy() ?? PasswordPolicy()
        } catch {
            // The file was there and could be read as such a moment ago.
            validators.fail("the common passwords cannot be read; the file has to be UTF-8, one password a line.")
        }
        return settings
    }

    private func hasher(_ algorithm: SettingsNode?, iterations: SettingsNode?) -> (any PasswordHasher)? {
        let number = iterations?.integer(1...PBKDF2SHA256Hasher.maximumIterations)
        let name = algorithm?.text() ?? "pbkdf2_sha256"
        guard let algorithm, name != "pbkdf2_sha256" else {
            return PBKDF2SHA256Hasher(iterations: number ?? PBKDF2SHA256Hasher.defaultIterations)
        }
        iterations?.fail("'\(name)' has no iterations; leave them out.")
        switch name {
        case "scrypt": return ScryptHasher()
        #if NativeHashers
        case "argon2": return Argon2Hasher()
        case "bcrypt_sha256": return BCryptSHA256Hasher()
        case "bcrypt": return BCryptHasher()
        #else
        case "argon2", "bcrypt_sha256", "bcrypt":
            algorithm.fail(
                "'\(name)' is not in this program; build it with: swift build --traits NativeHashers, or use scrypt.")
        #endif
        default:
            algorithm.fail(
                "'\(name)' is not one of pbkdf2_sha256, scrypt, argon2, bcrypt_sha256, bcrypt.")
        }
        return nil
    }

    /// - Returns: `nil` for none.
    private func rules(_ value: SettingsNode) -> PasswordRules? {
        var rules = PasswordRules()
        guard value.isMap else {
            let isNone = value.choice([("django", false), ("none", true)]) ?? false
            return isNone ? nil : rules
        }
        guard let section = value.section("minimum_length", "common_passwords_file", "similarity") else { return rules }
        if let length = section["minimum_length"]?.integer(1...1024) { rules.minimumLength = length }
        if let ratio = section["similarity"].flatMap(similarity) { rules.similarity = ratio }
        if let node = section["common_passwords_file"], let text = node.text() {
            let file = path(text)
            if FileManager.default.isReadableFile(atPath: file) {
                rules.commonPasswordsFile = file
            } else {
                node.fail(SecretLocation.unreadable(file))
            }
        }
        return rules
    }

    private func similarity(_ value: SettingsNode) -> Double? {
        guard let text = value.text() else { return nil }
        guard let number = Double(text), (0.1...1).contains(number) else {
            value.fail("expected a number from 0.1 to 1, found '\(text)'.")
            return nil
        }
        return number
    }
}
