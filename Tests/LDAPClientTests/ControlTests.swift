import TestSupport
import Testing

@testable import LDAPClient

@Suite struct ControlTests {
    /// The same element with a longer form of each length, which BER allows.
    private func lengthened(_ octets: [UInt8]) -> [UInt8] {
        var reader = BERReader(octets[...])
        var result: [UInt8] = []
        while let element = reader.next() {
            let isConstructed = element.tag & 0x20 != 0
            let content = isConstructed ? lengthened(Array(element.content)) : Array(element.content)
            result += [element.tag, 0x84, 0, 0, UInt8(content.count >> 8), UInt8(content.count & 255)] + content
        }
        return result
    }

    @Test func cookiesOfPagesAreReadInAnyLengthForm() throws {
        let value = try #require(PagedResultsControl.request(size: 70, cookie: [1, 2, 3]).value)
        for octets in [value, lengthened(value)] {
            let control = try #require(PagedResultsControl(decoding: octets))
            #expect(control.estimate == 70)
            #expect(control.cookie == [1, 2, 3])
        }
    }

    @Test(
        arguments: [
            [], [0x30, 0], [0x30, 3, 2, 1, 0], [0x30, 5, 2, 1, 0, 4, 1], [0x30, 6, 2, 1, 0, 4, 1],
            [0x30, 7, 2, 1, 0, 4, 0, 4, 0], [0x30, 5, 4, 0, 2, 1, 0], [0x30, 5, 2, 1, 0, 4, 0, 0],
            [0x30, 0x80, 2, 1, 0, 4, 0, 0, 0],
        ] as [[UInt8]])
    func otherValuesAreNoCookies(_ octets: [UInt8]) {
        #expect(PagedResultsControl(decoding: octets) == nil)
    }

    @Test func aControlThatCannotBeReadOrComesTwiceIsAnError() throws {
        let good = PagedResultsControl.request(size: 1)
        let bad = LDAPControl(oid: PagedResultsControl.oid, value: [0x30])
        #expect(try [LDAPControl]().first(PagedResultsControl.self) == nil)
        #expect(try [LDAPControl(oid: "1.2"), good].first(PagedResultsControl.self)?.estimate == 1)
        for controls in [[bad], [good, good], [good, bad], [LDAPControl(oid: PagedResultsControl.oid)]] {
            #expect { try controls.first(PagedResultsControl.self) } throws: {
                ($0 as? LDAPError)?.code == .unexpectedResponse
            }
        }
    }

    @Test func expiryIsTextAndNoBER() {
        #expect(PasswordExpiringControl(decoding: Array("86400".utf8))?.seconds == 86400)
        for text in ["", "-1", "+1", "1 day", "99999999999999999999", "1\0"] {
            #expect(PasswordExpiringControl(decoding: Array(text.utf8)) == nil)
        }
    }

    @Test func dirSyncCarriesFlagsAndCookie() throws {
        // Active Directory reads the flags as a signed integer of 32 bits.
        #expect(
            DirSyncControl.request(flags: [.incrementalValues, .objectSecurity], maximumBytes: 0, cookie: [9]).value
                == [0x30, 12, 2, 4, 0x80, 0, 0, 1, 2, 1, 0, 4, 1, 9])
        for octets in [[0x30, 9, 2, 1, 1, 2, 1, 0, 4, 1, 7], lengthened([0x30, 9, 2, 1, 1, 2, 1, 0, 4, 1, 7])] {
            let control = try #require(DirSyncControl(decoding: octets as [UInt8]))
            #expect(control.hasMore)
            #expect(control.cookie == [7])
        }
        #expect(DirSyncControl(decoding: [0x30, 6, 2, 1, 0, 4, 1, 7]) == nil)
        #expect(DirSyncControl(decoding: [0x30, 8, 2, 1, 1, 2, 1, 0, 4, 1]) == nil)
    }

    @Test func controlsOfActiveDirectoryAreWhatItsDocumentationSays() {
        #expect(ExtendedDNControl.request(.text).value == [0x30, 3, 2, 1, 1])
        #expect(PolicyHintsControl.request().value == [0x30, 3, 2, 1, 1])
        #expect(ShowDeletedControl.request() == LDAPControl(oid: "1.2.840.113556.1.4.417", isCritical: true))
        #expect(DomainScopeControl.request() == LDAPControl(oid: "1.2.840.113556.1.4.1339"))
        #expect(ManageDSAITControl.request() == LDAPControl(oid: "2.16.840.1.113730.3.4.2", isCritical: true))
    }

    @Test func referralEntriesAreEntriesWithManageDSAIT() async throws {
        let ldif = """
            dn: ou=elsewhere,dc=example,dc=org
            objectClass: referral
            objectClass: extensibleObject
            ou: elsewhere
            ref: ldap://127.0.0.1:1/ou=elsewhere,dc=example,dc=org

            """
        try await withSlapd(loading: .base(adding: ldif)) { slapd in
            try await withClient(.of(slapd)) { client in
                var request = try SearchRequest(
                    base: DistinguishedName(slapd.suffix), filter: .equal("ou", "elsewhere"),
                    attributes: .named(["ref"]))
                let referred = try await client.search(request)
                #expect(referred.entries.isEmpty)
                #expect(referred.completeness == .incomplete(.references))
                request.controls = [ManageDSAITControl.request()]
                let managed = try await client.search(request)
                #expect(managed.completeness == .complete)
                #expect(managed.entries.first?["ref"].count == 1)
            }
        }
    }

    @Test func anUnknownCriticalControlIsRefusedByTheServer() async throws {
        try await withToyFreeSlapd { client in
            let error = try await failure { () async throws(LDAPError) in
                try await client.search(
                    SearchRequest(
                        base: DistinguishedName([]), scope: .base, attributes: .none,
                        controls: [ShowDeletedControl.request()]))
            }
            #expect(error.code == .unavailableCriticalExtension)
        }
    }

    private func withToyFreeSlapd(_ body: (LDAPClient) async throws -> Void) async throws {
        try await withClient(.of(SharedSlapd.company.server()), body)
    }

    @Test(arguments: [
        "<GUID=00112233445566778899aabbccddeeff>;<SID=01050000000000051500000001000000020000000300000051040000>;CN=a,DC=b",
        "<GUID=33221100-5544-7766-8899-aabbccddeeff>;<SID=S-1-5-21-1-2-3-1105>;CN=a,DC=b",
        "<guid=33221100-5544-7766-8899-AABBCCDDEEFF>;<RMD_FLAGS=0>;<sid=S-1-0x5-21-1-2-3-1105>;CN=a,DC=b",
    ])
    func idsOfNamesAreReadInEitherForm(_ text: String) throws {
        let name = try ExtendedDN(text)
        #expect(
            name.objectGUID == [
                0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF,
            ])
        #expect(
            name.objectSID == [
                1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0x51, 4, 0, 0,
            ])
        #expect(try name.distinguishedName == DistinguishedName("cn=a,dc=b"))
    }

    @Test func plainNamesAreExtendedNamesWithoutIDs() throws {
        for text in ["CN=a,DC=b", "", "CN=Müller \\<x\\>,DC=b"] {
            let name = try ExtendedDN(text)
            #expect(name.objectGUID == nil && name.objectSID == nil)
            #expect(name.dn == text)
        }
    }

    @Test(arguments: [
        "<GUID=", "<GUID=00>;CN=a", "<GUID=zz112233445566778899aabbccddeeff>;CN=a", "<GUID=>;CN=a",
        "<GUID=00112233445566778899aabbccddeeff>CN=a", "<SID=S-1>;CN=a", "<SID=S-2-5-21>;CN=a", "<SID=S-1-5-x>;CN=a",
        "<SID=S-1-5-4294967296>;CN=a", "<SID=S-1-281474976710656>;CN=a", "<SID=0105>;CN=a",
        "<SID=010200000000000515000000>;CN=a", "<SID=S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15-16>;CN=a",
        "<GUID=00112233445566778899aabbccddeeff>;<GUID=00112233445566778899aabbccddeeff>;CN=a",
    ])
    func malformedIDsAreRefused(_ text: String) {
        #expect { try ExtendedDN(text) } throws: { ($0 as? LDAPError)?.code == .invalidDN }
    }
}
