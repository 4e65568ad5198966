import AuthCore
import Testing

@testable import LocalBackend

struct MD5VerifierTests {
    // Made by Django 5.2.19.
    let encoded = EncodedPassword(encoded: "md5$seasalt$3f86d0d3d465b7b458c231bf3555c0e3")

    @Test func oldHashesAreCheckedAndWantToBeReplaced() throws {
        #expect(try MD5Verifier().verify(Secret("lètmein"), against: encoded))
        #expect(try !MD5Verifier().verify(Secret("letmein"), against: encoded))
        #expect(MD5Verifier().mustUpdate(encoded))
    }

    @Test(arguments: [
        "md5", "md5$seasalt", "md5$$3f86d0d3d465b7b458c231bf3555c0e3", "md5$seasalt$3F86D0D3D465B7B458C231BF3555C0E3",
        "md5$seasalt$3f86", "md5$sea$salt$3f86d0d3d465b7b458c231bf3555c0e3", "3f86d0d3d465b7b458c231bf3555c0e3",
    ])
    func brokenHashesAreMalformed(_ encoded: String) throws {
        let error = try #require(throws: PasswordHashError.self) {
            try MD5Verifier().verify(Secret("lètmein"), against: EncodedPassword(encoded: encoded))
        }
        #expect(error.code == .malformedHash)
    }
}
