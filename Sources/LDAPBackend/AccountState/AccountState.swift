import AuthCore

/// What an entry says about whether its person may log in at a moment. Logins and scans read entries by
/// ``AccountStatePolicy/read(_:at:)``, and by nothing else.
struct AccountState: Sendable, Hashable {
    /// Everything that speaks against it, the weightiest first.
    var refusals: [AccountRefusal] = []
    /// Attributes that decide and cannot be read, in sentences. Nobody is let in on a guess.
    var doubts: [String] = []
    /// When the password expires, in a sentence, if that is soon.
    var passwordWarning: String?
    /// What else somebody should know although nothing depends on it.
    var warnings: [String] = []

    /// Whether somebody whose password the directory has just accepted may come in.
    ///
    /// - Parameter bind: What the directory said to the password. It knows best what it looks at itself: a lock that may be over, and an
    ///   expired password with which it grants another login.
    func access(after bind: BindFindings) -> ScannedDecision.Access {
        access { !$0.isSettledByBind && !(bind.isGraceLogin && $0.reason == .passwordExpired) }
    }

    /// Whether the person may have an account, as far as their entry says.
    ///
    /// Only what the directory's administrators have decided takes one away. A password that has expired is mended by the person, and a lock
    /// by the clock: whoever types enough wrong passwords could otherwise take away anybody's account, with all its sessions.
    var lastingAccess: ScannedDecision.Access {
        access(counting: \.isLasting)
    }

    private func access(counting counts: (AccountRefusal) -> Bool) -> ScannedDecision.Access {
        let counted = refusals.filter(counts)
        if let first = counted.first {
            return .refused(first.reason, explanation: counted.map(\.explanation).joined(separator: " "))
        }
        return doubts.isEmpty ? .allowed : .undecided(explanation: doubts.joined(separator: " "))
    }
}

/// One reason that an entry gives against its person's logging in.
struct AccountRefusal: Sendable, Hashable {
    /// The reason.
    var reason: DenialReason
    /// Which attribute says so by which value, since when or until when: a sentence for administrators.
    var explanation: String
    /// Whether it is a decision about the person that stands until an administrator takes it back: disabled, locked for good, or over.
    var isLasting = false
    /// Whether it may be over without the entry showing it, so that the directory's answer to a bind decides.
    var isSettledByBind = false

    /// The place among other reasons.
    var weight: Int {
        switch reason {
        case .accountDisabled: 0
        case .accountExpired: 1
        case .accountLocked: isLasting ? 2 : 3
        case .mustChangePassword: 4
        default: 5
        }
    }
}
