/// The makes of directory that behave differently enough to matter.
public enum DirectoryVendor: String, Sendable, Hashable, CaseIterable {
    /// OpenLDAP's slapd.
    case openLDAP = "openldap"
    /// Microsoft's Active Directory, and its Lightweight Directory Services.
    case activeDirectory
    /// Samba as a domain controller: Active Directory's schema and most of its behaviour.
    case samba
    /// 389 Directory Server, Red Hat Directory Server.
    case ds389 = "389ds"
    /// FreeIPA, which is 389 Directory Server with a tree and extensions of its own.
    case freeIPA
    /// Anything else.
    case unknown
}

/// Who made a server, and why we think so.
///
/// A guess: servers say what they like about themselves, and proxies pass it on. Good for defaults and for words in reports, not for deciding
/// about access.
public struct DirectoryVendorGuess: Sendable, Hashable {
    /// The maker.
    public let vendor: DirectoryVendor
    /// What it was told by, as the end of a sentence: `the object class OpenLDAProotDSE`.
    public let ground: String

    /// Looks at the attributes of a root DSE, what is most telling first.
    public init(_ entry: LDAPEntry) {
        let vendorName = entry.firstString("vendorName") ?? ""
        let capabilities = entry.strings("supportedCapabilities")
        let extensions = entry.strings("supportedExtension")
        let lowerName = ASCII.lowercased(vendorName)
        func told(by attribute: String) -> String? { entry[attribute].isEmpty ? nil : "the attribute \(attribute)" }

        // Before Active Directory, whose marks Samba bears too.
        if lowerName.contains("samba") {
            (vendor, ground) = (.samba, "the vendor name “\(LDAPError.printable(vendorName))”")
        } else if let capability = capabilities.first(where: Self.activeDirectoryCapabilities.contains) {
            (vendor, ground) = (.activeDirectory, "the capability \(capability)")
        } else if let attribute = told(by: "forestFunctionality") ?? told(by: "highestCommittedUSN") {
            (vendor, ground) = (.activeDirectory, attribute)
        } else if let attribute = told(by: "ipaTopologyPluginVersion") ?? told(by: "ipaDomainLevel") {
            // Before 389 Directory Server, whose marks FreeIPA bears too.
            (vendor, ground) = (.freeIPA, attribute)
        } else if let oid = extensions.first(where: { $0.hasPrefix(Self.freeIPAExtensions) }) {
            (vendor, ground) = (.freeIPA, "the extended operation \(oid)")
        } else if lowerName.contains("389") || lowerName.contains("red hat") {
            (vendor, ground) = (.ds389, "the vendor name “\(LDAPError.printable(vendorName))”")
        } else if entry.strings("objectClass").contains(where: { ASCII.lowercased($0) == "openldaprootdse" }) {
            (vendor, ground) = (.openLDAP, "the object class OpenLDAProotDSE")
        } else if lowerName.contains("openldap") {
            (vendor, ground) = (.openLDAP, "the vendor name “\(LDAPError.printable(vendorName))”")
        } else if vendorName.isEmpty {
            (vendor, ground) = (.unknown, "nothing in the root DSE that is known here")
        } else {
            (vendor, ground) = (
                .unknown, "the vendor name “\(LDAPError.printable(vendorName))”, which is not known here"
            )
        }
    }

    /// Active Directory, and its Lightweight Directory Services (MS-ADTS 3.1.1.3.4.3).
    private static let activeDirectoryCapabilities = ["1.2.840.113556.1.4.800", "1.2.840.113556.1.4.1851"]
    /// Where FreeIPA numbers its extended operations.
    private static let freeIPAExtensions = "2.16.840.1.113730.3.8.10."
}
