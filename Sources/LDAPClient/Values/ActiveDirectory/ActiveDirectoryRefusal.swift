/// Why Active Directory lets somebody not in, as its sub-codes and the state of an account tell.
public enum ActiveDirectoryRefusal: String, Sendable, Hashable, CaseIterable {
    /// 525: nobody of that name.
    case unknownUser
    /// 52e: the name or the password is wrong. Samba says so for unknown names too, and for accounts that need a smart card.
    case wrongPassword
    /// 52f: a restriction of the account, such as that only Kerberos may be used.
    case accountRestriction
    /// 530: not at this hour.
    case logonHours
    /// 531: not from this machine.
    case workstation
    /// 532: the password is too old.
    case passwordExpired
    /// 533: the account is switched off.
    case accountDisabled
    /// 568: the account is in too many groups.
    case tooManyGroups
    /// 569: the account may not log in this way here.
    case logonTypeNotGranted
    /// 701: the account's time is over.
    case accountExpired
    /// 773: the password must be changed first.
    case mustChangePassword
    /// 775: too many wrong passwords.
    case accountLocked

    /// The reason that a sub-code stands for (an error code of Windows), `nil` for one that is not known here.
    public init?(subcode: UInt32) {
        guard let reason = Self.subcodes[subcode] else { return nil }
        self = reason
    }

    /// Whether the directory only says this to somebody who gave the right password.
    ///
    /// To a wrong one it says ``wrongPassword`` whatever the state of the account, except for ``accountLocked``.
    public var provesPassword: Bool {
        switch self {
        case .passwordExpired, .accountDisabled, .accountExpired, .mustChangePassword: true
        default: false
        }
    }

    private static let subcodes: [UInt32: ActiveDirectoryRefusal] = [
        0x525: .unknownUser, 0x52E: .wrongPassword, 0x52F: .accountRestriction, 0x530: .logonHours, 0x531: .workstation,
        0x532: .passwordExpired, 0x533: .accountDisabled, 0x568: .tooManyGroups, 0x569: .logonTypeNotGranted,
        0x701: .accountExpired, 0x773: .mustChangePassword, 0x775: .accountLocked,
    ]
}

extension BindResult {
    /// The sub-code in Active Directory's words to a refused bind, `data 52e` for instance: an error code of Windows.
    ///
    /// `nil` if the bind was not refused with invalid credentials (49), or the words hold none. The words around it differ with the version
    /// and the way of binding and mean nothing.
    public var activeDirectorySubcode: UInt32? {
        resultCode == 49 ? Self.subcode(in: diagnosticMessage) : nil
    }

    /// Why Active Directory refused the bind, if it did and gave a reason that is known.
    ///
    /// Not for the person at the door: it tells names that exist from others.
    public var activeDirectoryRefusal: ActiveDirectoryRefusal? {
        activeDirectorySubcode.flatMap(ActiveDirectoryRefusal.init(subcode:))
    }

    private static func subcode(in message: String) -> UInt32? {
        let words = message.utf8.split { !ASCII.isLetter($0) && !ASCII.isDigit($0) }
        for (word, next) in zip(words, words.dropFirst())
        where ASCII.lowercased(String(decoding: word, as: UTF8.self)) == "data" {
            if next.count <= 8, let code = UInt32(String(decoding: next, as: UTF8.self), radix: 16) { return code }
        }
        return nil
    }
}
