import LDAPClient

extension ConfigurationText {
    /// How a directory is reached.
    static func rows(_ client: LDAPClientConfiguration) -> [(String, String)] {
        let tls = client.connection.tls
        let account = client.serviceAccount.map(Self.words) ?? "none, searches are anonymous"
        var rows = [
            ("servers", client.servers.map(\.description).joined(separator: ", ")),
            ("discover", client.discovery.map(Self.words) ?? "no"),
            ("backup_servers", client.backupServers.map(\.description).joined(separator: ", ")),
            ("tls.ca_file", tls.caFile ?? (tls.caDirectory == nil ? "the system's" : "none")),
        ]
        if let folder = tls.caDirectory { rows.append(("tls.ca_folder", folder)) }
        if let certificate = tls.clientCertificate {
            rows += [("tls.certificate_file", certificate.certificateFile), ("tls.key_file", certificate.keyFile)]
        }
        if let name = tls.serverName { rows.append(("tls.server_name", name)) }
        return rows + [
            ("tls.minimum_version", tls.minimumVersion.rawValue), ("tls.start_tls", "\(tls.startTLS)"),
            ("allow_cleartext", "\(client.connection.allowCleartext)"), ("service_account", account),
            ("timeouts.connect", client.connection.timeouts.connect.asWritten),
            ("timeouts.operation", client.connection.timeouts.operation.asWritten),
            ("pool.searches", "\(client.searchPoolSize)"), ("pool.binds", "\(client.bindPoolSize)"),
            ("pool.streams", "\(client.pool.streams)"), ("pool.waiting", "\(client.pool.maximumWaiting)"),
            ("pool.maximum_age", client.pool.maximumAge.asWritten), ("pool.idle", client.pool.idleLimit.asWritten),
            ("pool.check_after_idle", client.pool.checkAfterIdle.asWritten),
            ("breaker.timeouts", "\(client.breaker.timeouts)"),
            ("breaker.first_delay", client.breaker.firstDelay.asWritten),
            ("breaker.maximum_delay", client.breaker.maximumDelay.asWritten),
        ]
    }

    private static func words(_ account: ServiceAccount) -> String {
        if case .external = account.method { return account.name }
        return "\(account.name), password (hidden)"
    }

    private static func words(_ domain: LDAPServiceDomain) -> String {
        "\(domain.scheme.rawValue) servers of \(domain.domain)"
            + (domain.trustedDomains.isEmpty ? "" : ", also in \(domain.trustedDomains.joined(separator: ", "))")
    }
}
