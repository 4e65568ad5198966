import LDAPClient
import Testing

@testable import LDAPBackend

/// Names of members as values, without a server.
@Suite struct MemberKeyTests {
    private func entry(_ attributes: [(String, [String])], dn: String = "uid=ann,dc=test") -> LDAPEntry {
        LDAPEntry(
            dn: dn,
            attributes: attributes.map { LDAPEntry.Attribute(name: $0.0, values: $0.1.map { LDAPValue($0) }) })
    }

    private func personKey(_ type: GroupType, _ attributes: (String, [String])...) -> PersonKey? {
        var keys = MemberKeys(type)
        return keys.key(ofPerson: entry(attributes))
    }

    private func memberKey(_ type: GroupType, _ value: String) -> String? {
        var keys = MemberKeys(type)
        return keys.key(ofMember: LDAPValue(value))
    }

    @Test(arguments: [
        ("uid=ann,dc=test", "uid=ann,dc=test", nil),
        ("uid=ann,dc=test#'0101'B", "uid=ann,dc=test", "'0101'B"),
        ("uid=ann,dc=test#''B", "uid=ann,dc=test", "''B"),
        ("cn=C#,dc=test#'1'B", "cn=C#,dc=test", "'1'B"),
        // What is no bit string belongs to the DN.
        ("cn=C#B", "cn=C#B", nil), ("cn=C#'012'B", "cn=C#'012'B", nil), ("cn=#'B", "cn=#'B", nil),
        ("cn=C#'01'", "cn=C#'01'", nil), ("B", "B", nil), ("", "", nil),
    ])
    func aUniqueMemberIsADNAndPerhapsABitString(_ value: String, _ dn: String, _ bits: String?) {
        let parts = NameAndOptionalUID.split(Array(value.utf8))
        #expect(String(decoding: parts.dn, as: UTF8.self) == dn)
        #expect(parts.bitString == bits)
    }

    @Test func somebodyWithABitStringIsNamedWithItAndWithoutIt() throws {
        let type = GroupType.groupOfUniqueNames
        let key = try #require(personKey(type, ("x500UniqueIdentifier", ["'0101'B"])))
        let all = [key.dn] + key.names
        #expect(all.contains(try #require(memberKey(type, "UID=Ann, dc=Test"))))
        #expect(all.contains(try #require(memberKey(type, "UID=Ann, dc=Test#'0101'B"))))
        #expect(!all.contains(try #require(memberKey(type, "uid=ann,dc=test#'01'B"))))
        #expect(try #require(personKey(type)).names == [])
    }

    @Test func usernamesDifferInCaseAndNotInSpaces() throws {
        let type = GroupType.posixGroup
        let key = try #require(personKey(type, ("uid", ["Ann  Lee", "ž"]), ("objectClass", ["person"])))
        #expect(key.isComplete && key.names.count == 2)
        #expect(key.names.contains(try #require(memberKey(type, " Ann Lee "))))
        #expect(key.names.contains(try #require(memberKey(type, "ž"))))
        let other = try #require(memberKey(type, "ann lee"))
        #expect(!key.names.contains(other))
        #expect(key.names.contains { PersonKey.looseName($0) == PersonKey.looseName(other) })
        #expect(memberKey(type, "") == nil)
    }

    @Test func theNumberOfThePrimaryGroupIsANameThatManyHave() throws {
        let type = GroupType.posixGroup
        let key = try #require(personKey(type, ("uid", ["ann"]), ("gidNumber", ["100"])))
        let keys = MemberKeys(type)
        let group = keys.key(ofPrimaryGroup: entry([("gidNumber", ["100"])]), .groupNumber)
        #expect(key.names.contains(try #require(group)))
        #expect(keys.key(ofPrimaryGroup: entry([]), .groupNumber) == nil)
        #expect(keys.key(ofPrimaryGroup: entry([("gidNumber", ["1", "2"])]), .groupNumber) == nil)
    }

    @Test func whoeverDoesNotShowWhatGroupsKnowThemByIsNotFullyNamed() {
        let type = GroupType.posixGroup
        #expect(personKey(type, ("uid", ["ann"]), ("objectClass", ["inetOrgPerson"]))?.isComplete == true)
        #expect(personKey(type, ("uid", ["ann"]), ("objectClass", ["top", "posixAccount"]))?.isComplete == false)
        #expect(personKey(type, ("uid", ["ann"]))?.isComplete == false)
        #expect(personKey(type, ("uid", ["ann"]), ("gidNumber", ["many"]))?.isComplete == false)
        #expect(personKey(type, ("gidNumber", ["100"]))?.isComplete == false)
        #expect(personKey(.activeDirectory, ("primaryGroupID", ["513"]))?.isComplete == false)
        #expect(personKey(.groupOfNames)?.isComplete == true)
    }

    @Test(arguments: [
        PersonKey(dn: "uid=ann", names: [], isComplete: true), PersonKey(dn: "uid=ann", names: [], isComplete: false),
        PersonKey(dn: "uid=ann", names: ["#name:ann", "#number:100"], isComplete: true),
        PersonKey(dn: "uid=ann", names: ["#name:ann"], isComplete: false),
    ])
    func keysOfAPersonAreReadBack(_ key: PersonKey) {
        #expect(PersonKey(key.text) == key)
    }

    @Test func aKeyOfADNIsTheKeyOfSomebodyKnownByDNAlone() {
        #expect(PersonKey(dn: "uid=ann,dc=test", names: [], isComplete: true).text == "uid=ann,dc=test")
        #expect(PersonKey.isName("#name:ann") && !PersonKey.isName("uid=ann"))
    }

    // MARK: Batches

    @Test func longListsAreCutIntoSearches() {
        func sizes(_ items: [Int], count: Int = 50) -> [Int] {
            SearchBatch.split(items, count: count) { $0 }.map(\.count)
        }
        #expect(sizes([]) == [])
        #expect(sizes([1]) == [1])
        #expect(sizes(Array(repeating: 1, count: 101)) == [50, 50, 1])
        #expect(sizes([1, 2, 3], count: 1) == [1, 1, 1])
        #expect(sizes(Array(repeating: 20_000, count: 3)) == [1, 1, 1])
        #expect(sizes([100_000, 1, 1]) == [1, 2])
        #expect(SearchBatch.split(Array(1...120)) { _ in 500 }.joined().elementsEqual(1...120))
    }

    // MARK: Settings that cannot be

    @Test func whatNoDirectoryCouldAnswerIsRefused() throws {
        let base = try DistinguishedName("dc=test")
        #expect(GroupSearch(base: base).problem == nil)
        #expect(GroupSearch(bases: []).problem?.contains("groups: base") == true)
        for strategy in [MembershipStrategy.memberOf(), .inChain, .tokenGroups] {
            #expect(
                GroupSearch(base: base, type: .posixGroup, strategy: strategy).problem?.contains("use search") == true)
            #expect(GroupSearch(base: base, type: .activeDirectory, strategy: strategy).problem == nil)
        }
        for strategy in [MembershipStrategy.inChain, .tokenGroups] {
            let flat = GroupSearch(base: base, type: .activeDirectory, strategy: strategy, isNested: false)
            #expect(flat.problem?.contains("cannot tell direct from nested") == true)
        }
    }
}
