import AuthCore
import Testing

@testable import LocalBackend

struct ScryptHasherTests {
    // Made by Django 5.2.19.
    static let vectors = [
        (
            16384, 8, 5, "seasalt", "lètmein",
            "scrypt$16384$seasalt$8$5$ECMIUp+LMxMSK8xB/IVyba+KYGTI7FTnet025q/1f/vBAVnnP3hdYqJuRi+mJn6ji6ze3Fbb7JEFPKGpuEf5vw=="
        ),
        (
            16, 8, 1, "seasalt", "lètmein",
            "scrypt$16$seasalt$8$1$Ag3xi9s5DI1IykxHwK69aAITcA5UG/ASVel5w/eh3arzvQVo4Qq5U22XZsZzfrmfVbXPWRUV6NNE9WSzQzZKig=="
        ),
        (
            16384, 8, 5, "aaaaaaaaaaaaaaaaaaaaaa", String(repeating: "x", count: 80),
            "scrypt$16384$aaaaaaaaaaaaaaaaaaaaaa$8$5$zbeLmeb8aspvMT8nv8RKkqj7MRTUS5t6GrEK/YTAlBr09P8wGik/cvPrUv8ExzE1JDYaOWkFP6485nr/x34r0Q=="
        ),
    ]

    @Test(arguments: vectors)
    func hashesAreDjangos(
        factor: Int, blockSize: Int, parallelism: Int, salt: String, password: String, encoded: String
    ) throws {
        let hasher = try ScryptHasher(workFactor: factor, blockSize: blockSize, parallelism: parallelism)
        #expect(try hasher.encode(Secret(password), salt: salt).encoded == encoded)
        #expect(try ScryptHasher().verify(Secret(password), against: EncodedPassword(encoded: encoded)))
        #expect(try !ScryptHasher().verify(Secret(password + "x"), against: EncodedPassword(encoded: encoded)))
    }

    @Test func newHashesFillTheColumnToTheLastCharacter() throws {
        let encoded = try ScryptHasher().encode(Secret("secret"))
        #expect(encoded.encoded.count == EncodedPassword.maximumLength)
        #expect(encoded.encoded.wholeMatch(of: /scrypt\$16384\$[A-Za-z0-9]{22}\$8\$5\$.{88}/) != nil)
        #expect(!ScryptHasher().mustUpdate(encoded))
    }

    @Test(arguments: [
        (16384, 8, 5, false), (8192, 8, 5, true), (16384, 4, 5, true), (16384, 8, 4, true),
        // More of one, less of the other: neither may become less.
        (32768, 8, 1, false), (32768, 8, 5, false), (1024, 8, 100, false), (4096, 8, 20, true),
    ])
    func updatesRaiseMemoryAndTimeAndLowerNeither(factor: Int, blockSize: Int, parallelism: Int, isUpdated: Bool) {
        let encoded = column(factor, blockSize, parallelism)
        #expect(ScryptHasher().mustUpdate(encoded) == isUpdated)
    }

    @Test(arguments: [
        (3, 8, 1), (0, 8, 1), (-16, 8, 1), (12, 8, 1), (1 << 25, 8, 1), (16384, 0, 1), (16384, 8, 0), (16384, 1025, 1),
        (1 << 20, 9, 1), (1 << 20, 8, 33), (65536, 1, 1), (16384, 17, 1), (.max, .max, .max),
    ])
    func workIsBounded(factor: Int, blockSize: Int, parallelism: Int) throws {
        let stored = try #require(throws: PasswordHashError.self) {
            try ScryptHasher().verify(Secret("x"), against: column(factor, blockSize, parallelism))
        }
        #expect(stored.code == .workOutOfRange)
        #expect(throws: PasswordHashError.self) {
            try ScryptHasher(workFactor: factor, blockSize: blockSize, parallelism: parallelism)
        }
    }

    @Test func newHashesThatDoNotFitTheColumnAreRefused() {
        #expect(throws: PasswordHashError.self) { try ScryptHasher(workFactor: 131_072, blockSize: 8, parallelism: 1) }
        #expect(throws: PasswordHashError.self) { try ScryptHasher(workFactor: 16384, blockSize: 16, parallelism: 1) }
    }

    @Test func theLargestOfOneBlockIsComputed() throws {
        let hasher = try ScryptHasher(workFactor: 16, blockSize: 16, parallelism: 1)
        #expect(try hasher.verify(Secret("x"), against: hasher.encode(Secret("x"))))
        let smallest = try ScryptHasher(workFactor: 4, blockSize: 1, parallelism: 2)
        #expect(try smallest.verify(Secret("x"), against: smallest.encode(Secret("x"))))
    }

    @Test(arguments: [
        "scrypt", "scrypt$16$seasalt$8$1", "scrypt$16$$8$1$Ag3x", "scrypt$x$seasalt$8$1$Ag3x",
        "scrypt$16$seasalt$8$1$Ag3x",
        "scrypt$16$seasalt$8$1$Ag3xi9s5DI1IykxHwK69aAITcA5UG/ASVel5w/eh3arzvQVo4Qq5U22XZsZzfrmfVbXPWRUV6NNE9WSzQzZKig==$",
    ])
    func brokenHashesAreMalformed(_ encoded: String) throws {
        let error = try #require(throws: PasswordHashError.self) {
            try ScryptHasher().verify(Secret("x"), against: EncodedPassword(encoded: encoded))
        }
        #expect(error.code == .malformedHash)
        #expect(!ScryptHasher().mustUpdate(EncodedPassword(encoded: encoded)))
    }

    private func column(_ factor: Int, _ blockSize: Int, _ parallelism: Int) -> EncodedPassword {
        let digest = String(repeating: "A", count: 86) + "=="
        let salt = String(repeating: "a", count: 22)
        return EncodedPassword(encoded: "scrypt$\(factor)$\(salt)$\(blockSize)$\(parallelism)$\(digest)")
    }
}
