import AuthCore
import Foundation
import LocalBackend
import Testing

struct PasswordHashingTests {
    let hasher = CountingHasher()
    var hashing: PasswordHashing { PasswordHashing(preferred: hasher) }

    @Test(arguments: [
        "", "!", "!abcdefghijklmnopqrstuvwxyzabcdefghijklmn", "plain", "md5$seasalt$3f86d0d3d465b7b458c231bf3555c0e3",
        "pbkdf2_sha256x$1$a$b",
    ])
    func columnsWithoutAKnownHashTakeOneHashAndMatchNothing(_ encoded: String) async throws {
        let answer = try await hashing.verify(Secret(encoded), against: EncodedPassword(encoded: encoded))
        #expect(hasher.count == 1)
        if case .right = answer { Issue.record("'\(encoded)' was accepted") }
    }

    @Test func anEmptyPasswordMatchesNothing() async throws {
        let empty = try PBKDF2SHA256Hasher(iterations: 1).encode(Secret(""))
        #expect(try await hashing.verify(Secret(""), against: empty) == .wrong)
        #expect(hasher.count == 1)
    }

    @Test func aWrongPasswordTakesOneHash() async throws {
        let encoded = try PBKDF2SHA256Hasher(iterations: 2).encode(Secret("right"))
        #expect(try await hashing.verify(Secret("wrong"), against: encoded) == .wrong)
        #expect(hasher.count == 1)
        #expect(try await hashing.verify(Secret("right"), against: encoded) == .right(mustUpdate: false))
    }

    @Test func aBrokenHashIsReportedAndMatchesNothing() async throws {
        let answer = try await hashing.verify(Secret("x"), against: EncodedPassword(encoded: "pbkdf2_sha256$1$x"))
        guard case .unverifiable(let error) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(error.code == .malformedHash)
        #expect(hasher.count == 2, "a broken hash was told from a whole one by its time")
    }

    @Test func hashingStaysOffTheSharedThreads() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { _ = try await hashing.encode(Secret("x")) } }
            try await group.waitForAll()
        }
        #expect(hasher.count == 20)
        #expect(hasher.countInTasks == 0)
        #expect(hasher.threads.count <= ProcessInfo.processInfo.activeProcessorCount)
    }

    @Test func aCancelledTaskIsNotHashedFor() async throws {
        let hashing = hashing
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await hashing.encode(Secret("x"))
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(hasher.count == 0)
    }
}
