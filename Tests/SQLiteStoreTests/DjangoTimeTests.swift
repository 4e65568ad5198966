import Foundation
import Testing

@testable import SQLiteStore

struct DjangoTimeTests {
    @Test(arguments: [
        ("1970-01-01 00:00:00.000000", 0.0), ("2026-01-31 12:34:56.789012", 1_769_862_896.789_012),
        ("2000-02-29 23:59:59.999999", 951_868_799.999_999), ("1969-12-31 23:59:59.500000", -0.5),
        ("2100-03-01 00:00:00.000000", 4_107_542_400), ("0001-01-01 00:00:00.000000", -62_135_596_800),
    ])
    func timesAreWrittenAndReadAsDjangoDoes(text: String, seconds: Double) throws {
        let date = Date(timeIntervalSince1970: seconds)
        #expect(DjangoTime.text(date) == text)
        #expect(abs(try #require(DjangoTime.date(text)).timeIntervalSince(date)) < 0.000_001)
    }

    @Test func theCalendarAgreesWithFoundation() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
        for day in stride(from: -40_000, through: 80_000, by: 7) {
            let date = Date(timeIntervalSince1970: Double(day) * 86_400 + 43_200)
            let parts = calendar.dateComponents([.year, .month, .day], from: date)
            let text = DjangoTime.text(date)
            #expect(
                text.split(separator: " ")[0].split(separator: "-").map { Int($0) } == [
                    parts.year, parts.month, parts.day,
                ])
            #expect(DjangoTime.date(text) == date)
        }
    }

    @Test func aFractionMayBeShortOrMissing() {
        #expect(DjangoTime.date("2026-01-31 12:34:56") == Date(timeIntervalSince1970: 1_769_862_896))
        #expect(DjangoTime.date("2026-01-31T12:34:56.5") == Date(timeIntervalSince1970: 1_769_862_896.5))
    }

    @Test(arguments: [
        "", "now", "2026-13-01 00:00:00", "2026-01-01 24:00:00", "2026-01-01", "2026-01-01 00:00:00.x",
        "2026-01-01 00:00:00.1.2",
    ])
    func otherTextsAreNoTimes(_ text: String) {
        #expect(DjangoTime.date(text) == nil)
    }
}
