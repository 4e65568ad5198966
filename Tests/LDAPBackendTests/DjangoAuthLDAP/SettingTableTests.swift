import Foundation
import TestSupport
import Testing

/// What django-auth-ldap can be configured to do, row by row.
@Suite struct SettingTableTests {
    @Test(arguments: SettingTable.rows)
    func theRowIsTrueOnARealServer(_ row: SettingRow) async throws {
        #expect(!row.steps.isEmpty)
        try await SettingRun.run(row)
    }

    @Test func everyNameOfTheReferenceHasARow() {
        for (part, names) in DjangoAuthLDAPNames.all {
            let rows = SettingTable.rows.filter { $0.part == part }.map(\.name)
            #expect(names.filter { !rows.contains($0) } == [], "\(part.rawValue) without a row")
            #expect(rows.filter { !names.contains($0) } == [], "\(part.rawValue) that the reference does not have")
        }
        #expect(DjangoAuthLDAPNames.settings.count == 26)
    }

    /// With `WRITE_TABLES=1` in the environment, the article is written anew instead.
    @Test func theArticleIsTheTable() throws {
        let path = "\(repositoryRoot)/Sources/DirectoryBridge/DirectoryBridge.docc/DjangoAuthLDAP.md"
        let article = SettingArticle.text()
        if ProcessInfo.processInfo.environment["WRITE_TABLES"] != nil {
            try article.write(toFile: path, atomically: true, encoding: .utf8)
        }
        let (new, old) = (
            article.components(separatedBy: "\n"),
            try String(contentsOfFile: path, encoding: .utf8).components(separatedBy: "\n")
        )
        #expect(new.filter { !old.contains($0) } == [], "lines that the article lacks")
        #expect(old.filter { !new.contains($0) } == [], "lines that are no longer true")
    }
}
