import AuthCore
import Testing

@Suite struct LoginNameTests {
    @Test(arguments: [
        "alice", "ALICE", "Alice", "ａｌｉｃｅ", "ａＬice", "al\u{AD}ice", "al\u{200B}ice", "\u{2060}alice", " alice ",
        "alice\u{3000}",
    ])
    func spellingsOfOneNameFoldAlike(_ spelling: String) {
        #expect(LoginName(spelling).folded == "alice")
    }

    @Test(arguments: ["аlice", "alice1", "al ice", "*", "alice)(uid=*", "alice\\"])
    func otherNamesDoNotFoldToIt(_ name: String) {
        #expect(LoginName(name).folded != "alice")
        #expect(LoginName(name).problem == nil)
    }

    @Test func composedAndDecomposedAreOneName() {
        #expect(LoginName("Žofie").folded == LoginName("Z\u{30C}ofie").folded)
    }

    @Test func foldingIsIdempotentForEveryScalar() {
        for value in UInt32(0x20)...0x2FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let once = LoginName.fold(String(scalar))
            #expect(once == LoginName.fold(once), "U+\(String(value, radix: 16))")
        }
    }

    @Test func namesThatCannotBeAnybodysSayWhy() {
        #expect(LoginName("").problem == .empty)
        for blank in ["   ", "\u{AD}", "\u{200B}\u{2060}", "\u{3164}"] { #expect(LoginName(blank).problem == .empty) }
        #expect(LoginName(String(repeating: "a", count: 5_000_000)).text.utf8.count <= LoginName.maximumBytes)
        #expect(LoginName("ali\0ce").problem == .controlCharacter)
        #expect(LoginName("alice\n").problem == .controlCharacter)
        #expect(LoginName(String(repeating: "a", count: 5000)).problem == .tooLong)
        #expect(LoginName(utf8: [0x61, 0xFF, 0x62]).problem == .invalidUTF8)
        #expect(LoginName(utf8: Array("alice".utf8)) == LoginName("alice"))
    }

    @Test func aSecretShowsNothing() {
        let secret = Secret("correct horse")
        var dumped = ""
        dump(PasswordCredentials(username: LoginName("alice"), password: secret), to: &dumped)
        #expect(!dumped.contains("correct"))
        #expect(!dumped.contains("99"), "the bytes of a secret are shown")
        #expect("\(secret)" == "(secret)")
        #expect(String(reflecting: secret) == "(secret)")
    }
}
