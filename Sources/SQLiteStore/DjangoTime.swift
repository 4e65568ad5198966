import Foundation

/// Times as Django writes them on SQLite: `2026-01-31 12:34:56.789012`, in UTC.
enum DjangoTime {
    private static let microsecondsPerDay = 86_400_000_000 as Int64

    /// The text for a time, always with six digits after the point, so that texts sort as times do.
    static func text(_ date: Date) -> String {
        let (days, rest) = floorDivision(Int64((date.timeIntervalSince1970 * 1_000_000).rounded()), microsecondsPerDay)
        let (year, month, day) = civil(days)
        let seconds = rest / 1_000_000
        return padded(year, 4) + "-" + padded(month, 2) + "-" + padded(day, 2) + " " + padded(seconds / 3600, 2) + ":"
            + padded(seconds / 60 % 60, 2) + ":" + padded(seconds % 60, 2) + "." + padded(rest % 1_000_000, 6)
    }

    /// The time that a text stands for; `nil` if it is none. Python leaves the fraction out where it is zero.
    static func date(_ text: String) -> Date? {
        let halves = text.split(separator: ".", omittingEmptySubsequences: false)
        guard halves.count <= 2, halves[0].utf8.count == 19 else { return nil }
        let parts = halves[0].split(whereSeparator: { "- T:".contains($0) }).map { Int64($0) }
        guard parts.count == 6, let year = parts[0], let month = parts[1], let day = parts[2], let hour = parts[3],
            let minute = parts[4], let second = parts[5], (1...12).contains(month), (1...31).contains(day),
            (0..<24).contains(hour), (0..<60).contains(minute), (0..<60).contains(second)
        else { return nil }
        var fraction: Int64 = 0
        if halves.count == 2 {
            guard (1...6).contains(halves[1].utf8.count), let digits = Int64(halves[1]), digits >= 0 else { return nil }
            fraction = (halves[1].utf8.count..<6).reduce(digits) { value, _ in value * 10 }
        }
        let seconds = dayNumber(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second
        return Date(timeIntervalSince1970: Double(seconds) + Double(fraction) / 1_000_000)
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

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
