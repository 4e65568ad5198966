import Foundation
import LDAPClient

extension ConfigurationReader {
    /// How a directory is reached.
    func client(_ section: SettingsSection) -> LDAPClientConfiguration? {
        let discovery = section["discover"].flatMap(self.discovery)
        let servers = self.servers(section)
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
        if let discovery, let node = section["discover"] {
            if discovery.scheme == .ldap, !tls.startTLS, !allowsCleartext {
                node.fail(
                    "servers found under ldap would get passwords in clear text; say scheme: ldaps, or tls: {start_tls: true}, or allow_cleartext: true."
                )
            }
            if discovery.scheme == .ldaps, tls.startTLS {
                node.fail("scheme: ldaps is encrypted from the beginning; remove start_tls, or say scheme: ldap.")
            }
        }
        if case .external? = account?.method, tls.clientCertificate == nil,
            discovery != nil || (servers + backups).contains(where: { $0.url.scheme != .ldapi })
        {
            section["service_account"]?.fail(
                "mechanism: external proves nothing without a certificate; add tls: {certificate_file: FILE, key_file: FILE}, or use ldapi:// addresses only."
            )
        }
        guard !servers.isEmpty || discovery != nil else { return nil }
        var client = LDAPClientConfiguration(
            servers: servers.map(\.url), backupServers: backups.map(\.url), tls: tls, serviceAccount: account,
            timeouts: timeouts, allowCleartext: allowsCleartext)
        client.discovery = discovery
        if let pool = section["pool"] { self.pool(pool, &client) }
        if let breaker = section["breaker"] { self.breaker(breaker, &client.breaker) }
        return client
    }

    /// Servers are named, or found in DNS, or both.
    private func servers(_ section: SettingsSection) -> [(url: LDAPURL, node: SettingsNode)] {
        let example = "[\"ldaps://ldap1.example.org\"]"
        let node =
            section["discover"] == nil ? section.required("servers", example: example) : section["servers"]
        guard let node else { return [] }
        if node.isList, node.list()?.isEmpty == true, section["discover"] == nil {
            node.fail("the list is empty; name at least one server, like ldaps://ldap1.example.org.")
        }
        return servers(node)
    }

    /// `discover: {domain: example.org}`.
    private func discovery(_ value: SettingsNode) -> LDAPServiceDomain? {
        guard let section = value.section("domain", "scheme", "trusted_domains") else { return nil }
        let schemes: [(String, LDAPURL.Scheme)] = [("ldaps", .ldaps), ("ldap", .ldap)]
        let scheme = section["scheme"].map { $0.choice(schemes) } ?? .ldaps
        let trusted = section["trusted_domains"]?.texts() ?? []
        guard let scheme else { return nil }
        return section.required("domain", example: "example.org")?.parsed { text throws(LDAPError) in
            try LDAPServiceDomain(domain: text, scheme: scheme, trustedDomains: trusted)
        }
    }

    private func servers(_ value: SettingsNode) -> [(url: LDAPURL, node: SettingsNode)] {
        let items = value.isList ? value.list() ?? [] : [value]
        return items.compactMap { item in item.parsed(LDAPURL.init).map { ($0, item) } }
    }

    private func timeouts(_ value: SettingsNode) -> LDAPTimeouts {
        var timeouts = LDAPTimeouts()
        guard let section = value.section("connect", "operation") else { return timeouts }
        if let connect = section["connect"]?.duration() { timeouts.connect = connect }
        if let operation = section["operation"]?.duration() { timeouts.operation = operation }
        return timeouts
    }

    /// `pool: {…}`.
    private func pool(_ value: SettingsNode, _ client: inout LDAPClientConfiguration) {
        guard
            let section = value.section(
                "searches", "binds", "streams", "waiting", "maximum_age", "idle", "check_after_idle")
        else { return }
        let sizes = 1...1000
        if let searches = section["searches"]?.integer(sizes) { client.searchPoolSize = searches }
        if let binds = section["binds"]?.integer(sizes) { client.bindPoolSize = binds }
        if let streams = section["streams"]?.integer(sizes) { client.pool.streams = streams }
        if let waiting = section["waiting"]?.integer(0...1_000_000) { client.pool.maximumWaiting = waiting }
        if let age = section["maximum_age"]?.duration() { client.pool.maximumAge = age }
        if let idle = section["idle"]?.duration() { client.pool.idleLimit = idle }
        if let check = section["check_after_idle"]?.duration() { client.pool.checkAfterIdle = check }
    }

    /// `breaker: {…}`.
    private func breaker(_ value: SettingsNode, _ options: inout LDAPBreakerOptions) {
        guard let section = value.section("timeouts", "first_delay", "maximum_delay") else { return }
        if let timeouts = section["timeouts"]?.integer(1...1000) { options.timeouts = timeouts }
        if let first = section["first_delay"]?.duration() { options.firstDelay = first }
        if let maximum = section["maximum_delay"]?.duration() { options.maximumDelay = maximum }
        if options.maximumDelay < options.firstDelay {
            (section["maximum_delay"] ?? section["first_delay"] ?? value).fail(
                "maximum_delay is shorter than first_delay (\(options.maximumDelay) and \(options.firstDelay)); correct one of them."
            )
        }
    }
}
