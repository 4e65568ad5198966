import LDAPClient

/// Generalized Time (RFC 4517 section 3.3.13).
struct GeneralizedTimeReader: AttributeValueReader {
    func read(_ value: LDAPValue) -> AttributeReading {
        if value.bytes.isEmpty { return .nothing }
        guard let time = DirectoryTime(generalizedTime: value.bytes) else {
            return .unusable(.notOfType(.generalizedTime))
        }
        return .value(.time(time))
    }
}

/// Active Directory's numbers of 100 ns since 1601. 0 and the largest one stand for "not set" and "never", which are no moments.
struct ActiveDirectoryTimeReader: AttributeValueReader {
    func read(_ value: LDAPValue) -> AttributeReading {
        if value.bytes.isEmpty { return .nothing }
        guard let number = ActiveDirectoryTime(value) else { return .unusable(.notOfType(.activeDirectoryTime)) }
        if number.isUnset || number == .never { return .nothing }
        // After the year 9999 there is no text for it (RFC 3339 section 1).
        guard let time = number.time, time.generalizedTime != nil else {
            return .unusable(.notOfType(.activeDirectoryTime))
        }
        return .value(.time(time))
    }
}
