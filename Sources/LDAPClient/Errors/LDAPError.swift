/// What went wrong while talking to a directory: a code for programs, a sentence with a remedy for people.
///
/// A server's answer about a person's credentials is no error but a ``BindResult``; an error means that the question
/// could not be answered. Codes can be matched in a catch clause: `catch LDAPError.Code.timedOut`.
/// No error ever holds a password.
public struct LDAPError: Error, Sendable {
    /// What kind of failure this is.
    public var code: Code
    /// The step that failed, so that a refused service account is not taken for a refused person.
    public var step: LDAPStep?
    /// What was being done, such as `bind as cn=bridge,dc=example,dc=org at ldaps://ldap1:636`.
    public var operation: String
    /// The LDAP result code, if a server sent one (RFC 4511, 4.1.9).
    public var resultCode: Int32?
    /// The server's own words, for logs and administrators only.
    public var diagnosticMessage: String?
    /// The last entry that exists on the way to a missing one (RFC 4511, 4.1.9).
    public var matchedDN: String?
    /// What happened, in words.
    public var reason: String
    /// What an administrator can do about it.
    public var remedy: String
    /// The error below this one, if there is one.
    public var cause: (any Error)?
    /// The controls that came with the server's answer, such as what a password policy has against a new password.
    public var responseControls: [LDAPControl] = []
    /// Whether the request may have reached the server. A write that did may have been carried out, whatever became of
    /// the answer; a bind or a write that may have arrived is never sent again.
    public internal(set) var requestWasSent = false
    /// Whether it is unknown what became of a write: it may have been carried out, and the answer was lost.
    public internal(set) var mayHaveTakenEffect = false

    /// Creates an error.
    ///
    /// - Parameters:
    ///   - code: What kind of failure this is.
    ///   - step: The step that failed.
    ///   - operation: What was being done, at which server.
    ///   - resultCode: The LDAP result code, if a server sent one.
    ///   - diagnosticMessage: The server's words; control characters are removed.
    ///   - matchedDN: The matched DN of the result.
    ///   - reason: What happened; `nil` for the code's own words.
    ///   - remedy: What to do about it; `nil` for the code's own remedy.
    ///   - cause: The error below this one.
    public init(
        _ code: Code, step: LDAPStep? = nil, operation: String, resultCode: Int32? = nil,
        diagnosticMessage: String? = nil, matchedDN: String? = nil, reason: String? = nil, remedy: String? = nil,
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.step = step
        self.operation = operation
        self.resultCode = resultCode
        self.diagnosticMessage = diagnosticMessage.map(Self.printable)
        self.matchedDN = matchedDN.map(Self.printable)
        self.reason = reason ?? code.reason
        self.remedy = remedy ?? code.remedy
        self.cause = cause
    }

    /// Server texts end in NUL or newlines now and then (Active Directory does); a log line must stay one line.
    static func printable(_ text: String) -> String {
        // Nearly all texts are fine as they are.
        let isClean = text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
        if isClean, text.utf8.first != 0x20, text.utf8.last != 0x20 { return text }
        let cleaned = text.unicodeScalars.map { scalar -> Character in
            scalar.value < 0x20 || scalar.value == 0x7F ? " " : Character(scalar)
        }
        let trimmed = cleaned.drop { $0 == " " }
        return String(trimmed.reversed().drop { $0 == " " }.reversed())
    }
}

extension LDAPError: CustomStringConvertible {
    /// One sentence that says what failed, what the server said, and what to do.
    public var description: String {
        var sentence = "Could not \(operation): \(reason)"
        if let resultCode { sentence += " (result \(resultCode))" }
        if let diagnosticMessage, !diagnosticMessage.isEmpty { sentence += ", the server says “\(diagnosticMessage)”" }
        if let matchedDN, !matchedDN.isEmpty { sentence += ", matched up to “\(matchedDN)”" }
        return sentence + "; " + remedy + "."
    }
}
