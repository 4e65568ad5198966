extension LDAPEntry {
    /// 389 Directory Server sends all attributes of a changed entry that the identity may read, whatever was asked for.
    /// Passwords that nobody asked for must not get into a copy.
    func withoutSecrets(except asked: AttributeSelection) -> LDAPEntry {
        guard case .allUserAttributes = asked else {
            let names = asked.list.map(ASCII.lowercased)
            var entry = self
            entry.attributes.removeAll { attribute in
                let name = ASCII.lowercased(String(attribute.name.prefix { $0 != ";" }))
                return Self.holdsSecret(name) && !names.contains(name) && !names.contains("*")
            }
            return entry
        }
        return self
    }

    /// Whether an attribute of this name, whatever its options, holds passwords, hashes of them or keys.
    package static func holdsSecret(_ attribute: String) -> Bool {
        secrets.contains(ASCII.lowercased(String(attribute.prefix { $0 != ";" })))
    }

    private static let secrets: Set<String> = [
        "userpassword", "authpassword", "unicodepwd", "sambantpassword", "sambalmpassword", "krbprincipalkey",
        "ipanthash", "pwdhistory", "passwordhistory", "ms-mcs-admpwd", "mslaps-password", "mslaps-encryptedpassword",
        "krbpwdhistory", "lmpwdhistory", "ntpwdhistory", "dbcspwd", "supplementalcredentials", "msds-managedpassword",
        "ipatokenotpkey", "nsds5replicacredentials", "olcrootpw",
        // By their numbers: userPassword (RFC 4519, 2.41) and authPassword (RFC 3112).
        "2.5.4.35", "1.3.6.1.4.1.4203.1.3.4",
    ]
}
