import Foundation
import TestSupport
import Testing

@Suite struct StartingTests {
    @Test(arguments: DirectoryKind.allCases)
    func eachDirectoryHoldsTheSameCompany(_ kind: DirectoryKind) async throws {
        try await withDirectory(kind) { server in
            let attribute = kind == .activeDirectory ? "sAMAccountName" : "uid"
            for person in SmallCompany.people {
                let mail = try await server.search(
                    "(mail=\(person.mail))", base: server.peopleDN, attributes: [attribute])
                #expect(mail.components(separatedBy: "\(attribute):").count == 2, "\(person.login)")
            }
            let groups = try await server.search("(member=*)", base: server.groupsDN, attributes: ["cn"])
            for group in SmallCompany.groups { #expect(groups.contains("cn: \(group.name)\n")) }
        }
    }

    @Test(arguments: DirectoryKind.allCases)
    func theSharedDirectoryHoldsAGroupOfFiveThousand(_ kind: DirectoryKind) async throws {
        let server = try await kind.shared()
        let group = try await server.search(
            "(cn=\(SmallCompany.crowd.name))", base: server.groupsDN, attributes: ["member"])
        #expect(group.components(separatedBy: "\nmember: ").count == 1 + SmallCompany.crowd.size)
    }

    @Test func aServerThatDoesNotStartShowsItsLog() async throws {
        let error = await #expect(throws: TestSupportError.self) {
            try await withSlapd(loading: .none, extraConfiguration: ["nonsense"]) { _ in }
        }
        #expect(error?.description.contains("unknown directive <nonsense>") == true)
    }
}
