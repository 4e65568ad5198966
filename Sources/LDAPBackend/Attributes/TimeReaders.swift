import LDAPClient

/// Generalized Time (RFC 4517 section 3.3.13).
struct GeneralizedTimeReader: AttributeValueReader {
    func read(_ value: LDAPValue) -> AttributeReading {
        if value.bytes.isEmpty { return .nothing }
        guard let time = DirectoryTime(generalizedTime: value.bytes), let moment = AttributeValue(time) else {
            return .unusable(.notOfType(.generalizedTime))
        }
        return .value(moment)
    }
}

/// Active Directory's numbers of 100 ns since 1601. 0 and the largest one stand for "not set" and "never", which are no moments.
struct ActiveDirectoryTimeReader: AttributeValueReader {
    func read(_ value: LDAPValue) -> AttributeReading {
        if value.bytes.isEmpty { return .nothing }
        guard let number = ActiveDirectoryTime(value) else { return .unusable(.notOfType(.activeDirectoryTime)) }
        if number.isUnset || number == .never { return .nothing }
        guard let time = number.time, let moment = AttributeValue(time) else {
            return .unusable(.notOfType(.activeDirectoryTime))
        }
        return .value(moment)
    }
}
