/// When the directory locks an account: attempts stop before.
public struct LockoutLimit: Sendable, Hashable {
    /// The number of wrong passwords within ``window`` at which the directory locks the account: `lockoutThreshold` of Active Directory,
    /// `pwdMaxFailure` (draft-behera-ldap-password-policy, 5.2.12), `passwordMaxFailure` of 389 Directory Server. At least 2.
    public let threshold: Int
    /// For how long the directory counts a wrong password.
    public let window: Duration

    /// A limit; `nil` for a threshold below 2, under which nobody could mistype once.
    public init?(threshold: Int, window: Duration) {
        guard threshold >= 2, window > .zero else { return nil }
        self.threshold = threshold
        self.window = window
    }

    /// How many wrong passwords within the window are let through: one less than locks. From an address that never succeeded one less
    /// still, so that somebody who guesses from afar leaves the person an attempt, unless the threshold is so low that people who merely
    /// mistype would feel it.
    func allowed(fromKnownAddress: Bool) -> Int {
        fromKnownAddress || threshold < 5 ? threshold - 1 : threshold - 2
    }
}
