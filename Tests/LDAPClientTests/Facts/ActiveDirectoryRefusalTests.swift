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

    private func account(_ attributes: [String: String]) -> ActiveDirectoryAccount {
        ActiveDirectoryAccount(
            LDAPEntry(dn: "CN=a", attributes: attributes.map { LDAPEntry.Attribute(name: $0, values: [LDAPValue($1)]) })
        )
    }

    @Test func accountsSayWhatKeepsThemOut() throws {
        let now = try #require(DirectoryTime(generalizedTime: "20260101000000Z"))
        let past = try #require(ActiveDirectoryTime(DirectoryTime(secondsSince1970: now.secondsSince1970 - 1)))
        let future = try #require(ActiveDirectoryTime(DirectoryTime(secondsSince1970: now.secondsSince1970 + 1)))
        func refusals(_ attributes: [String: String]) -> [ActiveDirectoryRefusal] {
            account(attributes).refusals(at: now)
        }
        #expect(
            refusals([
                "userAccountControl": "512", "msDS-User-Account-Control-Computed": "0",
                "accountExpires": "9223372036854775807",
                "pwdLastSet": "\(past.ticks)",
            ]) == [])
        #expect(refusals(["useraccountcontrol": "514"]) == [.accountDisabled])
        #expect(refusals(["msds-user-account-control-computed": "16"]) == [.accountLocked])
        // The stored flag is not kept by the directory, so it says nothing.
        #expect(refusals(["userAccountControl": "528"]) == [])
        #expect(refusals(["accountExpires": "0"]) == [])
        #expect(refusals(["accountExpires": "\(past.ticks)"]) == [.accountExpired])
        #expect(refusals(["accountExpires": "\(future.ticks)"]) == [])
        #expect(refusals(["pwdLastSet": "0", "userAccountControl": "512"]) == [.mustChangePassword])
        #expect(refusals(["pwdLastSet": "0", "userAccountControl": "66048"]) == [])
        #expect(refusals(["msDS-User-Account-Control-Computed": "8388608", "pwdLastSet": "1"]) == [.passwordExpired])
        #expect(
            refusals(["userAccountControl": "514", "msDS-User-Account-Control-Computed": "8388624", "pwdLastSet": "0"])
                == [.accountDisabled, .accountLocked, .mustChangePassword])
    }

    @Test func attributesWithSeveralValuesAreNotBelieved() {
        let entry = LDAPEntry(
            dn: "CN=a", attributes: [.init(name: "userAccountControl", values: ["512", "514"].map { LDAPValue($0) })])
        #expect(ActiveDirectoryAccount(entry).control == nil)
    }
}
