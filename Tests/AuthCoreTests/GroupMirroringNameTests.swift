import AuthCore
import Testing

/// What mirrors are called where names here differ from those in the source.
@Suite struct GroupMirroringNameTests {
    private func group(_ id: String, _ name: String, _ localName: String? = nil) -> ExternalGroup {
        ExternalGroup(id: id, name: name, dn: "cn=\(name)", localName: localName)
    }

    private func mirror(_ key: Int64, _ name: String, of id: String, dn: String) -> Group {
        Group(id: Group.ID(key), name: name, link: ExternalLink(source: "corp", id: id, dn: dn))
    }

    private func mirroring(_ groups: [ExternalGroup], _ local: [Group] = []) -> GroupMirroring {
        GroupMirroring(
            of: groups, in: "corp",
            linked: Dictionary(uniqueKeysWithValues: local.compactMap { group in group.link.map { ($0.id, group) } }),
            named: Dictionary(uniqueKeysWithValues: local.map { ($0.name, $0) }))
    }

    @Test func aMirrorHasTheLocalName() {
        let made = mirroring([group("1", "Sales", "corp-sales")])
        #expect(
            made.changes == [
                .createGroup(name: "corp-sales", link: ExternalLink(source: "corp", id: "1", dn: "cn=Sales"))
            ])
        #expect(made.mirrors["1"]?.name == "corp-sales" && made.warnings == [])
        #expect(group("1", "e\u{301}").localName.unicodeScalars.count == 1)
        #expect(group("1", "a", "e\u{301}").localName.unicodeScalars.count == 1)
    }

    @Test func ofGroupsThatWouldGetOneNameNoneIsMirroredWhateverTheirOrder() {
        let groups = [group("1", "Sales", "sales"), group("2", "sales"), group("3", "SALES", "sales")]
        for order in [groups, groups.reversed()] {
            let made = mirroring(order)
            #expect(made.changes == [] && made.mirrors == [:])
            #expect(
                made.warnings == [
                    "cn=Sales and cn=sales and cn=SALES would be mirrored as 'sales', so none of them is; make their names differ."
                ])
        }
    }

    @Test func whoseMirrorHasTheNameKeepsIt() {
        let local = [mirror(7, "sales", of: "2", dn: "cn=sales")]
        let made = mirroring([group("1", "Sales", "sales"), group("2", "sales")], local)
        #expect(made.changes == [] && Set(made.mirrors.keys) == ["2"])
        #expect(
            made.warnings == ["The group 'sales' is the mirror of cn=sales in 'corp'; cn=Sales is not mirrored."])
    }

    @Test func mirrorsThatWouldGetOneNameKeepTheirsAndTheirMembers() {
        let local = [mirror(1, "a", of: "1", dn: "cn=a"), mirror(2, "b", of: "2", dn: "cn=b")]
        let made = mirroring([group("1", "a", "team"), group("2", "b", "team")], local)
        #expect(made.changes == [] && made.mirrors.mapValues(\.name) == ["1": "a", "2": "b"])
        #expect(made.warnings.count == 3)
    }

    @Test func namesThatCannotBeAreNobodysRivals() {
        let long = String(repeating: "x", count: 151)
        for name in ["", long, "a\u{0}"] {
            let made = mirroring([group("1", "a", name), group("2", "b", name), group("3", "c")])
            #expect(made.mirrors.keys.sorted() == ["3"] && made.warnings.count == 2)
            #expect(made.warnings.allSatisfy { $0.contains("is not mirrored: its name") || $0.contains("no name") })
        }
    }

    @Test func localNamesSwapTheirMirrors() {
        let local = [mirror(1, "a", of: "1", dn: "cn=a"), mirror(2, "b", of: "2", dn: "cn=b")]
        let made = mirroring([group("1", "a", "b"), group("2", "b", "a")], local)
        #expect(made.mirrors.mapValues(\.name) == ["1": "b", "2": "a"] && made.warnings == [])
    }
}
