/// A moment in UTC, as directories keep them: finer than a second, and without leap seconds, as POSIX counts.
public struct DirectoryTime: Sendable, Hashable {
    /// Whole seconds since the first of January 1970, rounded down.
    public let secondsSince1970: Int64
    /// What is to be added to them, from 0 to 999 999 999.
    public let nanoseconds: Int32

    /// Creates a moment.
    ///
    /// - Parameters:
    ///   - secondsSince1970: Whole seconds, rounded down.
    ///   - nanoseconds: What is to be added, less than a second.
    public init(secondsSince1970: Int64, nanoseconds: Int32 = 0) {
        precondition((0..<1_000_000_000).contains(nanoseconds), "nanoseconds are less than a second")
        self.secondsSince1970 = secondsSince1970
        self.nanoseconds = nanoseconds
    }
}

extension DirectoryTime: Comparable {
    /// Whether the left moment comes first.
    public static func < (left: DirectoryTime, right: DirectoryTime) -> Bool {
        (left.secondsSince1970, left.nanoseconds) < (right.secondsSince1970, right.nanoseconds)
    }
}

/// A day of the Gregorian calendar, which counts backwards beyond its introduction as if it had always been used (ISO 8601).
struct CalendarDay: Hashable {
    var year: Int
    var month: Int
    var day: Int

    /// `nil` if there is no such day.
    init?(year: Int, month: Int, day: Int) {
        guard (1...12).contains(month), (1...Self.daysIn(month: month, year: year)).contains(day) else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
    }

    /// The day that is this many days after the first of January 1970.
    init(daysSince1970 days: Int) {
        // Years that begin in March have their odd day at the end; 400 of them are 146 097 days.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// How many days after the first of January 1970 this is.
    var daysSince1970: Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    var isLastOfMonth: Bool { day == Self.daysIn(month: month, year: year) }

    private static func daysIn(month: Int, year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
