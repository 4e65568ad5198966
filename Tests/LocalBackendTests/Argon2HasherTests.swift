#if NativeHashers
import AuthCore
import Testing

@testable import LocalBackend

struct Argon2HasherTests {
    // Made by Django 5.2.19 with argon2-cffi 25.1.0.
    static let vectors = [
        (
            8, 1, 1, "seasaltseasalt", "lètmein",
            "argon2$argon2id$v=19$m=8,t=1,p=1$c2Vhc2FsdHNlYXNhbHQ$pT53P8oH5KUQh4wa2iSRQMh1hJ3EAKgl7CpjldflNIs"
        ),
        (
            64, 2, 4, "aaaaaaaaaaaaaaaaaaaaaa", "lètmein",
            "argon2$argon2id$v=19$m=64,t=2,p=4$YWFhYWFhYWFhYWFhYWFhYWFhYWFhYQ$iECN2uWDfgjizAx4LX8sN/KK04sOua9IVr5aDYI7vqs"
        ),
        (
            102_400, 2, 8, "aaaaaaaaaaaaaaaaaaaaaa", String(repeating: "x", count: 80),
            "argon2$argon2id$v=19$m=102400,t=2,p=8$YWFhYWFhYWFhYWFhYWFhYWFhYWFhYQ$ALZZmIBRl7lirnf/B3Ze7uxUGTdsvVsbfcc5flHz3vw"
        ),
    ]

    @Test(arguments: vectors)
    func hashesAreDjangos(
        memory: Int, passes: Int, lanes: Int, salt: String, password: String, encoded: String
    ) throws {
        let hasher = try Argon2Hasher(memory: memory, passes: passes, lanes: lanes)
        #expect(try hasher.encode(Secret(password), salt: salt).encoded == encoded)
        #expect(try Argon2Hasher().verify(Secret(password), against: EncodedPassword(encoded: encoded)))
        #expect(try !Argon2Hasher().verify(Secret(password + "x"), against: EncodedPassword(encoded: encoded)))
    }

    // Made by argon2-cffi 25.1.0.
    @Test(arguments: [
        "argon2$argon2i$v=19$m=16,t=2,p=2$c2Vhc2FsdHNlYXNhbHQ$bHVXbL/DLi0kcBdLGtttgA6eDKM+6AOaqHUKaPjyj+4",
        "argon2$argon2id$v=16$m=16,t=2,p=2$c2Vhc2FsdHNlYXNhbHQ$+UHqHjptD6lP2nNxYPe+pA",
        "argon2$argon2id$m=16,t=2,p=2$c2Vhc2FsdHNlYXNhbHQ$+UHqHjptD6lP2nNxYPe+pA",
    ])
    func otherVarietiesAndVersionsAreCheckedAndReplaced(_ encoded: String) throws {
        let hasher = try Argon2Hasher(memory: 16, passes: 2, lanes: 2)
        #expect(try hasher.verify(Secret("lètmein"), against: EncodedPassword(encoded: encoded)))
        #expect(try !hasher.verify(Secret("letmein"), against: EncodedPassword(encoded: encoded)))
        #expect(hasher.mustUpdate(EncodedPassword(encoded: encoded)))
    }

    @Test func newHashesFitTheColumn() throws {
        let encoded = try Argon2Hasher().encode(Secret("secret"))
        #expect(encoded.encoded.count <= EncodedPassword.maximumLength)
        #expect(encoded.encoded.hasPrefix("argon2$argon2id$v=19$m=102400,t=2,p=8$"))
        #expect(!Argon2Hasher().mustUpdate(encoded))
        let longest = try Argon2Hash(
            work: Argon2Hasher(memory: 1 << 20, passes: 16, lanes: 64).work, salt: Array(repeating: 65, count: 22)
        ).encoded(Array(repeating: 1, count: 32))
        #expect(longest.encoded.count <= EncodedPassword.maximumLength)
    }

    @Test(arguments: [
        (64, 2, 1, false), (64, 2, 4, false), (32, 2, 1, true), (64, 1, 1, true), (32, 4, 1, true),
        (128, 1, 1, false), (100, 1, 1, false), (128, 2, 1, false), (32, 8, 1, false), (64, 3, 1, false),
    ])
    func updatesRaiseMemoryAndTimeAndLowerNeither(memory: Int, passes: Int, lanes: Int, isUpdated: Bool) throws {
        let old = try Argon2Hasher(memory: memory, passes: passes, lanes: lanes).encode(Secret("x"))
        #expect(try Argon2Hasher(memory: 64, passes: 2, lanes: 1).mustUpdate(old) == isUpdated)
    }

    @Test(arguments: [
        (7, 1, 1), (8, 0, 1), (8, 1, 0), (8, 1, 65), (15, 1, 2), (1 << 20 + 1, 1, 1), (1 << 20, 17, 1),
        (4_294_967_304, 1, 1), (8, 4_294_967_297, 1), (.max, .max, 1),
    ])
    func workIsBounded(memory: Int, passes: Int, lanes: Int) throws {
        let encoded = EncodedPassword(
            encoded:
                "argon2$argon2id$v=19$m=\(memory),t=\(passes),p=\(lanes)$c2Vhc2FsdHNlYXNhbHQ$pT53P8oH5KUQh4wa2iSRQMh1hJ3EAKgl7CpjldflNIs"
        )
        let error = try #require(throws: PasswordHashError.self) {
            try Argon2Hasher().verify(Secret("x"), against: encoded)
        }
        #expect(error.code == .workOutOfRange)
        #expect(throws: PasswordHashError.self) {
            try Argon2Hasher(memory: memory, passes: passes, lanes: lanes)
        }
    }

    @Test(arguments: [
        "argon2", "argon2$argon2id", "argon2$argon2x$v=19$m=8,t=1,p=1$c2Vhc2FsdHNlYXNhbHQ$pT53P8oH5KUQh4wa",
        "argon2$argon2id$v=18$m=8,t=1,p=1$c2Vhc2FsdHNlYXNhbHQ$pT53P8oH5KUQh4wa",
        "argon2$argon2id$v=19$m=-8,t=1,p=1$c2Vhc2FsdHNlYXNhbHQ$pT53P8oH5KUQh4wa",
        "argon2$argon2id$v=19$m=8,t=1,p=1$c2Vh$pT53P8oH5KUQh4wa",
        "argon2$argon2id$v=19$m=8,t=1,p=1$c2Vhc2FsdHNlYXNhbHQ$pT53",
        "argon2$argon2id$v=19$m=8,t=1,p=1$c2Vhc2FsdHNlYXNhbHQ$!!!!pT53P8oH5KUQh4wa",
        "argon2$argon2id$v=19$m=8,t=1,p=1$c2Vhc2FsdHNlYXNhbHQ$pT53P8oH5KUQh4wa$more",
    ])
    func brokenHashesAreMalformed(_ encoded: String) throws {
        let error = try #require(throws: PasswordHashError.self) {
            try Argon2Hasher().verify(Secret("lètmein"), against: EncodedPassword(encoded: encoded))
        }
        #expect(error.code == .malformedHash)
    }

    @Test func allLanesRunOnTheThreadThatAsks() throws {
        let one = try Argon2Hasher(memory: 8192, passes: 4, lanes: 1)
        let eight = try Argon2Hasher(memory: 8192, passes: 4, lanes: 8)
        let (first, second) = (try one.encode(Secret("x")), try eight.encode(Secret("x")))
        let alone = try processorTime { try one.verify(Secret("x"), against: first) }
        let together = try processorTime { try eight.verify(Secret("x"), against: second) }
        #expect(together > alone / 4)
    }

    @Test func shortSaltsAreRefused() {
        #expect(throws: PasswordHashError.self) { try Argon2Hasher().encode(Secret("x"), salt: "seasalt") }
    }
}
#endif
