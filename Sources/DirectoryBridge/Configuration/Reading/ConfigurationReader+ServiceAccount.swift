import LDAPClient

extension ConfigurationReader {
    /// How the service account proves who it is.
    private enum Mechanism: String, CaseIterable {
        case simple
        case external
        case scramSHA1 = "scram-sha-1"
        case scramSHA256 = "scram-sha-256"
        case scramSHA512 = "scram-sha-512"

        var scram: SCRAMMechanism? {
            switch self {
            case .simple, .external: nil
            case .scramSHA1: .sha1
            case .scramSHA256: .sha256
            case .scramSHA512: .sha512
            }
        }
    }

    /// `service_account: {…}`.
    func serviceAccount(_ value: SettingsNode) -> ServiceAccount? {
        guard let section = value.section("mechanism", "dn", "user", "act_as", "password_file", "password_env") else {
            return nil
        }
        guard let mechanism = section["mechanism"].map({ $0.choice(Mechanism.self) }) ?? .simple else { return nil }
        refuse(section, mechanism)
        let dnNode =
            mechanism == .simple
            ? section.required("dn", example: "\"cn=bridge,ou=services,dc=example,dc=org\"") : section["dn"]
        let dn = dnNode.map { $0.parsed(DistinguishedName.init) } ?? DistinguishedName([])
        if mechanism == .external {
            return dn.map { ServiceAccount(externalActingAs: section["act_as"]?.text(), dn: $0) }
        }
        let secret = secret(value, section)
        guard let scram = mechanism.scram else {
            guard dnNode != nil, let dn, let secret else { return nil }
            return ServiceAccount(dn: dn, password: { try secret.read() })
        }
        let user = section.required("user", example: "bridge")?.text()
        guard let dn, let secret, let user else { return nil }
        return ServiceAccount(scram: scram, user: user, dn: dn, password: { try secret.read() })
    }

    /// Refuses keys that would say something that is not done.
    private func refuse(_ section: SettingsSection, _ mechanism: Mechanism) {
        if mechanism.scram == nil {
            section["user"]?.fail("a user goes with a SCRAM mechanism; say mechanism: scram-sha-256, or remove it.")
        }
        guard mechanism == .external else {
            section["act_as"]?.fail("act_as goes with mechanism: external; remove it.")
            return
        }
        for key in ["password_file", "password_env"] {
            section[key]?.fail("there is no password in mechanism: external; remove it.")
        }
    }

    private func secret(_ value: SettingsNode, _ section: SettingsSection) -> SecretLocation? {
        let node: SettingsNode
        let secret: SecretLocation
        switch (section["password_file"], section["password_env"]) {
        case (let file?, nil):
            guard let text = file.text() else { return nil }
            (node, secret) = (file, .file(path(text)))
        case (nil, let variable?):
            guard let text = variable.text() else { return nil }
            (node, secret) = (variable, .environment(text))
        default:
            value.fail("say where the password is: password_file: FILE, or password_env: VARIABLE, one of the two.")
            return nil
        }
        do {
            _ = try secret.read()
        } catch {
            node.fail("\(error)")
        }
        return secret
    }
}
