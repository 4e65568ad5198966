import AuthCore
import Foundation
import Testing

@testable import LocalBackend

struct PasswordResetTokensTests {
    static let key = Secret(String(repeating: "k", count: 50))
    static let oldKey = Secret(String(repeating: "old", count: 20))
    /// 2026-01-02 03:04:05 UTC.
    static let now = Date(timeIntervalSince1970: 1_767_323_045)

    let tokens: PasswordResetTokens

    init() throws {
        tokens = try PasswordResetTokens(secretKey: Self.key, fallbacks: [Self.oldKey])
    }

    static func account(
        _ id: Int64 = 7, _ password: String = "usable", lastLogin: Date? = nil, email: String = "a@b.c",
        link: ExternalLink? = nil, isActive: Bool = true
    ) -> AccountRecord {
        AccountRecord(
            user: User(id: User.ID(id), username: "ann", email: email, isActive: isActive),
            password: EncodedPassword(encoded: password), link: link, lastLogin: lastLogin, dateJoined: now)
    }

    static let lastYear = Date(timeIntervalSince1970: 1_767_225_599.123456)
    // Made by Django 5.2.19 with both keys.
    static let vectors = [
        (account(), "40e3baac2c15be88952abccf4bb9db5c", "312106b233ca9d9dca7eafa5e2711040"),
        (account(lastLogin: lastYear), "a26efb5449a101cc145846fe75e4cfe5", "a7dd150b1ec96ba3e997e9e18479fe9a"),
        (
            account(
                1_234_567_890_123, "pbkdf2_sha256$1$NaCl$TWMkbSxOQq+tvuafjDQJq8gIebxeYGhwx+Y+MWmkOdo=",
                lastLogin: Date(timeIntervalSince1970: 918_014_706), email: ""),
            "6725ca7f4825ba2bed699db31d0eb62f", "1a84eb2f7363ada32e71c48588f3483b"
        ),
        (
            account(1, "", email: "žofie@example.cz"), "fa48c1f6e14304a0dd72e4bc3e24dddb",
            "e03dda298c7f45faa3343db8a79d9656"
        ),
    ]

    @Test(arguments: vectors) func tokensAreDjangos(_ account: AccountRecord, _ digest: String, _ oldDigest: String)
        throws
    {
        #expect(tokens.token(for: account, now: Self.now) == "d1rcit-" + digest)
        #expect(
            try PasswordResetTokens(secretKey: Self.oldKey).token(for: account, now: Self.now) == "d1rcit-" + oldDigest)
        #expect(tokens.accepts("d1rcit-" + digest, for: account, now: Self.now))
        #expect(tokens.accepts("d1rcit-" + oldDigest, for: account, now: Self.now))
    }

    // Made by Django 6.1.3, for accounts that have no tokens here.
    @Test func tokensOfUnusablePasswordsAreDjangosTooAndNeverGivenOut() throws {
        let seconds = try #require(Int64("d1rcit", radix: 36))
        let never = Self.account(7, "!abc")
        let once = Self.account(7, "!abc", lastLogin: Self.lastYear)
        #expect(tokens.token(for: never, seconds: seconds, key: Self.key) == "d1rcit-f456ae6ecbce0a2d0dd4d0829e7ef631")
        #expect(tokens.token(for: once, seconds: seconds, key: Self.key) == "d1rcit-1efbb3a89b34876e0ab95f4fd914c275")
        for account in [never, once] {
            #expect(tokens.token(for: account, now: Self.now) == nil)
            #expect(
                !tokens.accepts(
                    tokens.token(for: account, seconds: seconds, key: Self.key), for: account, now: Self.now))
        }
    }

    @Test func aTokenIsAcceptedForTheAccountThatItWasMadeFor() throws {
        let token = try #require(tokens.token(for: Self.account(), now: Self.now))
        #expect(tokens.accepts(token, for: Self.account(), now: Self.now))
        #expect(tokens.accepts(token, for: Self.account(), now: Self.now + 259_200))
        #expect(!tokens.accepts(token, for: Self.account(), now: Self.now + 259_201))
        let brief = try PasswordResetTokens(secretKey: Self.key, lifetime: .seconds(60))
        #expect(brief.accepts(token, for: Self.account(), now: Self.now + 60))
        #expect(!brief.accepts(token, for: Self.account(), now: Self.now + 61))
    }

    @Test func whatAResetOrALoginChangesEndsAToken() throws {
        let token = try #require(tokens.token(for: Self.account(), now: Self.now))
        for changed in [
            Self.account(8), Self.account(7, "another"), Self.account(lastLogin: Self.now),
            Self.account(email: "a@b.d"),
        ] {
            #expect(!tokens.accepts(token, for: changed, now: Self.now))
        }
    }

    @Test func fractionsOfTheLastLoginDoNotCount() throws {
        let login = Date(timeIntervalSince1970: 1_767_225_599)
        let token = try #require(tokens.token(for: Self.account(lastLogin: login + 0.123456), now: Self.now))
        #expect(tokens.accepts(token, for: Self.account(lastLogin: login + 0.999), now: Self.now))
        #expect(!tokens.accepts(token, for: Self.account(lastLogin: login + 1), now: Self.now))
    }

    @Test func onlyActiveLocalAccountsHaveTokens() throws {
        let token = try #require(tokens.token(for: Self.account(), now: Self.now))
        let link = ExternalLink(source: "corp", id: "1")
        for account in [Self.account(link: link), Self.account(isActive: false)] {
            #expect(tokens.token(for: account, now: Self.now) == nil)
            #expect(!tokens.accepts(token, for: account, now: Self.now))
        }
    }

    @Test func oldKeysAreAcceptedAndMakeNoTokens() throws {
        let old = try PasswordResetTokens(secretKey: Self.oldKey)
        let token = try #require(old.token(for: Self.account(), now: Self.now))
        #expect(tokens.accepts(token, for: Self.account(), now: Self.now))
        #expect(tokens.token(for: Self.account(), now: Self.now) != token)
        let stranger = try PasswordResetTokens(secretKey: Secret("another"))
        #expect(!stranger.accepts(token, for: Self.account(), now: Self.now))
    }

    @Test func emptyKeysAreRefused() {
        #expect(throws: PasswordResetError.self) { try PasswordResetTokens(secretKey: Secret("")) }
        #expect(throws: PasswordResetError.self) {
            try PasswordResetTokens(secretKey: Self.key, fallbacks: [Secret("")])
        }
    }

    @Test func alteredTokensAreRefused() throws {
        let token = try #require(tokens.token(for: Self.account(), now: Self.now))
        let digest = token.split(separator: "-")[1]
        for altered in [
            "", "-", token.uppercased(), "0" + token, token + "0", String(token.dropLast()), " " + token, token + "\n",
            String(token.dropLast()) + (token.hasSuffix("0") ? "1" : "0"),
            "d1rciu-\(digest)", "d1rcit-\(digest)-", "zzzzzzzzzzzzz-\(digest)", "zzzzzzzzzzzzzz-\(digest)",
            "+d1rcit-\(digest)",
            "d1rcit-" + String(repeating: "0", count: 32),
        ] {
            #expect(!tokens.accepts(altered, for: Self.account(), now: Self.now), "\(altered)")
        }
    }

    @Test func secondsAreThoseOfDjangosTimeZone() throws {
        let berlin = try PasswordResetTokens(
            secretKey: Self.key, timeZone: #require(TimeZone(identifier: "Europe/Berlin")))
        let token = try #require(berlin.token(for: Self.account(), now: Self.now - 3600))
        #expect(token == tokens.token(for: Self.account(), now: Self.now))
    }

    @Test(arguments: [(1, "MQ"), (7, "Nw"), (1_234_567_890_123, "MTIzNDU2Nzg5MDEyMw")])
    func keysStandInLinksAsDjangoWritesThem(_ id: Int64, _ text: String) {
        #expect(PasswordResetTokens.encode(User.ID(id)) == text)
        #expect(PasswordResetTokens.decode(text) == User.ID(id))
    }

    @Test(arguments: ["", "M", "MQ==", "Mg=", "MR", "KzE", "MDE", "TVE", "!!", "OTk5OTk5OTk5OTk5OTk5OTk5OTk"])
    func otherTextIsNoKey(_ text: String) {
        #expect(PasswordResetTokens.decode(text) == nil)
    }
}
