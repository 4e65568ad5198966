#if canImport(LDAPClient)
@testable import LDAPClient
#endif

extension FuzzTarget {
    static let ldif = FuzzTarget(
        "ldif",
        texts: [
            "version: 1\n\ndn: uid=alice,dc=org\nobjectClass: person\ncn: Alice\ndescription:: w6k=\n\n# a comment\n folded\ndn:: dWlkPWI=\ncn: b\n",
            "dn: cn=x\nchangetype: modify\nadd: mail\nmail: a@b\n-\ndelete: sn\n-\nreplace: cn\ncn: x\n-\n",
            "dn: cn=x\r\nchangetype: modrdn\r\nnewrdn: cn=y\r\ndeleteoldrdn: 1\r\nnewsuperior: dc=z\r\n",
            "dn: cn=x\ncontrol: 1.2.3 true: value\nchangetype: delete\n",
            "dn: cn=x\nchangetype: add\ncn: x\njpegPhoto:< file:///etc/passwd\n",
            "dn: cn=x\ncn;lang-de: ä\ncn:\ncn:: \n",
        ],
        words: [
            "\n", "\n ", "\n\n", "\r\n", "\r", ": ", ":: ", ":< ", ":", "dn: ", "changetype: ", "modify", "-\n",
            "version: 1\n", "#", " ",
            "w6k=", "=", "====", "control: 1.2.3 ", "\0", "\u{FEFF}",
        ]
    ) { text in
        let records: [LDIFRecord]
        do throws(LDIFError) {
            records = try LDIFReader.records(in: text.utf8)
        } catch {
            return error.reason.isEmpty ? "refused without a reason" : nil
        }
        var writer = LDIFWriter()
        var written: [UInt8] = []
        for record in records {
            // What has no form in LDIF, such as an attribute called "control", is refused.
            guard let octets = try? writer.write(record) else { return nil }
            written += octets
        }
        guard let again = try? LDIFReader.records(in: written) else { return "its own text is no LDIF" }
        return again == records ? nil : "its own text holds other records"
    }

    static let extendedName = FuzzTarget(
        "extended-dn",
        texts: [
            "<GUID=9bfb1122334455667788990011223344>;<SID=010500000000000515000000010203040506070809101112f4010000>;CN=a,DC=x",
            "<GUID=2211fb9b-4433-6655-7788-99aabbccddee>;<SID=S-1-5-21-1-2-3-500>;CN=a", "CN=a,DC=x",
        ],
        words: ["<", ">", ";", "<GUID=", "<SID=", "S-1-", "-", "=", "CN=a", "0"]
    ) { text in
        do throws(LDAPError) {
            let name = try ExtendedDN(text)
            guard name.objectGUID.map({ ObjectGUID($0) != nil }) ?? true else { return "a GUID that is none" }
            // Not the string's own suffix: a mark behind the semicolon would hide it.
            guard text.utf8.suffix(name.dn.utf8.count).elementsEqual(name.dn.utf8) else {
                return "a DN that was not there"
            }
            return nil
        } catch {
            return error.code == .invalidDN ? nil : "refused with \(error.code)"
        }
    }
}
