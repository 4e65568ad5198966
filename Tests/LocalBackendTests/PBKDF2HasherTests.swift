import AuthCore
import Testing

@testable import LocalBackend

struct PBKDF2HasherTests {
    // Made by Django 6.1.3.
    static let vectors = [
        (1000, "seasalt", "lètmein", "pbkdf2_sha256$1000$seasalt$JgZryXe2Ga8ysg6XbzkLpTdyPQrHqsinbL9BnnhgX4A="),
        (1, "NaCl", "password", "pbkdf2_sha256$1$NaCl$TWMkbSxOQq+tvuafjDQJq8gIebxeYGhwx+Y+MWmkOdo="),
        (
            1_500_000, "saltsaltsaltsaltsaltsa", "secret",
            "pbkdf2_sha256$1500000$saltsaltsaltsaltsaltsa$1q0XCAi+PtUWghRMEGlEVDTT5y8HJOIm9UZLywf+RMY="
        ),
    ]

    @Test(arguments: vectors)
    func hashesAreDjangos(iterations: Int, salt: String, password: String, encoded: String) throws {
        let hasher = PBKDF2SHA256Hasher(iterations: iterations)
        #expect(try hasher.encode(Secret(password), salt: salt).encoded == encoded)
        #expect(try hasher.verify(Secret(password), against: EncodedPassword(encoded: encoded)))
    }

    // Made by Django 5.2.19.
    @Test(arguments: [
        (1, "lètmein", "pbkdf2_sha1$1$seasalt$Js6PaO2+yMCmW0z2IpYzlluffPg="),
        (1000, "lètmein", "pbkdf2_sha1$1000$seasalt$ljleU4wBmTtz/MoG5YTwxpM0d7I="),
        (1000, String(repeating: "x", count: 80), "pbkdf2_sha1$1000$seasalt$m7BC50W98gEaCZkrZXNfSwVYqlc="),
    ])
    func hashesWithSHA1AreDjangos(iterations: Int, password: String, encoded: String) throws {
        let hasher = PBKDF2SHA1Hasher(iterations: iterations)
        #expect(try hasher.encode(Secret(password), salt: "seasalt").encoded == encoded)
        #expect(try hasher.verify(Secret(password), against: EncodedPassword(encoded: encoded)))
        #expect(try !hasher.verify(Secret(password + "x"), against: EncodedPassword(encoded: encoded)))
        #expect(PBKDF2SHA1Hasher(iterations: iterations + 1).mustUpdate(EncodedPassword(encoded: encoded)))
        #expect(
            !PBKDF2SHA1Hasher(iterations: iterations - 1).mustUpdate(EncodedPassword(encoded: encoded))
                || iterations == 1)
    }

    @Test func aWrongPasswordForAnOldHashTakesTheTimeOfANewOne() throws {
        let old = try PBKDF2SHA256Hasher(iterations: 1).encode(Secret("right"))
        let hasher = PBKDF2SHA256Hasher(iterations: 200_000)
        let right = try processorTime { try hasher.verify(Secret("right"), against: old) }
        let wrong = try processorTime { try hasher.verify(Secret("wrong"), against: old) }
        #expect(wrong > right * 10)
    }

    @Test func newHashesHaveASaltOfTheirOwnAndFitTheColumn() throws {
        let hasher = PBKDF2SHA256Hasher(iterations: 1)
        let first = try hasher.encode(Secret("secret"))
        #expect(try first != hasher.encode(Secret("secret")))
        #expect(try hasher.verify(Secret("secret"), against: first))
        #expect(try !hasher.verify(Secret("Secret"), against: first))
        #expect(!hasher.mustUpdate(first))
        #expect(first.encoded.split(separator: "$")[2].wholeMatch(of: /[A-Za-z0-9]{22}/) != nil)
        #expect(PBKDF2SHA256Hasher(iterations: .max).iterations == PBKDF2SHA256Hasher.maximumIterations)
        #expect(PBKDF2SHA256Hasher(iterations: 0).iterations == 1)
        #expect(PBKDF2SHA256Hasher().iterations == 1_500_000)
    }

    @Test(arguments: ["", "a$b"]) func saltsThatWouldBreakTheFormatAreRefused(_ salt: String) {
        #expect(throws: PasswordHashError.self) {
            try PBKDF2SHA256Hasher(iterations: 1).encode(Secret("secret"), salt: salt)
        }
    }

    @Test(arguments: [
        "pbkdf2_sha256", "pbkdf2_sha256$", "pbkdf2_sha256$1000$seasalt", "pbkdf2_sha256$x$seasalt$JgZr",
        "pbkdf2_sha256$1000$$JgZryXe2Ga8ysg6XbzkLpTdyPQrHqsinbL9BnnhgX4A=", "pbkdf2_sha256$1000$seasalt$",
        "pbkdf2_sha256$1000$seasalt$!!!", "pbkdf2_sha256$1000$seasalt$JgZr",
        "pbkdf2_sha256$1000$seasalt$JgZryXe2Ga8ysg6XbzkLpTdyPQrHqsinbL9BnnhgX4A=$more",
        "pbkdf2_sha256$99999999999999999999$seasalt$JgZryXe2Ga8ysg6XbzkLpTdyPQrHqsinbL9BnnhgX4A=",
    ])
    func brokenHashesAreMalformed(_ encoded: String) throws {
        let error = try #require(throws: PasswordHashError.self) {
            try PBKDF2SHA256Hasher(iterations: 1).verify(Secret("lètmein"), against: EncodedPassword(encoded: encoded))
        }
        #expect(error.code == .malformedHash)
    }

    @Test(arguments: [0, -1, 100_000_001, 4_294_967_297])
    func iterationsAreBounded(_ iterations: Int) throws {
        let encoded = "pbkdf2_sha256$\(iterations)$seasalt$JgZryXe2Ga8ysg6XbzkLpTdyPQrHqsinbL9BnnhgX4A="
        let error = try #require(throws: PasswordHashError.self) {
            try PBKDF2SHA256Hasher(iterations: 1).verify(Secret("x"), against: EncodedPassword(encoded: encoded))
        }
        #expect(error.code == .workOutOfRange)
    }

    @Test func updatesOnlyRaiseTheWork() throws {
        let salt = String(repeating: "s", count: 22)
        let hasher = PBKDF2SHA256Hasher(iterations: 10)
        func mustUpdate(_ iterations: Int, _ salt: String) throws -> Bool {
            hasher.mustUpdate(try PBKDF2SHA256Hasher(iterations: iterations).encode(Secret("x"), salt: salt))
        }
        #expect(try mustUpdate(9, salt))
        #expect(try !mustUpdate(10, salt))
        #expect(try !mustUpdate(11, salt))
        #expect(try mustUpdate(10, String(salt.dropLast())))
        #expect(try !mustUpdate(11, String(salt.dropLast())))
        #expect(!hasher.mustUpdate(EncodedPassword(encoded: "pbkdf2_sha256$broken")))
    }
}
