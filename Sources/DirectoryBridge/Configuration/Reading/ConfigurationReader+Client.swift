import Foundation
import LDAPClient

extension ConfigurationReader {
    /// How a directory is reached.
    func client(_ section: SettingsSection) -> LDAPClientConfiguration? {
        let serversNode = section.required("servers", example: "[\"ldaps://ldap1.example.org\"]")
        let servers = serversNode.map(self.servers) ?? []
        if let serversNode, serversNode.isList, serversNode.list()?.isEmpty == true {
            serversNode.fail("the list is empty; name at least one server, like ldaps://ldap1.example.org.")
        }
        let backups = section["backup_servers"].map(self.servers) ?? []
        let tls = section["tls"].map(self.tls) ?? LDAPTLSOptions()
        let timeouts = section["timeouts"].map(self.timeouts) ?? LDAPTimeouts()
        let account = section["service_account"].flatMap(serviceAccount)
        let allowsCleartext = section["allow_cleartext"]?.bool() ?? false
        for (server, node) in servers + backups {
            if server.scheme == .ldap, !server.isLoopback, !tls.startTLS, !allowsCleartext {
                node.fail(
                    "\(server) would carry passwords in clear text; use ldaps://, or tls: {start_tls: true}, or say allow_cleartext: true."
                )
            }
            if server.scheme == .ldaps, tls.startTLS {
                node.fail(
                    "\(server) is encrypted from the beginning; with start_tls: true write ldap://, or remove start_tls."
                )
            }
        }
        guard !servers.isEmpty else { return nil }
        return LDAPClientConfiguration(
            servers: servers.map(\.url), backupServers: backups.map(\.url), tls: tls, serviceAccount: account,
            timeouts: timeouts,
            allowCleartext: allowsCleartext)
    }

    private func servers(_ value: SettingsNode) -> [(url: LDAPURL, node: SettingsNode)] {
        let items = value.isList ? value.list() ?? [] : [value]
        return items.compactMap { item in item.parsed(LDAPURL.init).map { ($0, item) } }
    }

    private func tls(_ value: SettingsNode) -> LDAPTLSOptions {
        var options = LDAPTLSOptions()
        guard let section = value.section("ca_file", "minimum_version", "start_tls") else { return options }
        if let file = section["ca_file"], let text = file.text() {
            let path = path(text)
            if let content = readable(path, file) {
                if content.range(of: Data("-----BEGIN ".utf8)) == nil {
                    file.fail("the file \(path) holds no certificate in PEM form (-----BEGIN CERTIFICATE-----).")
                }
                options.caFile = path
            }
        }
        if let version = section["minimum_version"]?.choice([("1.2", TLSVersion.v1_2), ("1.3", TLSVersion.v1_3)]) {
            options.minimumVersion = version
        }
        options.startTLS = section["start_tls"]?.bool() ?? false
        return options
    }

    private func timeouts(_ value: SettingsNode) -> LDAPTimeouts {
        var timeouts = LDAPTimeouts()
        guard let section = value.section("connect", "operation") else { return timeouts }
        if let connect = section["connect"]?.duration() { timeouts.connect = connect }
        if let operation = section["operation"]?.duration() { timeouts.operation = operation }
        return timeouts
    }

    // MARK: The service account

    private func serviceAccount(_ value: SettingsNode) -> ServiceAccount? {
        guard let section = value.section("dn", "password_file", "password_env") else { return nil }
        let dn = section.required("dn", example: "\"cn=bridge,ou=services,dc=example,dc=org\"")?.parsed(
            DistinguishedName.init)
        let secret: SecretLocation
        switch (section["password_file"], section["password_env"]) {
        case (let file?, nil):
            guard let text = file.text() else { return nil }
            secret = .file(path(text))
            check(secret, file)
        case (nil, let variable?):
            guard let text = variable.text() else { return nil }
            secret = .environment(text)
            check(secret, variable)
        default:
            value.fail("say where the password is: password_file: FILE, or password_env: VARIABLE, one of the two.")
            return nil
        }
        return dn.map { ServiceAccount(dn: $0, password: { try secret.read() }) }
    }

    private func check(_ secret: SecretLocation, _ value: SettingsNode) {
        do {
            _ = try secret.read()
        } catch {
            value.fail("\(error)")
        }
    }

    /// The content of a file that must be readable; `nil`, and a problem, if it is not.
    private func readable(_ path: String, _ value: SettingsNode) -> Data? {
        if let content = FileManager.default.contents(atPath: path) { return content }
        value.fail(SecretLocation.unreadable(path))
        return nil
    }
}
