import Foundation
@testable import LDAPClient
import TestSupport
import Testing

@Suite struct RootDSETests {
    private static func facts(_ attributes: KeyValuePairs<String, [String]>) -> RootDSE {
        RootDSE(
            LDAPEntry(
                dn: "", attributes: attributes.map { LDAPEntry.Attribute(name: $0, values: $1.map { LDAPValue($0) }) }))
    }

    /// The message id of a request, which stands behind its tag and length.
    private static func id(of request: [UInt8]) -> UInt8 {
        request[(request[1] < 0x80 ? 2 : 2 + Int(request[1] & 0x7F)) + 2]
    }

    /// The end of a search with success (RFC 4511, 4.5.2).
    private static func success(_ request: [UInt8]) -> [UInt8] {
        [0x30, 0x0C, 0x02, 0x01, id(of: request), 0x65, 0x07, 0x0A, 1, 0, 4, 0, 4, 0]
    }

    @Test func slapdTellsWhoItIsAndWhatItCanDo() async throws {
        let slapd = try await SharedSlapd.company.server()
        try await withClient(.of(slapd)) { client in
            let facts = try await client.rootDSE()
            #expect(facts.vendor.vendor == .openLDAP)
            #expect(facts.vendor.ground == "the object class OpenLDAProotDSE")
            let suffix = try DistinguishedName(slapd.suffix)
            #expect(facts.namingContexts == [suffix])
            #expect(try facts.namingContext(holding: DistinguishedName("uid=a,\(people)")) == suffix)
            #expect(try facts.namingContext(holding: DistinguishedName("dc=elsewhere")) == nil)
            #expect(facts.supportedControls.contains(PagedResultsControl.oid))
            #expect(facts.supportedExtensions.contains("1.3.6.1.4.1.4203.1.11.3"), "Who am I?")
            #expect(facts.supportedFeatures.contains("1.3.6.1.4.1.4203.1.5.1"), "all operational attributes")
            #expect(try facts.subschemaSubentry == DistinguishedName("cn=Subschema"))
            #expect(facts.defaultNamingContext == nil)
            #expect(facts.highestCommittedUSN == nil)
        }
    }

    @Test func factsAreReadOncePerServerUntilTheyAreTooOld() async throws {
        try await withSlapd(loading: .base) { slapd in
            let line = "SRCH base=\"\" scope=0"
            func reads() throws -> Int { try slapd.log().components(separatedBy: line).count - 1 }
            try await withClient(.of(slapd)) { client in
                let first = try await client.rootDSE()
                #expect(try await client.rootDSE() == first)
                #expect(try reads() == 1)
                _ = try await client.rootDSE(maximumAge: .zero)
                #expect(try reads() == 2)
            }
        }
    }

    @LDAPActor @Test func rememberedFactsGrowOld() throws {
        let cache = RootDSECache()
        let (one, other) = try (LDAPURL("ldap://one"), LDAPURL("ldap://other"))
        let facts = Self.facts(["vendorName": ["x"]])
        let now = ContinuousClock.now
        cache.keep(facts, of: one, readAt: now)
        let limit = Duration.seconds(10)
        #expect(cache.facts(of: one, notOlderThan: limit, at: now) == facts)
        #expect(cache.facts(of: one, notOlderThan: limit, at: now.advanced(by: .seconds(9))) == facts)
        #expect(cache.facts(of: one, notOlderThan: limit, at: now.advanced(by: .seconds(10))) == nil)
        #expect(cache.facts(of: one, notOlderThan: .zero, at: now) == nil)
        #expect(cache.facts(of: other, notOlderThan: limit, at: now) == nil)
    }

    @Test func restartedServerIsAskedOnAFreshConnection() async throws {
        try await withSlapd(loading: .base) { slapd in
            try await withClient(.of(slapd)) { client in
                _ = try await client.rootDSE()
                await slapd.crash()
                try await slapd.start()
                #expect(try await client.rootDSE(maximumAge: .zero).vendor.vendor == .openLDAP)
            }
        }
    }

    /// RFC 4513, 3.1.5: what was learned before TLS is worth nothing.
    @Test func nothingIsReadBeforeTheConnectionIsEncrypted() async throws {
        let tls = LDAPTLSOptions(caFile: try await Certificates.shared().authority, startTLS: true)
        try await withSlapd(loading: .base, tls: true) { slapd in
            let facts = try await withClient(.of(slapd, tls: tls)) { try await $0.rootDSE() }
            #expect(facts.vendor.vendor == .openLDAP)
            let log = try slapd.log()
            let established = try #require(log.range(of: "TLS established"))
            let read = try #require(log.range(of: "SRCH base=\"\" scope=0"))
            #expect(established.upperBound < read.lowerBound)
            #expect(log.components(separatedBy: " SRCH base=").count == 2, "once, for who am I and for the caller")
        }
    }

    @Test func refusedStartTLSIsAskedNothing() async throws {
        let tls = LDAPTLSOptions(caFile: try await Certificates.shared().authority, startTLS: true)
        // An extended response with result 53 to message 1 (RFC 4511, 4.12).
        let refusal: [UInt8] = [0x30, 0x0C, 0x02, 0x01, 0x01, 0x78, 0x07, 0x0A, 0x01, 53, 0x04, 0x00, 0x04, 0x00]
        try await withToyServer(.script { _ in refusal }) { server in
            try await withClient(.anonymous(server.uri, tls: tls)) { client in
                _ = try await failure { () async throws(LDAPError) in try await client.rootDSE() }
            }
            #expect(!String(decoding: server.receivedBytes, as: UTF8.self).contains("namingContexts"))
        }
    }

    @Test func hiddenRootDSEIsAnErrorThatSaysSo() async throws {
        try await withToyServer(.script { Self.success($0) }) { server in
            try await withClient(.anonymous(server.uri)) { client in
                let error = try await failure { () async throws(LDAPError) in try await client.rootDSE() }
                #expect(error.code == .noSuchObject)
                #expect(error.description.contains("let the service account read the entry with the empty DN"))
            }
        }
    }

    @Test func anotherEntryIsNoRootDSE() async throws {
        // An entry "cn=x" without attributes, and success.
        let script: @Sendable ([UInt8]) -> [UInt8]? = { request in
            [0x30, 0x0D, 0x02, 0x01, Self.id(of: request), 0x64, 0x08, 0x04, 0x04, 0x63, 0x6E, 0x3D, 0x78, 0x30, 0x00]
                + Self.success(request)
        }
        try await withToyServer(.script(script)) { server in
            try await withClient(.anonymous(server.uri)) { client in
                let error = try await failure { () async throws(LDAPError) in try await client.rootDSE() }
                #expect(error.code == .unexpectedResponse)
            }
        }
    }

    @Test func serversOfOtherMakersAreTold() throws {
        let samba = Self.facts([
            "vendorName": ["Samba Team (https://www.samba.org)"], "supportedCapabilities": ["1.2.840.113556.1.4.800"],
            "forestFunctionality": ["4"], "highestCommittedUSN": ["3821"],
        ])
        #expect(samba.vendor.vendor == .samba)
        let active = Self.facts([
            "supportedCapabilities": ["1.2.840.113556.1.4.800", "1.2.840.113556.1.4.1670"],
            "highestCommittedUSN": ["98765432109"],
            "defaultNamingContext": ["DC=ad,DC=test"], "dsServiceName": ["CN=NTDS Settings,CN=DC1,CN=Servers,CN=Sites"],
            "namingContexts": ["DC=ad,DC=test", "CN=Configuration,DC=ad,DC=test", "not a DN"],
            "supportedSASLMechanisms": ["GSSAPI", "gss-spnego"], "dnsHostName": ["dc1.ad.test"],
        ])
        #expect(active.vendor.vendor == .activeDirectory)
        #expect(active.vendor.ground == "the capability 1.2.840.113556.1.4.800")
        #expect(active.highestCommittedUSN == 98_765_432_109)
        #expect(active.defaultNamingContext?.description == "DC=ad,DC=test")
        #expect(active.namingContexts.count == 2)
        let site = try DistinguishedName("cn=x,cn=configuration,dc=AD,dc=test")
        #expect(active.namingContext(holding: site)?.description == "CN=Configuration,DC=ad,DC=test")
        #expect(active.supportedSASLMechanisms == ["GSSAPI", "GSS-SPNEGO"])
        #expect(Self.facts(["supportedCapabilities": ["1.2.840.113556.1.4.1851"]]).vendor.vendor == .activeDirectory)
        #expect(Self.facts(["forestFunctionality": ["7"]]).vendor.ground == "the attribute forestFunctionality")

        let ds389 = Self.facts(["vendorName": ["389 Project"], "vendorVersion": ["389-Directory/2.3.1 B2022.347.0000"]])
        #expect(ds389.vendor == DirectoryVendorGuess(ds389.entry))
        #expect(ds389.vendor.vendor == .ds389)
        let freeIPA = Self.facts([
            "vendorName": ["389 Project"],
            "supportedExtension": ["2.16.840.1.113730.3.5.7", "2.16.840.1.113730.3.8.10.3"],
        ])
        #expect(freeIPA.vendor.vendor == .freeIPA)
        #expect(Self.facts(["ipatopologypluginversion": ["1.0"]]).vendor.vendor == .freeIPA)
        #expect(Self.facts([:]).vendor.vendor == .unknown)
        let other = Self.facts(["vendorName": ["Example\nCorp"]]).vendor
        #expect(other.vendor == .unknown)
        #expect(other.ground == "the vendor name “Example Corp”, which is not known here")
    }
}
