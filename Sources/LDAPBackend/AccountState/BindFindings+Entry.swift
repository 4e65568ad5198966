import AuthCore

extension BindFindings {
    /// The same, saying more exactly by what the entry shows why the directory refused the bind.
    ///
    /// A password that was not proved stays so, whatever the entry shows: of the reasons that an entry gives, those that only a right password
    /// brings forth are never put in the place of another.
    func explained(by state: AccountState) -> BindFindings {
        var findings = self
        switch refusal {
        case .denied(.accountLocked):
            let exact: Set<DenialReason> = [.accountDisabled, .accountExpired, .accountLocked]
            guard let refused = state.refusals.first(where: { exact.contains($0.reason) }) else { return self }
            findings.refuse(refused)
        case .denied(.throttled):
            guard let refused = state.refusals.first else { return self }
            // The account is locked already, and waiting is no remedy.
            let locked = state.refusals.first { $0.reason == .accountLocked && !$0.isSettledByBind }
            if let locked { findings.refuse(locked) } else { findings.add(refused) }
        case .denied, .rejected(.wrongPassword):
            guard let refused = state.refusals.first else { return self }
            findings.explanation =
                explanation ?? "The directory did not accept the password, and might not have done with the right one."
            findings.add(refused)
        default:
            break
        }
        return findings
    }

    private mutating func refuse(_ refused: AccountRefusal) {
        refusal = .denied(refused.reason)
        add(refused)
    }

    private mutating func add(_ refused: AccountRefusal) {
        explanation = [explanation, refused.explanation].compactMap(\.self).joined(separator: " ")
    }
}
