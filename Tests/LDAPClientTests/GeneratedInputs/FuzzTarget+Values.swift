#if canImport(LDAPClient)
@testable import LDAPClient
#endif

extension FuzzTarget {
    static let control = FuzzTarget(
        "control",
        corpus: [
            [0x30, 0x00], [0x30, 0x03, 0x81, 0x01, 0x02], [0x30, 0x05, 0xA0, 0x03, 0x80, 0x01, 0x03],
            [0x30, 0x08, 0xA0, 0x03, 0x81, 0x01, 0x01, 0x81, 0x01, 0x00], [0x30, 0x05, 0x02, 0x01, 0x00, 0x04, 0x00],
            [0x30, 0x81, 0x07, 0x02, 0x01, 0x05, 0x04, 0x02, 0x31, 0x30],
            [0x30, 0x84, 0x00, 0x00, 0x00, 0x03, 0x81, 0x01, 0x00],
            Array("3600".utf8), [0x30, 0x80, 0x00, 0x00], [0x30, 0x84, 0x7F, 0xFF, 0xFF, 0xFF],
        ],
        words: ["0", "\u{1}", "\u{4}", "\u{2}\u{1}", "\u{4}\u{0}", "\u{A}\u{1}\u{0}", "\u{7F}"]
    ) { octets in
        var reader = BERReader(octets[...])
        var read = 0
        while let element = reader.next() {
            read += 2 + element.content.count
            // Within the octets, so that nothing is read beyond them and no length is believed.
            guard read <= octets.count else { return "read \(read) of \(octets.count) octets" }
            if let number = element.integer, element.content.count <= 8 {
                var again = BERReader(BERWriter.integer(number)[...])
                guard again.next()?.integer == number else { return "the integer \(number) does not survive" }
            }
            var again = BERReader(BERWriter.element(element.tag, Array(element.content))[...])
            guard let same = again.next(), same.tag == element.tag, same.content.elementsEqual(element.content),
                again.isAtEnd
            else { return "an element does not survive" }
        }
        _ = PasswordPolicyResponse(decoding: octets)
        _ = PagedResultsControl(decoding: octets)
        _ = DirSyncControl(decoding: octets)
        _ = LDAPEntry(decoding: octets)
        for oid in [PasswordPolicyResponse.oid, PasswordExpiredControl.oid, PasswordExpiringControl.oid] {
            let answer = BindResult(
                resultCode: 0, diagnosticMessage: "",
                controls: [LDAPControl(oid: oid, isCritical: false, value: octets)])
            if let seconds = answer?.passwordExpiresIn, seconds < 0 { return "expires in \(seconds) seconds" }
        }
        return nil
    }

    static let securityIdentifier = FuzzTarget(
        "sid",
        corpus: ["S-1-5-21-3623811015-3361044348-30300820-1013", "S-1-5-32-544", "S-1-0x010000000000-1", "s-1-1-0"].map
        { Array($0.utf8) }
            + [
                [1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0xF5, 3, 0, 0],
                [1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0],
            ],
        words: ["S-1-", "-", "0x", "4294967296", "5", "-21-", "+", "٣"]
    ) { octets in
        if let identifier = SecurityIdentifier(octets) {
            guard identifier.bytes == octets else { return "its octets are others" }
            guard SecurityIdentifier(identifier.description) == identifier else {
                return "its text is another: \(identifier)"
            }
            if let domain = identifier.domain {
                guard identifier.sibling(relativeIdentifier: identifier.relativeIdentifier) == identifier else {
                    return "no sibling"
                }
                guard domain.subAuthorities.count == 4 else { return "its domain is none" }
            }
        }
        if let text = String(validating: octets, as: UTF8.self), let identifier = SecurityIdentifier(text) {
            guard SecurityIdentifier(identifier.bytes) == identifier else { return "read from text it has no octets" }
            guard SecurityIdentifier(identifier.description) == identifier else {
                return "its text is another: \(identifier)"
            }
        }
        return nil
    }

    static let guid = FuzzTarget(
        "guid",
        corpus: [
            Array("2211fb9b-4433-6655-7788-99aabbccddee".utf8), Array("{2211FB9B-4433-6655-7788-99AABBCCDDEE}".utf8),
            Array(0..<16),
        ],
        words: ["-", "{", "}", "0", "f", "g"]
    ) { octets in
        if let guid = ObjectGUID(octets) {
            guard ObjectGUID(guid.description) == guid, guid.bytes == octets else { return "does not survive: \(guid)" }
            guard (try? Filter(parsing: "(objectGUID=\(guid.filterText))")) == guid.filter else {
                return "has two filters"
            }
        }
        if let text = String(validating: octets, as: UTF8.self), let guid = ObjectGUID(text) {
            guard "{\(text)}".lowercased().contains(guid.description) else { return "its text is another: \(guid)" }
        }
        return nil
    }

    static let time = FuzzTarget(
        "time",
        texts: [
            "20261231235959Z", "2026123123.5Z", "20260101010000+0100", "202601010100,25-01", "20161231235960Z",
            "000001010000Z",
            "133497528001234567", "0", "-36288000000000", "9223372036854775807",
        ],
        words: [".", ",", "Z", "+", "-", "0", "60", "2400", "9999", "0000", "0229", "00000000000000000000"]
    ) { text in
        if let time = DirectoryTime(generalizedTime: text) {
            guard let written = time.generalizedTime, DirectoryTime(generalizedTime: written) == time else {
                return "does not survive as \(time.generalizedTime ?? "nothing")"
            }
        }
        if let time = ActiveDirectoryTime(LDAPValue(text)), let moment = time.time {
            guard ActiveDirectoryTime(moment) == time else { return "the time \(moment) has another number" }
        }
        _ = UserAccountControl(LDAPValue(text))
        return nil
    }

    static let subcode = FuzzTarget(
        "subcode", texts: ["80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data 52e, v1db1\0"],
        words: ["data ", "data", "533", "0", "ffffffff", ",", " ", "\0"]
    ) { text in
        let answer = BindResult(resultCode: 49, diagnosticMessage: text)
        if answer.activeDirectoryRefusal != nil, answer.activeDirectorySubcode == nil {
            return "a reason without a code"
        }
        guard BindResult(resultCode: 0, diagnosticMessage: text).activeDirectoryRefusal == nil else {
            return "success is refused"
        }
        return nil
    }
}
