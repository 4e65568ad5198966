import AuthCore
import DirectoryBridge
import LDAPBackend
import LDAPClient

/// A configuration as it was understood, defaults included, without secrets.
struct ConfigurationText {
    let configuration: Configuration

    var text: String {
        var rows = [
            ["file", configuration.file], ["database", "sqlite:" + configuration.databasePath],
            ["chain", configuration.chain.joined(separator: ", ")],
            ["login_deadline", "\(configuration.loginDeadline)"],
            ["passwords.iterations", "\(configuration.passwordIterations)"],
        ]
        for directory in configuration.directories {
            rows += (Self.client(directory.client) + Self.backend(directory.backend)).map {
                ["directories.\(directory.name).\($0)", $1]
            }
        }
        return Output.table(rows)
    }

    private static func client(_ client: LDAPClientConfiguration) -> [(String, String)] {
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
            ("timeouts.connect", "\(client.connection.timeouts.connect)"),
            ("timeouts.operation", "\(client.connection.timeouts.operation)"),
            ("pool.searches", "\(client.searchPoolSize)"), ("pool.binds", "\(client.bindPoolSize)"),
            ("pool.streams", "\(client.pool.streams)"), ("pool.waiting", "\(client.pool.maximumWaiting)"),
            ("pool.maximum_age", "\(client.pool.maximumAge)"), ("pool.idle", "\(client.pool.idleLimit)"),
            ("pool.check_after_idle", "\(client.pool.checkAfterIdle)"),
            ("breaker.timeouts", "\(client.breaker.timeouts)"),
            ("breaker.first_delay", "\(client.breaker.firstDelay)"),
            ("breaker.maximum_delay", "\(client.breaker.maximumDelay)"),
        ]
    }

    private static func words(_ account: ServiceAccount) -> String {
        if case .external = account.method { return account.name }
        return "\(account.name), password (hidden)"
    }

    private static func words(_ policy: AccountStatePolicy) -> String {
        let records: String =
            switch policy.dialects {
            case .auto: "auto"
            case .only(let dialects) where dialects.isEmpty: "none"
            case .only(let dialects): dialects.map(\.rawValue).sorted().joined(separator: ", ")
            }
        let lock = policy.lockoutDuration.map { ", a lock lasts \($0)" } ?? ""
        return "\(records)\(lock), an expiry is announced \(policy.warningPeriod) ahead"
    }

    private static func words(_ domain: LDAPServiceDomain) -> String {
        "\(domain.scheme.rawValue) servers of \(domain.domain)"
            + (domain.trustedDomains.isEmpty ? "" : ", also in \(domain.trustedDomains.joined(separator: ", "))")
    }

    private static func backend(_ backend: LDAPBackendConfiguration) -> [(String, String)] {
        let limit = backend.attempts.limit.map { "\($0.threshold) within \($0.window)" } ?? "as the directory shows it"
        var rows: [(String, String)] = [
            ("attempts.remember_refused", "\(backend.attempts.rememberRefusals)"), ("attempts.lockout", limit),
            ("account_state", words(backend.accountState)),
            ("on_outage", backend.onOutage.rawValue), ("adopt", backend.mirrorPolicy.adopt.rawValue),
            ("new_users", backend.mirrorPolicy.newUsers.rawValue),
        ]
        switch backend.users.method {
        case .search(let bases, let filter):
            rows += [
                ("users.base", bases.map(\.description).joined(separator: " and ")), ("users.filter", "\(filter)"),
            ]
        case .template(let template): rows.append(("users.dn_template", "\(template)"))
        }
        if let realm = backend.users.realm {
            rows += [
                ("users.realm.domains", realm.domains.joined(separator: ", ")),
                ("users.realm.suffixes", realm.suffixes.joined(separator: ", ")),
                ("users.realm.required", "\(realm.isRequired)"),
            ]
        }
        rows += [("users.id", backend.users.idAttribute), ("users.attributes.username", backend.attributes.username)]
        for field in UserField.allCases {
            if let attribute = backend.attributes.fields[field] {
                rows.append(("users.attributes.\(field.rawValue)", attribute.description))
            }
        }
        rows += backend.attributes.profile.sorted { $0.key < $1.key }.map {
            ("users.profile.\($0.key)", $0.value.description)
        }
        rows += [
            ("users.require", backend.require?.description ?? "nothing"),
            ("users.deny", backend.deny?.description ?? "nobody"),
        ]
        if let groups = backend.groups {
            rows += [
                ("groups.base", groups.bases.map(\.description).joined(separator: " and ")),
                ("groups.type", groups.type.objectClass), ("groups.strategy", "\(groups.strategy)"),
                ("groups.nested", "\(groups.isNested)"),
                ("groups.mirror", backend.mirrorPolicy.groups.words),
            ]
        }
        rows += backend.flags.sorted { $0.key.rawValue < $1.key.rawValue }.map {
            ("flags.\($0.key.rawValue)", $0.value.description)
        }
        rows += backend.permissions.enumerated().map { index, rule in
            ("permissions[\(index)]", "\(rule.grant.map(\.description).joined(separator: ", ")) to \(rule.rule)")
        }
        return rows
    }
}

extension MirrorPolicy.GroupMirroring {
    /// Which groups, in words.
    fileprivate var words: String {
        switch self {
        case .none: "none"
        case .all: "all"
        case .only(let names): "only " + names.sorted().joined(separator: ", ")
        case .except(let names): "all except " + names.sorted().joined(separator: ", ")
        }
    }
}
