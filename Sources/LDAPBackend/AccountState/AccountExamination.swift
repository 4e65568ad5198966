import AuthCore
import LDAPClient

extension AccountStatePolicy {
    /// Reads what an entry says about whether its person may log in. Pure.
    ///
    /// An attribute that is not shown says nothing, whether the entry lacks it or the service account may not read it. One that is shown and
    /// cannot be read is a doubt.
    /// - Parameters:
    ///   - entry: The entry, with the attributes of ``attributeNames``.
    ///   - now: The moment to judge for.
    func read(_ entry: LDAPEntry, at now: DirectoryTime) -> AccountState {
        var examination = AccountExamination(entry: entry, policy: self, now: now)
        if speaks(.activeDirectory) { examination.examineActiveDirectory() }
        if speaks(.openLDAP) { examination.examinePasswordPolicy() }
        if speaks(.directoryServer389) || speaks(.freeIPA) { examination.examineInactivation() }
        if speaks(.directoryServer389) { examination.examineDirectoryServer389() }
        if speaks(.freeIPA) { examination.examineFreeIPA() }
        if speaks(.shadow) { examination.examineShadow() }
        let refusals = examination.state.refusals.enumerated().sorted {
            ($0.element.weight, $0.offset) < ($1.element.weight, $1.offset)
        }
        examination.state.refusals = refusals.map(\.element)
        return examination.state
    }
}

/// The working state of one reading of an entry; the dialects add to it.
struct AccountExamination {
    let entry: LDAPEntry
    let policy: AccountStatePolicy
    let now: DirectoryTime
    var state = AccountState()

    /// An attribute's only value, and how it reads.
    struct Value<Content> {
        let name: String
        let content: Content
        let text: String

        /// The attribute and its value, for explanations.
        var words: String { "\(name) is \(text)" }
    }

    /// Reads an attribute that decides.
    /// - Parameters:
    ///   - form: What a value has to be, after "is no".
    ///   - parse: `nil` if the value is not of that form.
    /// - Returns: `nil` if the attribute is not shown, or cannot be read, which is then among the doubts.
    mutating func value<Content>(
        _ name: String, _ form: String, _ parse: (LDAPValue) -> Content?
    ) -> Value<Content>? {
        let values = entry[name]
        guard let first = values.first else { return nil }
        if values.count > 1 {
            doubt("\(name) of \(entry.dn) has \(values.count) values and decides only with one")
        } else if let content = parse(first) {
            return Value(name: name, content: content, text: Self.shown(first))
        } else {
            doubt("\(name) of \(entry.dn) is \(Self.shown(first)), which is no \(form)")
        }
        return nil
    }

    /// RFC 4517 section 3.3.3, in any case, as 389 Directory Server compares.
    mutating func boolean(_ name: String) -> Value<Bool>? {
        value(name, "TRUE or FALSE") { value in
            switch value.string?.lowercased() {
            case "true": true
            case "false": false
            default: nil
            }
        }
    }

    /// RFC 4517 section 3.3.13.
    mutating func generalizedTime(_ name: String) -> Value<DirectoryTime>? {
        value(name, "generalized time") { DirectoryTime(generalizedTime: $0.bytes) }
    }

    /// RFC 4517 section 3.3.16.
    mutating func integer(_ name: String) -> Value<Int64>? {
        value(name, "whole number", Self.number)
    }

    /// A number on which nothing hangs: malformed, it says nothing.
    func count(_ name: String) -> Int64? {
        let values = entry[name]
        return values.count == 1 ? Self.number(values[0]) : nil
    }

    private static func number(_ value: LDAPValue) -> Int64? {
        guard let text = value.string, text.first != "+" else { return nil }
        return Int64(text)
    }

    // MARK: Findings

    mutating func refuse(
        _ reason: DenialReason, _ explanation: String, isLasting: Bool = false, isSettledByBind: Bool = false
    ) {
        state.refusals.append(
            AccountRefusal(
                reason: reason, explanation: explanation, isLasting: isLasting, isSettledByBind: isSettledByBind))
    }

    mutating func disable<Content>(_ value: Value<Content>, _ meaning: String = "") {
        refuse(
            .accountDisabled, "\(entry.dn) is disabled in the directory: \(value.words)\(meaning).", isLasting: true)
    }

    /// The account ends at a moment.
    mutating func settle<Content>(accountEnd end: DirectoryTime, _ value: Value<Content>) {
        if end <= now {
            refuse(
                .accountExpired, "The account \(entry.dn) expired at \(end.words): \(value.words).", isLasting: true)
        } else if end.isWithin(policy.warningPeriod, of: now) {
            state.warnings.append("The account \(entry.dn) expires at \(end.words), in \(end.distance(from: now)).")
        }
    }

    /// The password ends at a moment.
    mutating func settle<Content>(
        passwordEnd end: DirectoryTime, _ value: Value<Content>, warningPeriod: Duration? = nil,
        isSettledByBind: Bool = false
    ) {
        if end <= now {
            refuse(
                .passwordExpired, "The password of \(entry.dn) expired at \(end.words): \(value.words).",
                isSettledByBind: isSettledByBind)
        } else if end.isWithin(warningPeriod ?? policy.warningPeriod, of: now) {
            state.passwordWarning =
                "The password of \(entry.dn) expires at \(end.words), in \(end.distance(from: now))."
        }
    }

    mutating func demandNewPassword<Content>(_ value: Value<Content>, isSettledByBind: Bool = false) {
        refuse(
            .mustChangePassword, "\(entry.dn) must set a new password first: \(value.words).",
            isSettledByBind: isSettledByBind)
    }

    mutating func doubt(_ problem: String) {
        state.doubts.append(
            "\(problem); correct it in the directory, or leave what it belongs to out of account_state.")
    }

    mutating func warnOfWrongPasswords(_ name: String) {
        guard let count = count(name), count > 0 else { return }
        state.warnings.append("The directory has counted \(count) wrong passwords for \(entry.dn) (\(name)).")
    }

    /// A value as administrators read it, without what could garble a line, and not longer than one.
    private static func shown(_ value: LDAPValue) -> String {
        guard let text = value.string else { return value.description }
        let plain = text.unicodeScalars.prefix(60).map { scalar -> Character in
            scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
                ? "?" : Character(scalar)
        }
        let cut = String(plain) + (text.unicodeScalars.count > 60 ? "…" : "")
        return cut.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) } && !cut.isEmpty ? cut : "“\(cut)”"
    }
}
