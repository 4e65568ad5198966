public import AuthCore
public import Foundation

/// Makes and checks the tokens in links by which somebody who forgot a password sets a new one.
///
/// They are those of Django's `PasswordResetTokenGenerator`: the seconds since 2001 in base 36, `-`, and half of an HMAC-SHA256 over
/// what a reset changes. So a token counts once, ends with the next login, and a Django site that shares the database and the secret key
/// accepts it, and the reverse.
///
/// Only accounts that live here have tokens; the password of a directory's account is not kept here.
///
/// ```swift
/// let tokens = try PasswordResetTokens(secretKey: key)
/// if let token = tokens.token(for: account) {
///     let link = "https://portal.example.org/reset/\(PasswordResetTokens.encode(account.user.id))/\(token)/"
/// }
/// ```
public struct PasswordResetTokens: Sendable {
    /// Django's `PASSWORD_RESET_TIMEOUT`: three days.
    public static let defaultLifetime: Duration = .seconds(259_200)

    private static let purpose = "django.contrib.auth.tokens.PasswordResetTokenGenerator"

    private let secretKey: Secret
    private let fallbacks: [Secret]
    private let lifetime: Int64
    private let timeZone: TimeZone

    /// - Parameters:
    ///   - secretKey: Signs new tokens (Django's `SECRET_KEY`).
    ///   - fallbacks: Keys from before, whose tokens still count (Django's `SECRET_KEY_FALLBACKS`).
    ///   - lifetime: How long a token counts, in whole seconds. Default: ``defaultLifetime``.
    ///   - timeZone: The `TIME_ZONE` of a Django site whose tokens are to be the same: Django counts the seconds in local time.
    ///     Default: UTC, as `startproject` writes it.
    /// - Throws: ``PasswordResetError`` if a key is empty, since then everybody could make tokens.
    public init(
        secretKey: Secret, fallbacks: [Secret] = [], lifetime: Duration = Self.defaultLifetime,
        timeZone: TimeZone = .gmt
    ) throws {
        guard !secretKey.isEmpty, !fallbacks.contains(where: \.isEmpty) else {
            throw PasswordResetError(
                .emptyKey, "A secret key is empty; write at least 50 random characters into its file.")
        }
        self.secretKey = secretKey
        self.fallbacks = fallbacks
        self.lifetime = lifetime.components.seconds
        self.timeZone = timeZone
    }

    /// A token for an account.
    /// - Parameters:
    ///   - account: As it is stored now.
    ///   - now: The time. Default: now.
    /// - Returns: `nil` if the account may have none: it is not active, or its password is not kept here.
    public func token(for account: AccountRecord, now: Date = Date()) -> String? {
        guard Self.mayReset(account) else { return nil }
        return token(for: account, seconds: seconds(at: now), key: secretKey)
    }

    /// Whether a token was made for this account, as it is now, and is not too old.
    /// - Parameters:
    ///   - token: What stands in the link, untrusted.
    ///   - account: As it is stored now.
    ///   - now: The time. Default: now.
    public func accepts(_ token: String, for account: AccountRecord, now: Date = Date()) -> Bool {
        guard Self.mayReset(account), let seconds = Self.seconds(in: token) else { return false }
        let isGenuine = ([secretKey] + fallbacks).contains { key in
            isEqualInConstantTime(
                Array(self.token(for: account, seconds: seconds, key: key).utf8), Array(token.utf8))
        }
        return isGenuine && self.seconds(at: now) - seconds <= lifetime
    }

    /// The key of an account as it stands in a link: base64 for URLs without padding, of its decimal digits (Django's
    /// `urlsafe_base64_encode`).
    public static func encode(_ id: User.ID) -> String {
        String(
            Data(String(id.rawValue).utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
                .prefix { $0 != "=" })
    }

    /// The key of an account from a link; `nil` if ``encode(_:)`` does not write this.
    public static func decode(_ text: String) -> User.ID? {
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        let base64 = text.replacing("-", with: "+").replacing("_", with: "/") + padding
        guard let data = Data(base64Encoded: base64), let number = Int64(String(decoding: data, as: UTF8.self)) else {
            return nil
        }
        let id = User.ID(number)
        return encode(id) == text ? id : nil
    }

    /// Django's form asks the same: active, with a password that could match.
    private static func mayReset(_ account: AccountRecord) -> Bool {
        account.owner == .local && account.user.isActive
    }

    /// The token, whoever it is for.
    /// - Parameter seconds: When it is made, in seconds since 2001-01-01 00:00 of local clocks.
    func token(for account: AccountRecord, seconds: Int64, key: Secret) -> String {
        let lastLogin = account.lastLogin.map(Self.text(of:)) ?? ""
        let value =
            "\(account.user.id)\(account.password.encoded)\(lastLogin)\(seconds)\(account.user.email)"
        // Every second digit, as in Django, to keep the link short: 128 bits.
        let digits = saltedHMAC(value, for: Self.purpose, key: key).hexadecimal.utf8.enumerated()
            .filter { $0.offset.isMultiple(of: 2) }.map(\.element)
        return String(seconds, radix: 36) + "-" + String(decoding: digits, as: UTF8.self)
    }

    /// Seconds since 2001-01-01 00:00 of local clocks.
    private func seconds(at now: Date) -> Int64 {
        Int64(now.timeIntervalSinceReferenceDate.rounded(.down)) + Int64(timeZone.secondsFromGMT(for: now))
    }

    private static func seconds(in token: String) -> Int64? {
        // Django allows 13 digits too, so that nobody makes it read endless numbers.
        guard let digits = token.wholeMatch(of: /([0-9a-z]{1,13})-[0-9a-f]{32}/)?.output.1 else { return nil }
        return Int64(digits, radix: 36)
    }

    /// Python's `str` of a date in UTC without fractions.
    private static func text(of date: Date) -> String {
        Date(timeIntervalSinceReferenceDate: date.timeIntervalSinceReferenceDate.rounded(.down)).formatted(
            Date.ISO8601FormatStyle(dateTimeSeparator: .space, timeZone: .gmt).year().month().day().time(
                includingFractionalSeconds: false))
    }
}

/// Why no tokens can be made.
public struct PasswordResetError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of error.
    public struct Code: Sendable, Hashable {
        private let name: String
        private init(_ name: String) { self.name = name }
        /// A secret key is empty.
        public static let emptyKey = Code("emptyKey")
    }

    /// The kind.
    public let code: Code
    /// What is wrong, and the remedy.
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }

    /// Lets a `catch` match the code.
    public static func ~= (code: Code, error: PasswordResetError) -> Bool { error.code == code }
}
