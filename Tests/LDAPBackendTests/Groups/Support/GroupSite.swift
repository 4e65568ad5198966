import AuthCore
import LDAPBackend
import LDAPClient
import TestSupport

/// A directory with a few people and groups of a test's own.
enum GroupSite {
    static func person(_ uid: String) -> String { "uid=\(uid),\(Company.people)" }
    static func group(_ name: String) -> String { "cn=\(name),\(Company.groups)" }

    /// A person as LDIF, with the password `UID-secret`.
    static func personLDIF(_ uid: String, _ lines: String...) -> String {
        let own = [
            "objectClass: inetOrgPerson", "uid: \(uid)", "cn: \(uid)", "sn: \(uid)", "userPassword: \(uid)-secret",
        ]
        return record(person(uid), own + lines)
    }

    /// A `groupOfNames` as LDIF.
    static func groupLDIF(_ name: String, _ members: [String]) -> String {
        record(group(name), ["objectClass: groupOfNames", "cn: \(name)"] + members.map { "member: \($0)" })
    }

    static func record(_ dn: String, _ lines: [String]) -> String {
        (["dn: \(dn)"] + lines).joined(separator: "\n") + "\n\n"
    }

    /// A server with an overlay that keeps `memberOf`.
    static func overlay(_ name: String, _ lines: String...) -> Slapd.Options {
        var options = Slapd.Options()
        options.global = ["include /etc/ldap/schema/dyngroup.schema", "moduleload \(name)"]
        options.database = ["overlay \(name)"] + lines
        return options
    }

    /// It lists what names the person, once the groups are changed in the running server.
    static var memberOf: Slapd.Options { overlay("memberof") }
    /// It lists nested groups too.
    static var dynlist: Slapd.Options {
        overlay("dynlist", "dynlist-attrset groupOfURLs memberURL member+memberOf@groupOfNames*")
    }

    /// Runs a test with a company of these entries.
    static func on(
        _ ldif: String, options: Slapd.Options = Slapd.Options(),
        adjust: (inout LDAPBackendConfiguration) throws -> Void = { _ in },
        _ body: (Slapd, Company) async throws -> Void
    ) async throws {
        try await withSlapd(loading: .base(adding: ldif), options: options) { slapd async throws in
            try await Company.on(slapd, adjust: adjust) { try await body(slapd, $0) }
        }
    }
}

extension AuthenticationReport {
    /// The names of the groups that the person was found in.
    var groupNames: Set<String>? { external.map { Set($0.groups.map(\.name)) } }
}
