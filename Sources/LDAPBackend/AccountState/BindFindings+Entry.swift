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
            findings.refusal = .denied(refused.reason)
            findings.explanation = [explanation, refused.explanation].compactMap(\.self).joined(separator: " ")
        case .denied, .rejected(.wrongPassword):
            guard let refused = state.refusals.first else { return self }
            let because =
                explanation ?? "The directory did not accept the password, and might not have done with the right one."
            findings.explanation = "\(because) \(refused.explanation)"
        default:
            break
        }
        return findings
    }
}
