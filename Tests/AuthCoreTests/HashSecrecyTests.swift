import AuthCore
import Testing

/// A hash is worth nearly as much as the password: it is compared and stored, and never told.
@Suite struct HashSecrecyTests {
    private let hash = EncodedPassword(encoded: "pbkdf2_sha256$1$salt$digest")

    @Test func aHashShowsOnlyOfWhatKindItIs() {
        var dumped = ""
        dump(NewAccount(username: "alice", password: hash), to: &dumped)
        #expect(!dumped.contains("digest"))
        #expect(!String(reflecting: hash).contains("digest"))
        #expect("\(hash)" == "(hash)")
        #expect("\(EncodedPassword.unusable())" == "(unusable)")
        #expect("\(EncodedPassword(encoded: ""))" == "(empty)")
    }

    @Test func theAuditTrailSaysOnlyWhetherAPasswordIsUsable() {
        for (password, words) in [(hash, "usable"), (.unusable(), "unusable")] {
            let create = AccountChange.create(NewAccount(username: "alice", password: password))
            #expect(create.auditDetails == ["username": "alice", "password": words])
            #expect(AccountChange.setPassword(password, replacing: hash).auditDetails == ["password": words])
        }
    }
}
