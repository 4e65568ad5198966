/// Password modify (RFC 3062), the operation by which a server stores a password in the form that it wants.
enum PasswordModify {
    static let oid = "1.3.6.1.4.1.4203.1.11.1"

    /// The request value; `nil`, which is no value at all, where nothing is given.
    static func request(userIdentity: String?, oldPassword: [UInt8]?, newPassword: [UInt8]?) -> [UInt8]? {
        let elements = [
            userIdentity.map { BERWriter.element(0x80, Array($0.utf8)) },
            oldPassword.map { BERWriter.element(0x81, $0) },
            newPassword.map { BERWriter.element(0x82, $0) },
        ].compactMap(\.self)
        return elements.isEmpty ? nil : BERWriter.sequence(elements)
    }

    /// The password that the server made up, if it did; the outer `nil` means that the value cannot be read.
    static func generatedPassword(in value: [UInt8]?) -> [UInt8]?? {
        guard let value else { return .some(nil) }
        guard var reader = BERReader(sequence: value) else { return nil }
        let password = reader.next(0x80)
        guard reader.isAtEnd else { return nil }
        return .some(password.map { Array($0.content) })
    }
}

/// What a server did with a request to change a password.
public struct PasswordModifyResult: Sendable, Hashable {
    /// The password that the server made up, where no new one was given. It is a secret: it appears in no description.
    public var generatedPassword: [UInt8]?
    /// What the password policy says, if the server has one and sent it.
    public var passwordPolicy: PasswordPolicyResponse?

    /// Creates a result.
    public init(generatedPassword: [UInt8]? = nil, passwordPolicy: PasswordPolicyResponse? = nil) {
        self.generatedPassword = generatedPassword
        self.passwordPolicy = passwordPolicy
    }
}

extension PasswordModifyResult: CustomStringConvertible, CustomReflectable {
    /// Whether a password was made up, and never the password.
    public var description: String {
        generatedPassword == nil ? "password changed" : "password changed, the server made up the new one"
    }

    /// Without the password: dumps and test output show mirrors.
    public var customMirror: Mirror {
        Mirror(self, children: ["passwordPolicy": passwordPolicy as Any])
    }
}
