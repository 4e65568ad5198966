/// A server's answer to a simple bind. A refusal is an answer and not an error.
///
/// ``isSuccess`` means that the password was proved. It does not mean that the person may log in: look at
/// ``passwordPolicy`` and ``passwordExpired`` too.
public struct BindResult: Sendable, Hashable {
    /// The result code (RFC 4511, 4.1.9): 0 success, 49 invalid credentials, 53 unwilling …
    public var resultCode: Int32
    /// The server's words, for logs and administrators only; Active Directory puts its reason here (`data 52e`).
    public var diagnosticMessage: String
    /// What the password policy says, if the server has one and sent it.
    public var passwordPolicy: PasswordPolicyResponse?
    /// Whether the server sent the password expired control 2.16.840.1.113730.3.4.4 (draft-vchu-ldap-pwd-policy).
    public var passwordExpired: Bool
    /// Seconds until expiry from the control 2.16.840.1.113730.3.4.5, if the server sent it.
    public var passwordExpiresIn: Int?
    /// What the server says within a SASL exchange (RFC 4511, 4.2.2: serverSaslCreds).
    var serverCredentials: [UInt8]?

    /// Creates an answer.
    public init(
        resultCode: Int32, diagnosticMessage: String = "", passwordPolicy: PasswordPolicyResponse? = nil,
        passwordExpired: Bool = false, passwordExpiresIn: Int? = nil
    ) {
        self.resultCode = resultCode
        self.diagnosticMessage = diagnosticMessage
        self.passwordPolicy = passwordPolicy
        self.passwordExpired = passwordExpired
        self.passwordExpiresIn = passwordExpiresIn
    }

    /// Whether the password was proved.
    public var isSuccess: Bool { resultCode == 0 }
}

extension BindResult {
    /// Reads the controls that came with the answer; `nil` if one of them is malformed, which refuses the bind: a
    /// policy that cannot be read may be one that says no.
    init?(resultCode: Int32, diagnosticMessage: String, controls: [LDAPControl]) {
        self.init(resultCode: resultCode, diagnosticMessage: LDAPError.printable(diagnosticMessage))
        do throws(LDAPError) {
            passwordPolicy = try controls.first(PasswordPolicyResponse.self)
            passwordExpired = try controls.first(PasswordExpiredControl.self) != nil
            passwordExpiresIn = try controls.first(PasswordExpiringControl.self)?.seconds
        } catch {
            return nil
        }
    }
}
