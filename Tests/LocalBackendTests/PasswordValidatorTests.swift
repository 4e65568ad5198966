import AuthCore
import Foundation
import Testing

@testable import LocalBackend

struct PasswordValidatorTests {
    let jdoe = User(id: User.ID(1), username: "jdoe", firstName: "John", lastName: "Doe", email: "john.doe@example.com")

    private func codes(_ password: String) -> Set<String> {
        Set(PasswordPolicy.django.flaws(in: Secret(password), of: jdoe).map(\.code.rawValue))
    }

    // What Django 5.2.19 says with its four validators.
    @Test(arguments: [
        ("jdoe", ["password_too_similar", "password_too_short"]), ("password", ["password_too_common"]),
        ("Password ", ["password_too_common"]),
        ("12345678", ["password_too_common", "password_entirely_numeric"]),
        ("１２３４５６７８", ["password_entirely_numeric"]), ("short", ["password_too_short"]),
        ("example1", ["password_too_similar"]), ("exampel.com!", ["password_too_similar"]), ("jdoe1234", []),
        ("johndoe!", []), ("john.doe", []), ("correct horse", []),
        ("JDOE", ["password_too_similar", "password_too_short"]),
        ("nhoj.eod", []), ("ⅫⅫⅫⅫⅫⅫⅫⅫ", []), ("①①①①①①①①", ["password_entirely_numeric"]),
        ("²²²²²²²²", ["password_entirely_numeric"]), ("٣٣٣٣٣٣٣٣", ["password_entirely_numeric"]),
        ("一二三四五六七八", []), ("e\u{301}e\u{301}e\u{301}e\u{301}", []),
        ("john.doe@example.com!!", ["password_too_similar"]), ("moc.elpmaxe", ["password_too_similar"]),
        ("xmpl.cm exa", []),
    ])
    func flawsAreThoseThatDjangoFinds(_ password: String, _ expected: [String]) {
        #expect(codes(password) == Set(expected))
    }

    @Test func theOrderIsThatOfTheValidators() {
        let flaws = PasswordPolicy.django.flaws(in: Secret("jdoe"), of: jdoe)
        #expect(flaws.map(\.code) == [.tooSimilar, .tooShort])
        #expect(PasswordPolicy.django.flaws(in: Secret("jdoe")).map(\.code) == [.tooShort])
        #expect(PasswordPolicy().flaws(in: Secret("1")).isEmpty)
    }

    @Test func whatIsWrongIsSaidWithoutThePassword() {
        let policy = PasswordPolicy.django
        #expect(
            policy.flaws(in: Secret("jdoe"), of: jdoe).map(\.message) == [
                "The password resembles the user name.", "The password is shorter than 8 characters.",
            ])
        #expect(
            policy.flaws(in: Secret("12345678")).map(\.message) == [
                "Many people use this password, so it is tried first.", "The password consists of digits only.",
            ])
        #expect(
            policy.helpTexts == [
                "Do not use your name or address.", "Use 8 characters or more.",
                "Do not use a password that many people use.", "Use more than digits.",
            ])
        #expect(MinimumLengthValidator(minimumLength: 1).helpText == "Use 1 character or more.")
    }

    @Test func similarityHasItsOwnLimits() {
        let strict = UserAttributeSimilarityValidator(attributes: [.username], maximumSimilarity: 0.5)
        #expect(strict.flaw(in: Secret("jdoe1234"), of: jdoe) != nil)
        #expect(strict.flaw(in: Secret("example1"), of: jdoe) == nil)
        #expect(UserAttributeSimilarityValidator(maximumSimilarity: 0).maximumSimilarity == 0.1)
        // The short cut for passwords that are much longer.
        #expect(strict.flaw(in: Secret(String(repeating: "jdoe", count: 200)), of: jdoe) == nil)
    }

    @Test func charactersAreCountedNotBytes() {
        let validator = MinimumLengthValidator(minimumLength: 3)
        #expect(validator.flaw(in: Secret("ž€"), of: nil)?.code == .tooShort)
        #expect(validator.flaw(in: Secret("ž€𝄞"), of: nil) == nil)
    }

    @Test(arguments: [
        "123456", "qwerty", "QWERTY123", "letmein", "dragon", "111111", "1q2w3e4r", "p@ssw0rd", "Passw0rd!",
        "Summer2026!",
        "monkey1", "iloveyou", "zxcvbnm", "654321", "abc123", "admin123", "welcome1", "121212", "trustno1", "asdfghjkl",
    ])
    func whatEverybodyTriesFirstIsCommon(_ password: String) {
        #expect(CommonPasswordValidator().flaw(in: Secret(password), of: nil)?.code == .tooCommon)
    }

    @Test func theListIsInTheFormInWhichItIsSearched() {
        let list = CommonPasswordValidator.builtInPasswords
        #expect(
            list.allSatisfy { $0 == $0.lowercased() && $0 == $0.trimmingCharacters(in: .whitespaces) && !$0.isEmpty })
        for good in ["tr0ub4dor&3", "plinth-gauze-otter", "x7!Kd02m"] { #expect(!list.contains(good)) }
    }

    @Test func aSiteMayBringAListOfItsOwn() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "common-\(UUID().uuidString).txt")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data("\u{FEFF}Acme2026\r\n\n  Rocket Skates \n".utf8).write(to: file)
        let longer = try CommonPasswordValidator(contentsOf: file)
        for password in ["acme2026", "rocket skates", " ROCKET SKATES", "password"] {
            #expect(longer.flaw(in: Secret(password), of: nil) != nil)
        }
        #expect(longer.flaw(in: Secret("rocket"), of: nil) == nil)
        let own = CommonPasswordValidator(passwords: ["Acme2026 "])
        #expect(own.flaw(in: Secret("ACME2026"), of: nil) != nil)
        #expect(own.flaw(in: Secret("password"), of: nil) == nil)
        #expect(throws: (any Error).self) { try CommonPasswordValidator(contentsOf: file.appending(path: "none")) }
    }

    @Test func anApplicationAddsItsOwnAndIsToldOfChanges() async {
        actor History: PasswordValidator {
            private(set) var changes: [String] = []
            nonisolated var helpText: String { "Use nothing with an x." }
            nonisolated func flaw(in password: Secret, of user: User?) -> PasswordFlaw? {
                password.bytes.contains(UInt8(ascii: "x")) ? PasswordFlaw(.init(rawValue: "no_x"), "It has an x.") : nil
            }
            func passwordChanged(_ password: Secret, of user: User?) async { changes.append(user?.username ?? "") }
        }
        let history = History()
        let policy = PasswordPolicy([history, NumericPasswordValidator()])
        #expect(policy.flaws(in: Secret("xyz")).map(\.code.rawValue) == ["no_x"])
        await policy.passwordChanged(Secret("abc"), of: jdoe)
        #expect(await history.changes == ["jdoe"])
    }
}
