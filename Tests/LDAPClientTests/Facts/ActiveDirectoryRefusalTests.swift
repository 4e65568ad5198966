import LDAPClient
import Testing

@Suite struct ActiveDirectoryRefusalTests {
    private func refused(_ message: String, code: Int32 = 49) -> BindResult {
        BindResult(resultCode: code, diagnosticMessage: message)
    }

    @Test(arguments: [
        ("525", ActiveDirectoryRefusal.unknownUser), ("52e", .wrongPassword), ("52f", .accountRestriction),
        ("530", .logonHours),
        ("531", .workstation), ("532", .passwordExpired), ("533", .accountDisabled), ("568", .tooManyGroups),
        ("569", .logonTypeNotGranted), ("701", .accountExpired), ("773", .mustChangePassword), ("775", .accountLocked),
    ])
    func subcodesAreFoundInTheWordsAroundThem(_ code: String, _ refusal: ActiveDirectoryRefusal) {
        for message in [
            // Samba by simple bind and by SASL, Windows, and spellings that nobody promises not to use.
            "80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data \(code), v1db1",
            "8009030C: LdapErr: DSID-0C0904DC, comment: AcceptSecurityContext error, data \(code), v1db1",
            "80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data \(code), v4563\0",
            "DATA \(code.uppercased())", "data 0\(code)",
        ] {
            #expect(refused(message).activeDirectoryRefusal == refusal, "\(message)")
        }
    }

    @Test func otherWordsHoldNone() {
        for message in [
            "", "data", "data ", "data, v1db1", "database 52e", "metadata52e", "data xyz", "data 1ffffffff",
            "no data there",
            "invalid credentials",
        ] {
            #expect(refused(message).activeDirectoryRefusal == nil, "\(message)")
        }
        #expect(refused("data 4dc, v1db1").activeDirectorySubcode == 0x4DC)
        #expect(refused("data 4dc, v1db1").activeDirectoryRefusal == nil)
        // The directory's name for an unauthenticated bind that it refuses, and success, are no refusals of a password.
        #expect(refused("data 52e", code: 53).activeDirectoryRefusal == nil)
        #expect(refused("data 533", code: 0).activeDirectoryRefusal == nil)
    }

    @Test func onlySomeRefusalsProveThePassword() {
        #expect(
            Set(ActiveDirectoryRefusal.allCases.filter(\.provesPassword))
                == [.passwordExpired, .accountDisabled, .accountExpired, .mustChangePassword])
    }
}
