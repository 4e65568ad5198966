import LDAPClient
import Testing

@testable import LDAPBackend

/// What each type makes of the octets of one value. A text as expected is a value in canonical form.
@Suite struct AttributeReaderTests {
    typealias Case = (value: LDAPValue, expected: Expected)

    enum Expected: Equatable {
        case text(String)
        case nothing
        case unusable
    }

    private static func expect(_ type: AttributeType, _ cases: [(String, Expected)]) {
        for (value, expected) in cases { expect(type, LDAPValue(value), expected) }
    }

    private static func expect(_ type: AttributeType, _ value: LDAPValue, _ expected: Expected) {
        switch (type.reader.read(value), expected) {
        case (.value(let value), .text(let text)): #expect(Array(value.text.utf8) == Array(text.utf8))
        case (.nothing, .nothing): break
        case (.unusable(let problem), .unusable):
            #expect(problem == .notOfType(type) || type == .text)
        case (let reading, _): Issue.record("\(type) \(value): \(reading), expected \(expected)")
        }
    }

    @Test func textIsKeptAsItIs() {
        Self.expect(
            .text,
            [
                ("Žofie", .text("Žofie")), (" a  b ", .text(" a  b ")), ("e\u{301}", .text("e\u{301}")),
                ("", .nothing), ("\u{0}", .unusable), ("a\u{0}b", .unusable), ("\u{FFFF}", .text("\u{FFFF}")),
            ])
        #expect(TextReader().read(LDAPValue([0xFF])) == .unusable(.notText))
        // A surrogate, an overlong form and a beginning without an end (RFC 3629 section 3).
        for octets: [UInt8] in [[0xED, 0xA0, 0x80], [0xC0, 0xAF], [0x61, 0xC3]] {
            #expect(TextReader().read(LDAPValue(octets)) == .unusable(.notText))
        }
        #expect(TextReader().read(LDAPValue("a\u{0}")) == .unusable(.holdsNUL))
    }

    @Test func integersAreDigitsOf64Bits() {
        Self.expect(
            .integer,
            [
                ("0", .text("0")), ("42", .text("42")), ("-7", .text("-7")), ("007", .text("7")), ("-0", .text("0")),
                ("9223372036854775807", .text("9223372036854775807")),
                ("-9223372036854775808", .text("-9223372036854775808")),
                ("9223372036854775808", .unusable), ("+1", .unusable), ("1.0", .unusable), ("1e3", .unusable),
                (" 1", .unusable), ("1 ", .unusable), ("-", .unusable), ("0x10", .unusable), ("١", .unusable),
                ("1\u{0}", .unusable), ("", .nothing),
            ])
        Self.expect(.integer, LDAPValue([0x31, 0xFF]), .unusable)
    }

    @Test func booleansAreTrueOrFalseAndNothingIsGuessed() {
        Self.expect(
            .boolean,
            [
                ("TRUE", .text("true")), ("FALSE", .text("false")), ("true", .text("true")), ("False", .text("false")),
                ("1", .unusable), ("0", .unusable), ("yes", .unusable), ("T", .unusable), ("TRUE ", .unusable),
                ("TRUEFALSE", .unusable), ("", .nothing),
            ])
        Self.expect(.boolean, LDAPValue([0xFF]), .unusable)
    }

    @Test func datesAreDaysThatExist() {
        Self.expect(
            .date,
            [
                ("2026-12-31", .text("2026-12-31")), ("20261231", .text("2026-12-31")),
                ("0001-01-01", .text("0001-01-01")), ("20240229", .text("2024-02-29")),
                ("2026123123Z", .text("2026-12-31")), ("20261231235959Z", .text("2026-12-31")),
                // The day is the one in UTC.
                ("20270101003000+0100", .text("2026-12-31")),
                ("20230229", .unusable), ("2026-13-01", .unusable), ("2026-00-10", .unusable), ("20260431", .unusable),
                ("2026/12/31", .unusable), ("31.12.2026", .unusable), ("2026-1-1", .unusable),
                ("2026-12-31T00:00:00Z", .unusable), ("99991231235959-0100", .unusable), ("", .nothing),
                ("abcdefgh", .unusable), ("12-34567-8", .unusable),
            ])
    }

    @Test func momentsAreKeptInUTC() {
        Self.expect(
            .generalizedTime,
            [
                ("20261231235959Z", .text("2026-12-31T23:59:59Z")), ("2026123123Z", .text("2026-12-31T23:00:00Z")),
                ("20260101010000+0100", .text("2026-01-01T00:00:00Z")),
                ("20260101000000.250Z", .text("2026-01-01T00:00:00.25Z")),
                ("00000101000000Z", .text("0000-01-01T00:00:00Z")),
                ("20261231235959", .unusable), ("20261301000000Z", .unusable), ("2026-12-31T23:59:59Z", .unusable),
                ("never", .unusable), ("", .nothing),
            ])
    }

    @Test func timesOfActiveDirectoryAreMomentsOrNone() {
        Self.expect(
            .activeDirectoryTime,
            [
                ("116444736000000000", .text("1970-01-01T00:00:00Z")),
                ("133797312000000000", .text("2024-12-27T00:00:00Z")),
                ("116444736000000001", .text("1970-01-01T00:00:00.0000001Z")),
                ("1", .text("1601-01-01T00:00:00.0000001Z")),
                ("0", .nothing), ("9223372036854775807", .nothing),
                // After the year 9999.
                ("9223372036854775806", .unusable), ("-1", .unusable), ("20261231235959Z", .unusable),
                ("9223372036854775808", .unusable), ("", .nothing),
            ])
    }

    @Test func octetsAreKeptAsBase64() {
        Self.expect(.binary, [("", .nothing), ("f", .text("Zg==")), ("fo", .text("Zm8=")), ("foo", .text("Zm9v"))])
        Self.expect(.binary, LDAPValue([0xFF, 0xD8, 0x00]), .text("/9gA"))
    }
}
