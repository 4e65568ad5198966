#if NativeHashers
import AuthCore
import Testing

@testable import LocalBackend

struct BCryptHasherTests {
    // Made by Django 5.2.19 with bcrypt 5.0.0.
    static let setting = "$2b$04$abcdefghijklmnopqrstuu"
    static let withSHA256 = [
        ("lètmein", "bcrypt_sha256$$2b$04$abcdefghijklmnopqrstuulyx/yrfLnuLCi6gwFG5mrkJjuQKpL6S"),
        (
            String(repeating: "x", count: 80),
            "bcrypt_sha256$$2b$04$abcdefghijklmnopqrstuuVTgWIlfVafOdCoNj73.S3YIYkZL7g7S"
        ),
    ]
    let plain = EncodedPassword(encoded: "bcrypt$$2b$04$abcdefghijklmnopqrstuuanVo7Xut1CH8VGIGlz1JovQh9GJbbtG")

    @Test(arguments: withSHA256) func hashesWithSHA256AreDjangos(_ password: String, _ encoded: String) throws {
        let hasher = BCryptSHA256Hasher(rounds: 4)
        #expect(try hasher.encode(Secret(password), setting: Self.setting).encoded == encoded)
        #expect(try hasher.verify(Secret(password), against: EncodedPassword(encoded: encoded)))
        #expect(try !hasher.verify(Secret(password + "x"), against: EncodedPassword(encoded: encoded)))
    }

    @Test func hashesAreDjangos() throws {
        let hasher = BCryptHasher(rounds: 4)
        #expect(try hasher.encode(Secret("lètmein"), setting: Self.setting) == plain)
        #expect(try hasher.verify(Secret("lètmein"), against: plain))
        #expect(try !hasher.verify(Secret("letmein"), against: plain))
    }

    @Test(arguments: ["2a", "2y"]) func olderPrefixesAreChecked(_ prefix: String) throws {
        let encoded = EncodedPassword(encoded: plain.encoded.replacing("2b", with: prefix))
        #expect(try BCryptHasher(rounds: 4).verify(Secret("lètmein"), against: encoded))
        #expect(try !BCryptHasher(rounds: 4).verify(Secret("letmein"), against: encoded))
    }

    @Test func newHashesHaveASaltOfTheirOwn() throws {
        let hasher = BCryptSHA256Hasher(rounds: 5)
        let first = try hasher.encode(Secret("secret"))
        #expect(first.encoded.wholeMatch(of: /bcrypt_sha256\$\$2b\$05\$[.\/A-Za-z0-9]{53}/) != nil)
        #expect(try first != hasher.encode(Secret("secret")))
        #expect(try hasher.verify(Secret("secret"), against: first))
        #expect(BCryptSHA256Hasher().rounds == 12)
        #expect(BCryptHasher(rounds: 3).rounds == 4)
        #expect(BCryptHasher(rounds: 31).rounds == 18)
    }

    @Test func whatBCryptWouldCutOffIsRefused() throws {
        let hasher = BCryptHasher(rounds: 4)
        let longest = String(repeating: "x", count: 72)
        let encoded = try hasher.encode(Secret(longest))
        #expect(try hasher.verify(Secret(longest), against: encoded))
        for longer in [longest + "y", longest + "z"] {
            #expect(try !hasher.verify(Secret(longer), against: encoded))
            let error = try #require(throws: PasswordHashError.self) { try hasher.encode(Secret(longer)) }
            #expect(error.code == .unsuitablePassword)
        }
        let short = try hasher.encode(Secret("x"))
        #expect(try !hasher.verify(Secret("x\u{0}y"), against: short))
        #expect(throws: PasswordHashError.self) { try hasher.encode(Secret("x\u{0}y")) }
        // What is computed in place of an unsuitable password must not be taken for it.
        let empty = try hasher.encode(Secret(""))
        #expect(try !hasher.verify(Secret("\u{0}"), against: empty))
        #expect(try !hasher.verify(Secret(longest + "y"), against: empty))
    }

    @Test func bytesAfterTheSeventySecondCountWithSHA256() throws {
        let hasher = BCryptSHA256Hasher(rounds: 4)
        let long = String(repeating: "x", count: 72)
        let encoded = try hasher.encode(Secret(long + "y\u{0}y"))
        #expect(try hasher.verify(Secret(long + "y\u{0}y"), against: encoded))
        #expect(try !hasher.verify(Secret(long + "y\u{0}z"), against: encoded))
    }

    @Test func updatesOnlyRaiseTheWork() {
        for (rounds, isUpdated) in [(4, false), (5, true)] {
            #expect(BCryptHasher(rounds: rounds).mustUpdate(plain) == isUpdated)
        }
        let more = EncodedPassword(encoded: plain.encoded.replacing("$04$", with: "$05$"))
        #expect(!BCryptHasher(rounds: 4).mustUpdate(more))
        #expect(!BCryptHasher().mustUpdate(EncodedPassword(encoded: "bcrypt$broken")))
    }

    @Test func aWrongPasswordForAnOldHashTakesTheTimeOfANewOne() throws {
        let hasher = BCryptHasher(rounds: 10)
        let right = try processorTime { try hasher.verify(Secret("lètmein"), against: plain) }
        let wrong = try processorTime { try hasher.verify(Secret("wrong"), against: plain) }
        #expect(wrong > right * 10)
    }

    @Test(arguments: ["03", "00", "19", "31", "99"]) func roundsAreBounded(_ rounds: String) throws {
        let encoded = EncodedPassword(encoded: plain.encoded.replacing("$04$", with: "$\(rounds)$"))
        let error = try #require(throws: PasswordHashError.self) {
            try BCryptHasher().verify(Secret("x"), against: encoded)
        }
        #expect(error.code == .workOutOfRange)
    }

    @Test(arguments: [
        "bcrypt", "bcrypt$", "bcrypt$$2b$04$abcdefghijklmnopqrstuu",
        "bcrypt$$2x$04$abcdefghijklmnopqrstuuanVo7Xut1CH8VGIGlz1JovQh9GJbbtG",
        "bcrypt$$6$04$abcdefghijklmnopqrstuuanVo7Xut1CH8VGIGlz1JovQh9GJbbtG",
        "bcrypt$$2b$04$abcdefghijklmnopqrstuuanVo7Xut1CH8VGIGlz1JovQh9GJbbt!",
        "bcrypt_sha256$$2b$04$abcdefghijklmnopqrstuuanVo7Xut1CH8VGIGlz1JovQh9GJbbtG",
    ])
    func brokenHashesAreMalformed(_ encoded: String) throws {
        let error = try #require(throws: PasswordHashError.self) {
            try BCryptHasher().verify(Secret("lètmein"), against: EncodedPassword(encoded: encoded))
        }
        #expect(error.code == .malformedHash)
    }
}
#endif
