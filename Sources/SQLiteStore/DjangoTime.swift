import Foundation

/// Times as Django writes them on SQLite: `2026-01-31 12:34:56.789012`, in UTC.
enum DjangoTime {
    private static let microsecondsPerDay = 86_400_000_000 as Int64

    /// The text for a time, always with six digits after the point, so that texts sort as times do.
    static func text(_ date: Date) -> String {
        let (days, rest) = floorDivision(Int64((date.timeIntervalSince1970 * 1_000_000).rounded()), microsecondsPerDay)
        let (year, month, day) = civil(days)
        let seconds = rest / 1_000_000
        var bytes: [UInt8] = []
        bytes.reserveCapacity(26)
        append(nil, year, 4, to: &bytes)
        append("-", month, to: &bytes)
        append("-", day, to: &bytes)
        append(" ", seconds / 3600, to: &bytes)
        append(":", seconds / 60 % 60, to: &bytes)
        append(":", seconds % 60, to: &bytes)
        append(".", rest % 1_000_000, 6, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The time that a text stands for; `nil` if it is none. Python leaves the fraction out where it is zero.
    static func date(_ text: String) -> Date? {
        var text = text
        return text.withUTF8(date)
    }

    private static func date(_ text: UnsafeBufferPointer<UInt8>) -> Date? {
        guard text.count >= 19, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"),
            text[10] == UInt8(ascii: " ") || text[10] == UInt8(ascii: "T"), text[13] == UInt8(ascii: ":"),
            text[16] == UInt8(ascii: ":"),
            let year = number(text[..<4]), let month = number(text[5..<7]), let day = number(text[8..<10]),
            let hour = number(text[11..<13]), let minute = number(text[14..<16]), let second = number(text[17..<19]),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 60
        else { return nil }
        var fraction: Int64 = 0
        if text.count > 19 {
            let digits = text[20...]
            guard text[19] == UInt8(ascii: "."), (1...6).contains(digits.count), let number = number(digits) else {
                return nil
            }
            fraction = (digits.count..<6).reduce(number) { value, _ in value * 10 }
        }
        let seconds = dayNumber(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second
        return Date(timeIntervalSince1970: Double(seconds) + Double(fraction) / 1_000_000)
    }

    /// A number of at most six decimal digits, and nothing else.
    private static func number(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> Int64? {
        var number: Int64 = 0
        for byte in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            number = number * 10 + Int64(byte - UInt8(ascii: "0"))
        }
        return number
    }

    // The proleptic Gregorian calendar, with years that begin in March, so that the leap day is a year's last:
    // 146,097 days make 400 years, and (153 m + 2) / 5 is the number of days before month m of such a year.

    private static func civil(_ dayNumber: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = floorDivision(dayNumber + 719_468, 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }

    private static func dayNumber(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let (era, yearOfEra) = floorDivision(month <= 2 ? year - 1 : year, 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func floorDivision(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, rest: Int64) {
        let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? (quotient - 1, rest + divisor) : (quotient, rest)
    }

    /// Appends a character and a number of at least `width` digits.
    private static func append(
        _ separator: Unicode.Scalar?, _ number: Int64, _ width: Int = 2, to bytes: inout [UInt8]
    ) {
        if let separator { bytes.append(UInt8(ascii: separator)) }
        let digits = String(number).utf8
        bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: max(0, width - digits.count)))
        bytes.append(contentsOf: digits)
    }
}
