import LDAPClient
import TestSupport
import Testing

@Suite struct ValuesInPartsTests {
    /// Samba cuts no list of values by itself, as domain controllers by Microsoft do after 1,500; but whoever asks for a part gets it,
    /// and nobody takes it for the whole.
    @Test func activeDirectorySendsAPartOfTheValuesToWhoeverAsksForOne() async throws {
        let domain = try await SambaDomain.shared.server()
        let crowd = try DistinguishedName(domain.dn(ofGroup: SmallCompany.crowd.name))
        try await Site.on(domain) { site in
            var members: [LDAPValue] = []
            for (asked, count, completeness) in [
                ("member;range=0-1499", 1500, SearchCompleteness.incomplete(.rangeCut)),
                ("member;range=1500-*", 3500, .complete),
            ] {
                let result = try await site.client.search(
                    SearchRequest(base: crowd, scope: .base, attributes: .named([asked])))
                let part = try #require(result.entries.first?.attributes.first { $0.name == asked })
                #expect(part.values.count == count)
                #expect(result.completeness == completeness)
                members += part.values
            }
            #expect(Set(members).count == SmallCompany.crowd.size)
        }
    }
}
