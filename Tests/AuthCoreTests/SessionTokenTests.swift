import Testing

@testable import AuthCore

struct SessionTokenTests {
    @Test func aTokenHas256BitsAndIsWrittenForACookie() {
        let texts = (0..<1000).map { _ in SessionToken().text }
        #expect(Set(texts).count == 1000)
        #expect(texts.allSatisfy { $0.utf8.count == 43 })
        #expect(
            texts.joined().utf8.allSatisfy {
                "-_".utf8.contains($0) || ($0 | 32 >= 97 && $0 | 32 <= 122) || $0 >= 48 && $0 <= 57
            })
        // Each of the 256 bits is there: in so many tokens each character of the alphabet stands at each place but the last.
        for place in 0..<42 { #expect(Set(texts.map { Array($0.utf8)[place] }).count > 50) }
    }

    @Test func theTextIsTheToken() throws {
        let token = SessionToken()
        let again = try #require(SessionToken(token.text))
        #expect(again.text == token.text)
        #expect(again.digest == token.digest)
        #expect(SessionToken().digest != token.digest)
    }

    @Test(arguments: [
        "", "A", String(repeating: "A", count: 42), String(repeating: "A", count: 44),
        String(repeating: "A", count: 42) + "=", String(repeating: "A", count: 42) + "+",
        String(repeating: "A", count: 42) + "/", String(repeating: "A", count: 42) + "\n",
        // Bits left over that are not zero would be another text for the same token.
        String(repeating: "A", count: 42) + "B", String(repeating: "A", count: 41) + "é",
        String(repeating: "x", count: 100_000),
    ]) func whatIsNoTokenIsNone(_ text: String) {
        #expect(SessionToken(text) == nil)
    }

    @Test func aTokenShowsItselfOnlyWhenAsked() {
        let token = SessionToken()
        var dumped = ""
        dump(token, to: &dumped)
        for text in ["\(token)", String(reflecting: token), dumped] { #expect(!text.contains(token.text)) }
        #expect("\(token.digest)" == "(session digest)")
    }

    @Test func base64IsThatOfTheStandard() {
        // RFC 4648 section 10, without padding.
        let vectors = [
            "": "", "f": "Zg", "fo": "Zm8", "foo": "Zm9v", "foob": "Zm9vYg", "fooba": "Zm9vYmE", "foobar": "Zm9vYmFy",
        ]
        for (plain, encoded) in vectors {
            #expect(Base64URL.encode(Array(plain.utf8)) == encoded)
            #expect(Base64URL.decode(encoded, count: plain.utf8.count) == Array(plain.utf8))
        }
        #expect(Base64URL.encode([0xfb, 0xff]) == "-_8")
    }
}

struct SessionBindingTests {
    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    @Test func theBindingIsDjangosSessionAuthHash() throws {
        let key = Secret(String(repeating: "k", count: 50))
        let old = Secret(String(repeating: "old", count: 20))
        let column = EncodedPassword(encoded: "!abc")
        let current = SessionBinder(try SecretKeys(key)).binding(to: column)
        let former = SessionBinder(try SecretKeys(old)).binding(to: column)
        #expect(hex(current.bytes) == "b01fd030471153b8f2c0249955b4b7efd46b77e9a101e4fa22aafd1b93e1ba9f")
        #expect(hex(former.bytes) == "c19e412bf67d31be6b9c0af0cc098bb57d8c094b6ee013839f8aabd78cb54b5e")

        let binder = SessionBinder(try SecretKeys(key, fallbacks: [old]))
        #expect(binder.recognise(current, of: column) == .current)
        #expect(binder.recognise(former, of: column) == .former)
        #expect(binder.recognise(current, of: EncodedPassword(encoded: "!abd")) == .none)
        #expect(binder.recognise(SessionBinding(bytes: []), of: column) == .none)
        #expect(binder.recognise(SessionBinding(bytes: Array(current.bytes.dropLast())), of: column) == .none)
    }

    @Test func aKeyThatCouldBeGuessedIsRefused() {
        let long = Secret(String(repeating: "k", count: 32))
        #expect(throws: SecretKeyError(length: 31)) { try SecretKeys(Secret(String(repeating: "k", count: 31))) }
        #expect(throws: SecretKeyError(length: 0)) { try SecretKeys(long, fallbacks: [Secret("")]) }
        #expect(throws: Never.self) { try SecretKeys(long, fallbacks: [long]) }
    }
}
