import AuthCore
@testable import LDAPBackend
import LDAPClient
import Testing

/// What the answers to a bind come to, also those that no server of these tests gives.
@Suite struct BindVerdictTests {
    private func refusal(
        _ resultCode: Int32, _ error: PasswordPolicyResponse.PolicyError? = nil, passwordExpired: Bool = false
    ) throws -> AuthenticationVerdict? {
        let result = BindResult(
            resultCode: resultCode, passwordPolicy: error.map { PasswordPolicyResponse(error: $0) },
            passwordExpired: passwordExpired)
        return try BindVerdict.refusal(for: result, dn: "uid=alice", trace: nil)
    }

    @Test func onlySuccessWithoutAReservationLetsSomebodyIn() throws {
        #expect(try refusal(0) == nil)
        #expect(try refusal(0, .passwordExpired) == .denied(.passwordExpired))
        #expect(try refusal(0, passwordExpired: true) == .denied(.passwordExpired))
        #expect(try refusal(0, .changeAfterReset) == .denied(.mustChangePassword))
        #expect(try refusal(0, .accountLocked) == .denied(.accountLocked))
        #expect(try refusal(0, .unknown(99)) == .denied(.ruleUnknown))
        #expect(try refusal(0, .passwordTooShort) == .denied(.ruleUnknown))
    }

    @Test func aRefusalSaysWhyWhereTheServerDoes() throws {
        #expect(try refusal(49) == .rejected(.wrongPassword))
        #expect(try refusal(49, .accountLocked) == .denied(.accountLocked))
        #expect(try refusal(49, .passwordExpired) == .denied(.passwordExpired))
        #expect(try refusal(19) == .denied(.accountLocked))
        #expect(try refusal(32) == .notFound)
        #expect(try refusal(34) == .notFound)
    }

    @Test(arguments: [1, 2, 3, 7, 8, 10, 13, 14, 48, 50, 51, 52, 53, 80, 4711] as [Int32])
    func anyOtherAnswerIsAnOutageAndNoVerdict(_ resultCode: Int32) {
        #expect(throws: AuthenticationOutage.self) { try refusal(resultCode) }
        #expect(throws: AuthenticationOutage.self) { try refusal(resultCode, .accountLocked) }
    }
}
