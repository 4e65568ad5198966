import Foundation

extension Slapd {
    /// What a directory holds when it starts.
    public struct Content: Sendable {
        /// The LDIF that is loaded, in order of its entries; `nil` leaves the database empty.
        let ldif: @Sendable () throws -> String?

        /// The company of `ldif/company.ldif`, on top of ``base``.
        public static var company: Content { company(adding: "") }

        /// The company and more entries.
        /// - Parameter ldif: Entries below `dc=example,dc=org`, parents first, without change records.
        public static func company(adding ldif: String) -> Content {
            Content { try [file("base.ldif"), file("company.ldif"), ldif].joined(separator: "\n") }
        }

        /// The entries of `ldif/base.ldif`: the suffix, `ou=people`, `ou=groups`, the service account and the policies.
        public static var base: Content { base(adding: "") }

        /// The entries of `ldif/base.ldif` and more.
        /// - Parameter ldif: Entries below `dc=example,dc=org`, parents first, without change records.
        public static func base(adding ldif: String) -> Content {
            Content { try [file("base.ldif"), ldif].joined(separator: "\n") }
        }

        /// The ``SmallCompany``, on top of ``base``; nobody is locked until ``DirectoryServer/lockAccounts()``.
        public static func smallCompany(_ content: DirectoryContent) -> Content {
            base(adding: SmallCompany.ldif(for: .openLDAP, suffix: "dc=example,dc=org", content).records)
        }

        /// Nothing but the given entries, of which `dc=example,dc=org` has to be the first.
        public static func ldif(_ ldif: String) -> Content { Content { ldif } }

        /// An empty database, which has not even the suffix entry.
        public static var none: Content { Content { nil } }

        private static func file(_ name: String) throws -> String {
            try String(contentsOfFile: "\(repositoryRoot)/ldif/\(name)", encoding: .utf8)
        }
    }

    /// How a server differs from the one that `ldif/slapd.conf.template` describes.
    public struct Options: Sendable {
        /// Whether it offers StartTLS and a second port for `ldaps`, with ``Certificates``.
        public var tls = false
        /// Which certificate it shows, if ``tls`` is on.
        public var certificate: Certificates.Server = .valid
        /// Whether it asks clients for a certificate, in the words of `TLSVerifyClient` of slapd.conf(5).
        public var verifyClient = "never"
        /// Whether it listens on a Unix socket too.
        public var socket = false
        /// What defines `posixAccount` and `posixGroup`, in the words of slapd.conf(5), instead of the schema of RFC 2307.
        public var posixSchema: String?
        /// Lines for the global section of slapd.conf(5), for instance `security tls=128` or `idletimeout 1`.
        public var global: [String] = []
        /// Lines for the section of the database, before its access rules, for instance `sizelimit 5` or an `access` rule.
        public var database: [String] = []

        /// Options of a server without TLS and without extra lines.
        public init() {}
    }

    /// The text of slapd.conf(5): the template with its placeholders filled in.
    static func configuration(folder: String, options: Options) async throws -> String {
        var tls: [String] = []
        if options.tls {
            let certificates = try await Certificates.shared()
            tls = [
                "TLSCACertificateFile \(certificates.authority)",
                "TLSCertificateFile \(certificates.certificate(options.certificate))",
                "TLSCertificateKeyFile \(certificates.key(options.certificate))",
                "TLSVerifyClient \(options.verifyClient)",
            ]
        }
        let rfc2307 = "include     /etc/ldap/schema/nis.schema"
        return try String(contentsOfFile: "\(repositoryRoot)/ldif/slapd.conf.template", encoding: .utf8)
            .replacingOccurrences(of: "@FOLDER@", with: folder)
            .replacingOccurrences(of: rfc2307, with: options.posixSchema ?? rfc2307)
            .replacingOccurrences(of: "@TLS@", with: tls.joined(separator: "\n"))
            .replacingOccurrences(of: "@GLOBAL@", with: options.global.joined(separator: "\n"))
            .replacingOccurrences(of: "@DATABASE@", with: options.database.joined(separator: "\n"))
    }
}
