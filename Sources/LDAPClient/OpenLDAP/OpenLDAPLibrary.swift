internal import COpenLDAP

/// The libldap that this process runs with.
public enum OpenLDAPLibrary {
    /// libldap's version, such as `2.5.13`. Before 2.6.9 its own time limits do not cover TLS; ours do.
    public static let version: String = {
        initialize()
        var info = LDAPAPIInfo()
        info.ldapai_info_version = LDAP_API_INFO_VERSION
        guard ldap_get_option(nil, LDAP_OPT_API_INFO, &info) == LDAP_OPT_SUCCESS else { return "unknown" }
        ldap_memfree(info.ldapai_vendor_name)
        ldap_memvfree(
            UnsafeMutableRawPointer(info.ldapai_extensions)?.assumingMemoryBound(to: UnsafeMutableRawPointer?.self))
        let number = info.ldapai_vendor_version
        return "\(number / 10000).\(number / 100 % 100).\(number % 100)"
    }()

    /// The TLS library below libldap: `GnuTLS` or `OpenSSL`.
    public static let tlsPackage: String = {
        initialize()
        var text: UnsafeMutablePointer<CChar>?
        guard ldap_get_option(nil, LDAP_OPT_X_TLS_PACKAGE, &text) == LDAP_OPT_SUCCESS, let text else { return "none" }
        defer { ldap_memfree(text) }
        return String(cString: text)
    }()

    /// libldap sets itself up on first use and asks DNS for the machine's own name then. So the first use happens on a
    /// thread that may block, before any handle is made.
    static func initialize() { _ = initialized }

    private static let initialized: Bool = {
        var level: Int32 = 0
        return ldap_get_option(nil, LDAP_OPT_DEBUG_LEVEL, &level) == LDAP_OPT_SUCCESS
    }()
}
