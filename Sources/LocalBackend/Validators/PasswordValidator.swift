public import AuthCore

/// Says whether somebody may choose a password. Django's validators are ``UserAttributeSimilarityValidator``,
/// ``MinimumLengthValidator``, ``CommonPasswordValidator`` and ``NumericPasswordValidator``; an application adds its own.
public protocol PasswordValidator: Sendable {
    /// What is asked of a new password, for the person who chooses one.
    var helpText: String { get }

    /// What is wrong with a password; `nil` if nothing is.
    /// - Parameters:
    ///   - password: The password, never empty.
    ///   - user: Who chooses it; `nil` if nobody is known yet.
    func flaw(in password: Secret, of user: User?) -> PasswordFlaw?

    /// Told after a password was changed, for validators that remember (Django's `password_changed`). Default: nothing.
    func passwordChanged(_ password: Secret, of user: User?) async
}

extension PasswordValidator {
    public func passwordChanged(_ password: Secret, of user: User?) async {}
}

/// What is wrong with a password that somebody wants to choose.
public struct PasswordFlaw: Sendable, Hashable, CustomStringConvertible {
    /// The kind of flaw. Applications match it; the texts are Django's codes.
    public struct Code: RawRepresentable, Sendable, Hashable {
        public let rawValue: String
        /// A code of an application's own.
        public init(rawValue: String) { self.rawValue = rawValue }
        /// It resembles the name or the address of the person.
        public static let tooSimilar = Code(rawValue: "password_too_similar")
        /// It has too few characters.
        public static let tooShort = Code(rawValue: "password_too_short")
        /// It is one of those that everybody tries first.
        public static let tooCommon = Code(rawValue: "password_too_common")
        /// It consists of digits.
        public static let entirelyNumeric = Code(rawValue: "password_entirely_numeric")
    }

    /// The kind.
    public let code: Code
    /// What is wrong, for the person. Holds no part of the password.
    public let message: String

    /// A flaw.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}

/// The validators of a site (Django's `AUTH_PASSWORD_VALIDATORS`).
public struct PasswordPolicy: Sendable {
    /// The validators, in the order in which their flaws are told.
    public var validators: [any PasswordValidator]

    /// A policy.
    /// - Parameter validators: Default: none, as in Django; ``django`` has its four.
    public init(_ validators: [any PasswordValidator] = []) {
        self.validators = validators
    }

    /// Django's four validators with their defaults, as `startproject` writes them.
    public static var django: PasswordPolicy {
        PasswordPolicy([
            UserAttributeSimilarityValidator(), MinimumLengthValidator(), CommonPasswordValidator(),
            NumericPasswordValidator(),
        ])
    }

    /// Everything that is wrong with a password, not only the first thing (Django's `validate_password`).
    /// - Parameters:
    ///   - password: The password that somebody wants.
    ///   - user: Who wants it; `nil` if nobody is known yet.
    public func flaws(in password: Secret, of user: User? = nil) -> [PasswordFlaw] {
        validators.compactMap { $0.flaw(in: password, of: user) }
    }

    /// What is asked of a new password, one sentence for each validator.
    public var helpTexts: [String] { validators.map(\.helpText) }

    /// Tells all validators that a password was changed.
    public func passwordChanged(_ password: Secret, of user: User?) async {
        for validator in validators { await validator.passwordChanged(password, of: user) }
    }
}

extension Secret {
    /// The password as text. Bytes that are no UTF-8 become replacement characters, which count as characters and match nothing.
    var text: String { String(decoding: bytes, as: UTF8.self) }
}
