import Foundation
import Testing

@testable import SQLiteStore

struct JSONTextTests {
    private static let odd = [
        "", "plain", "quote \" and \\ and /", "\u{0}\u{1}\u{8}\t\n\r\u{1f}\u{7f}", "Žofie 伟 🚀 e\u{301}", "\u{2028}",
    ]

    @Test func whatIsWrittenIsReadBackByFoundation() throws {
        let array = JSONText.array(Self.odd)
        #expect(
            try JSONDecoder().decode([String].self, from: Data(array.utf8)).map { Array($0.utf8) }
                == Self.odd.map { Array($0.utf8) })
        let members = Dictionary(uniqueKeysWithValues: Self.odd.map { ($0, $0) })
        let object = JSONText.object(members)
        #expect(try JSONDecoder().decode([String: String].self, from: Data(object.utf8)) == members)
    }

    @Test func nothingAndOrderAreKept() {
        #expect(JSONText.array([String]()) == "[]")
        #expect(JSONText.object([:]) == "{}")
        #expect(JSONText.object(["b": "1", "a": "2"]) == #"{"a":"2","b":"1"}"#)
    }
}
