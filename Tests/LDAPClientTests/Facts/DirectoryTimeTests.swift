import LDAPClient
import Testing

@Suite struct DirectoryTimeTests {
    // What date(1) says: `date -u -d '…' +%s`.
    @Test(arguments: [
        ("19700101000000Z", 0, 0), ("20261231235959Z", 1_798_761_599, 0), ("202612312359Z", 1_798_761_540, 0),
        ("2026123123Z", 1_798_758_000, 0), ("20240229120000Z", 1_709_208_000, 0),
        ("16010101000000.0Z", -11_644_473_600, 0),
        ("19941216103200Z", 787_573_920, 0), ("199412160532-0500", 787_573_920, 0),
        ("20260101003000+0100", 1_767_223_800, 0),
        ("20260101003000+01", 1_767_223_800, 0), ("2025123123-0030", 1_767_223_800, 0),
        ("20251231233000.5Z", 1_767_223_800, 500_000_000),
        ("20251231233000,25Z", 1_767_223_800, 250_000_000), ("2025123123.5Z", 1_767_223_800, 0),
        ("202512312330.25Z", 1_767_223_815, 0), ("2025123123.50000000001Z", 1_767_223_800, 36),
        ("20251231233000.0000000019Z", 1_767_223_800, 1), ("19691231235959.999999999Z", -1, 999_999_999),
        ("20251231233000.\(String(repeating: "9", count: 500))Z", 1_767_223_800, 999_999_999),
        // Leap seconds at the end of a month in UTC, wherever that is in local time.
        ("20161231235960Z", 1_483_228_800, 0), ("20170101005960+0100", 1_483_228_800, 0),
        ("20161231235960.5Z", 1_483_228_800, 500_000_000),
        ("20150630235960Z", 1_435_708_800, 0),
        // OpenLDAP's pwdAccountLockedTime of an account that an administrator has locked for good.
        ("000001010000Z", -62_167_219_200, 0),
    ])
    func everyFormOfGeneralizedTimeIsRead(_ text: String, _ seconds: Int, _ nanoseconds: Int) {
        #expect(
            DirectoryTime(generalizedTime: text)
                == DirectoryTime(secondsSince1970: Int64(seconds), nanoseconds: Int32(nanoseconds)))
    }

    @Test(arguments: [
        "", "Z", "2026", "20260101", "20260101Z", "20260101000000", "20260101000000z", "20260101000000ZZ",
        "20260101000000 Z",
        "20261301000000Z", "20260001000000Z", "20260100000000Z", "20260132000000Z", "20260229000000Z",
        "21000229000000Z",
        "20260431000000Z", "20260101240000Z", "20260101006000Z", "20260101000061Z", "20260101000060Z",
        "20260630225960Z",
        "20161231235960+0100", "20260101000000.Z", "20260101000000.5", "20260101000000.5.5Z", "20260101000000,Z",
        "202601010Z",
        "20260101000Z", "2026010100000Z", "20260101000000+", "20260101000000+1", "20260101000000+2400",
        "20260101000000+0160",
        "20260101000000+01000", "20260101000000+01:00", "2026-01-01T00:00:00Z", "260101000000Z", "00000101000000+0100",
        "99991231235959-0001", "２0260101000000Z", "20260101000000Z\0", "+2260101000000Z",
    ])
    func whatIsNoTimeIsRefused(_ text: String) {
        #expect(DirectoryTime(generalizedTime: text) == nil)
    }

    @Test func timesAreWrittenInOneForm() {
        for (text, written) in [
            ("199412160532-0500", "19941216103200Z"), ("20251231233000,250Z", "20251231233000.25Z"),
            ("000001010000Z", "00000101000000Z"), ("99991231235959.999999999Z", "99991231235959.999999999Z"),
        ] {
            #expect(DirectoryTime(generalizedTime: text)?.generalizedTime == written)
        }
        #expect(DirectoryTime(secondsSince1970: .max).generalizedTime == nil)
        #expect(DirectoryTime(secondsSince1970: .min).generalizedTime == nil)
        #expect(DirectoryTime(secondsSince1970: 253_402_300_800).generalizedTime == nil)
    }

    @Test func everyMomentSurvivesItsText() throws {
        var random = Splitmix(seed: 4)
        for _ in 0..<5000 {
            let time = DirectoryTime(
                secondsSince1970: .random(in: -62_167_219_200...253_402_300_799, using: &random),
                nanoseconds: .random(in: 0...999_999_999, using: &random))
            #expect(DirectoryTime(generalizedTime: try #require(time.generalizedTime)) == time)
        }
    }

    /// The days around the year 0, a century without a leap day and one with it follow each other.
    @Test func daysFollowEachOther() throws {
        for days: ClosedRange<Int64> in [-719_528...(-718_800), -25_930...(-25_200), 10_590...11_320] {
            var last = ""
            for day in days {
                let text = try #require(DirectoryTime(secondsSince1970: day * 86_400).generalizedTime)
                if text <= last || DirectoryTime(generalizedTime: text)?.secondsSince1970 != day * 86_400 {
                    Issue.record("\(text) after \(last)")
                }
                last = text
            }
        }
        #expect(DirectoryTime(secondsSince1970: -719_528 * 86_400).generalizedTime == "00000101000000Z")
        #expect(DirectoryTime(secondsSince1970: -25_508 * 86_400).generalizedTime == "19000301000000Z")
        #expect(DirectoryTime(secondsSince1970: 11_016 * 86_400).generalizedTime == "20000229000000Z")
    }

    @Test func timesAreOrdered() throws {
        let times = [
            DirectoryTime(secondsSince1970: -1, nanoseconds: 5), DirectoryTime(secondsSince1970: 0),
            DirectoryTime(secondsSince1970: 0, nanoseconds: 1), DirectoryTime(secondsSince1970: 1),
        ]
        #expect(times.reversed().sorted() == times)
    }
}
