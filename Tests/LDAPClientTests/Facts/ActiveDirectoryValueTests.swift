import LDAPClient
import Testing

@Suite struct ActiveDirectoryValueTests {
    // The octets and the text of one GUID, as a domain controller shows both.
    @Test func guidsSwapTheirFirstThreeGroups() throws {
        let bytes: [UInt8] = [
            0x9B, 0xFB, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE,
        ]
        let guid = try #require(ObjectGUID(bytes))
        #expect(guid.description == "2211fb9b-4433-6655-7788-99aabbccddee")
        #expect(ObjectGUID(guid.description) == guid)
        #expect(ObjectGUID("{2211FB9B-4433-6655-7788-99AABBCCDDEE}") == guid)
        #expect(guid.filterText == "\\9b\\fb\\11\\22\\33\\44\\55\\66\\77\\88\\99\\aa\\bb\\cc\\dd\\ee")
        #expect(try guid.filter == Filter(parsing: "(objectGUID=\(guid.filterText))"))
    }

    @Test(arguments: [
        "", "2211fb9b-4433-6655-7788-99aabbccdde", "2211fb9b-4433-6655-7788-99aabbccddee0",
        "2211fb9b44336655778899aabbccddee",
        "2211fb9g-4433-6655-7788-99aabbccddee", "2211fb9b-4433-6655-778899-aabbccddee",
        "{2211fb9b-4433-6655-7788-99aabbccddee",
        "２211fb9b-4433-6655-7788-99aabbccddee", "2211fb9b-4433-6655-7788--9aabbccddee",
    ])
    func textOfAnotherFormIsNoGUID(_ text: String) {
        #expect(ObjectGUID(text) == nil)
    }

    @Test func guidsHaveSixteenOctets() {
        for count in [0, 15, 17, 32] { #expect(ObjectGUID([UInt8](repeating: 0, count: count)) == nil) }
    }

    // MS-DTYP 2.4.2 and the well-known identifiers of 2.4.2.4.
    @Test(arguments: [
        (
            "S-1-5-21-3623811015-3361044348-30300820-1013",
            [
                1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 0xC7, 0xF7, 0xFE, 0xD7, 0x7C, 0x77, 0x55, 0xC8, 0x94, 0x5A, 0xCE,
                0x01, 0xF5,
                0x03, 0, 0,
            ] as [UInt8]
        ),
        ("S-1-5-32-544", [1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 0x02, 0, 0]),
        ("S-1-1-0", [1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]),
        ("S-1-0x010000000000-4294967295", [1, 1, 1, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]),
        ("S-1-4294967295-1", [1, 1, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 1, 0, 0, 0]),
    ])
    func identifiersAreReadAndWrittenInBothForms(_ text: String, _ bytes: [UInt8]) throws {
        let identifier = try #require(SecurityIdentifier(bytes))
        #expect(identifier.description == text)
        #expect(identifier.bytes == bytes)
        #expect(SecurityIdentifier(text) == identifier)
    }

    @Test func malformedIdentifiersAreRefused() {
        let good = SecurityIdentifier("S-1-5-32-544")?.bytes ?? []
        #expect(SecurityIdentifier([]) == nil)
        #expect(SecurityIdentifier(Array(good.dropLast())) == nil)
        #expect(SecurityIdentifier(good + [0]) == nil)
        #expect(SecurityIdentifier([2] + good.dropFirst()) == nil)
        #expect(SecurityIdentifier([1, 0, 0, 0, 0, 0, 0, 5]) == nil)
        #expect(SecurityIdentifier([1, 16, 0, 0, 0, 0, 0, 5] + [UInt8](repeating: 0, count: 64)) == nil)
        #expect(SecurityIdentifier([1, 255, 0, 0, 0, 0, 0, 5] + [UInt8](repeating: 0, count: 255 * 4)) == nil)
        for text in [
            "", "S", "S-1", "S-1-5", "S-2-5-32", "S-1-5-", "S-1--5-32", "S-1-5-32-", "S-1-5--32", "S-1-5-4294967296",
            "S-1-5-0x20",
            "S-1-0x5-32", "S-1-0x01000000000g-1", "S-1-281474976710656-1", " S-1-5-32", "S-1-5-32 ", "S-1-5-+32",
            "S-1-5" + String(repeating: "-1", count: 16), "X-1-5-32", "S-1-5-٣",
        ] {
            #expect(SecurityIdentifier(text) == nil, "\(text)")
        }
    }

    @Test func primaryGroupIsTheDomainAndANumber() throws {
        let person = try #require(SecurityIdentifier("S-1-5-21-1-2-3-1104"))
        #expect(person.relativeIdentifier == 1104)
        #expect(person.domain?.description == "S-1-5-21-1-2-3")
        #expect(person.primaryGroup(LDAPValue("513"))?.description == "S-1-5-21-1-2-3-513")
        #expect(person.primaryGroup(LDAPValue("")) == nil)
        #expect(person.primaryGroup(LDAPValue("4294967296")) == nil)
        #expect(person.sibling(relativeIdentifier: 1104) == person)
        let builtin = try #require(SecurityIdentifier("S-1-5-32-544"))
        #expect(builtin.domain == nil)
        #expect(builtin.primaryGroup(LDAPValue("513")) == nil)
        #expect(person.domain?.domain == nil)
    }

    @Test func flagsAreReadFromSignedAndUnsignedNumbers() throws {
        #expect(UserAccountControl(LDAPValue("514")) == [.normalAccount, .accountDisable])
        #expect(UserAccountControl(LDAPValue("66048")) == [.normalAccount, .dontExpirePassword])
        #expect(UserAccountControl(LDAPValue("8388624")) == [.passwordExpired, .lockout])
        // The same group in the signed form of Active Directory and in the unsigned one of others.
        #expect(ActiveDirectoryGroupType(LDAPValue("-2147483646")) == [.global, .security])
        #expect(ActiveDirectoryGroupType(LDAPValue("2147483650")) == [.global, .security])
        #expect(ActiveDirectoryGroupType(LDAPValue("8")) == .universal)
        #expect(SAMAccountType(LDAPValue("805306368")) == .user)
        #expect(SAMAccountType(LDAPValue("268435456")) == .group)
        for text in ["", "-", "0x200", "512 ", "+512", "4294967296", "-2147483649", "99999999999999999999", "5١2"] {
            #expect(UserAccountControl(LDAPValue(text)) == nil, "\(text)")
            #expect(ActiveDirectoryGroupType(LDAPValue(text)) == nil, "\(text)")
        }
    }

    @Test func timesCountFrom1601() throws {
        #expect(ActiveDirectoryTime(LDAPValue("116444736000000000"))?.time == DirectoryTime(secondsSince1970: 0))
        #expect(
            ActiveDirectoryTime(LDAPValue("133497528001234567"))?.time
                == DirectoryTime(secondsSince1970: 1_705_279_200, nanoseconds: 123_456_700))
        #expect(
            ActiveDirectoryTime(LDAPValue("116444735999999999"))?.time
                == DirectoryTime(secondsSince1970: -1, nanoseconds: 999_999_900))
        #expect(
            ActiveDirectoryTime(LDAPValue("1"))?.time
                == DirectoryTime(secondsSince1970: -11_644_473_600, nanoseconds: 100))
        #expect(ActiveDirectoryTime(ticks: 1).time?.generalizedTime == "16010101000000.0000001Z")
        for ticks: Int64 in [1, 2, 116_444_735_999_999_999, 133_497_528_001_234_567, .max - 1] {
            let time = ActiveDirectoryTime(ticks: ticks)
            #expect(time.time.flatMap(ActiveDirectoryTime.init) == time)
        }
        #expect(ActiveDirectoryTime(DirectoryTime(secondsSince1970: .max)) == nil)
        #expect(ActiveDirectoryTime(DirectoryTime(secondsSince1970: .min)) == nil)
        #expect(ActiveDirectoryTime(DirectoryTime(secondsSince1970: -11_644_473_600)) == nil)
    }

    @Test func zeroAndNeverAreNoTimes() throws {
        let zero = try #require(ActiveDirectoryTime(LDAPValue("0")))
        #expect(zero.isUnset && zero.time == nil)
        let never = try #require(ActiveDirectoryTime(LDAPValue("9223372036854775807")))
        #expect(never == .never && never.time == nil && !never.isUnset)
        // maxPwdAge: 42 days, as a length of time.
        #expect(try #require(ActiveDirectoryTime(LDAPValue("-36288000000000"))).time == nil)
        #expect(try #require(ActiveDirectoryTime(LDAPValue("-9223372036854775808"))).time == nil)
        for text in ["", "9223372036854775808", "1e5", " 1", "1\0"] {
            #expect(ActiveDirectoryTime(LDAPValue(text)) == nil, "\(text)")
        }
    }
}
