/// What a server says about itself (RFC 4512, 5.1): the entry whose DN is empty.
///
/// Read over an encrypted connection, and only there worth something: what was read before StartTLS may have come from anybody (RFC 4513,
/// 3.1.5). An ``LDAPConnection`` exists only when its encryption does, so nothing that was read earlier gets in here.
public struct RootDSE: Sendable, Hashable {
    /// The entry itself, for what has no property here.
    public let entry: LDAPEntry
    /// Who made the server, as far as can be told.
    public let vendor: DirectoryVendorGuess

    /// Reads the attributes of a root DSE.
    public init(_ entry: LDAPEntry) {
        self.entry = entry
        vendor = DirectoryVendorGuess(entry)
    }

    /// The attributes that are asked for: `*` and `+` mean another set on each server, and neither means all of them.
    public static let attributeNames = [
        "objectClass", "namingContexts", "defaultNamingContext", "subschemaSubentry", "supportedControl",
        "supportedExtension", "supportedFeatures", "supportedSASLMechanisms", "supportedLDAPVersion", "vendorName",
        "vendorVersion", "altServer",
        // OpenLDAP.
        "configContext", "monitorContext",
        // Active Directory.
        "supportedCapabilities", "rootDomainNamingContext", "configurationNamingContext", "schemaNamingContext",
        "dsServiceName", "dnsHostName", "highestCommittedUSN", "domainFunctionality", "forestFunctionality",
        // 389 Directory Server and FreeIPA.
        "dataversion", "firstChangeNumber", "lastChangeNumber", "ipaTopologyPluginVersion", "ipaDomainLevel",
    ]

    // MARK: Where entries are

    /// The suffixes of what the server holds; one that is no DN is left out.
    public var namingContexts: [DistinguishedName] { names("namingContexts") }

    /// The suffix of the people and groups, where the server names one: Active Directory, 389 Directory Server.
    public var defaultNamingContext: DistinguishedName? { names("defaultNamingContext").first }

    /// The suffix of the forest's first domain (Active Directory).
    public var rootDomainNamingContext: DistinguishedName? { names("rootDomainNamingContext").first }

    /// Where the schema can be read (RFC 4512, 4.2).
    public var subschemaSubentry: DistinguishedName? { names("subschemaSubentry").first }

    /// The suffix that an entry is below: the longest of ``namingContexts`` that fits.
    ///
    /// The entry of this name holds the state of the whole suffix, such as `contextCSN` of OpenLDAP (RFC 4533 replication).
    public func namingContext(holding name: DistinguishedName) -> DistinguishedName? {
        namingContexts.filter(name.isEqualOrBelow).max { $0.relativeNames.count < $1.relativeNames.count }
    }

    // MARK: What the server can do

    /// OIDs of controls.
    public var supportedControls: Set<String> { strings("supportedControl") }
    /// OIDs of extended operations.
    public var supportedExtensions: Set<String> { strings("supportedExtension") }
    /// Whether the server tells who has bound (RFC 4532).
    public var offersWhoAmI: Bool { supportedExtensions.contains(WhoAmI.oid) }
    /// OIDs of features (RFC 3674), such as `1.3.6.1.4.1.4203.1.5.1`: all operational attributes by `+`.
    public var supportedFeatures: Set<String> { strings("supportedFeatures") }
    /// OIDs by which Active Directory tells its versions apart.
    public var supportedCapabilities: Set<String> { strings("supportedCapabilities") }
    /// Names of mechanisms, in upper case. They may depend on the connection: `PLAIN` is often there under TLS only.
    public var supportedSASLMechanisms: Set<String> { Set(strings("supportedSASLMechanisms").map { $0.uppercased() }) }

    // MARK: Which server this is

    /// The vendor's name in the server's own words (RFC 3045).
    public var vendorName: String? { entry.firstString("vendorName") }
    /// The version in the server's own words (RFC 3045).
    public var vendorVersion: String? { entry.firstString("vendorVersion") }
    /// The domain controller's own entry (Active Directory), which tells the servers of a domain apart.
    public var dsServiceName: DistinguishedName? { names("dsServiceName").first }
    /// The host name that the server gives itself (Active Directory).
    public var dnsHostName: String? { entry.firstString("dnsHostName") }
    /// The number of the last change on this server (Active Directory). Numbers of different servers have nothing to do with each other.
    ///
    /// It grows all the time: read the root DSE anew for it.
    public var highestCommittedUSN: Int64? {
        entry["highestCommittedUSN"].first.flatMap { DecimalNumber.read($0.bytes) }
    }

    private func strings(_ name: String) -> Set<String> {
        Set(entry.strings(name))
    }

    private func names(_ name: String) -> [DistinguishedName] {
        entry.strings(name).compactMap { try? DistinguishedName($0) }
    }
}
