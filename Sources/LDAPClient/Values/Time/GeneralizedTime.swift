extension DirectoryTime {
    /// Reads Generalized Time (RFC 4517, 3.3.13), such as `20261231235959Z`, `2026123123.5Z` or `20260101010000+0100`.
    ///
    /// Every form of the grammar is read: without minutes or seconds, with a fraction of whatever comes last, with an offset. A leap
    /// second, `60`, is the second after it, since POSIX time has no other name for it; it is accepted only where one can be, at the end of a
    /// month in UTC. Of a fraction, 18 digits count.
    ///
    /// - Parameter text: The value of an attribute such as `pwdChangedTime` or `whenCreated`.
    /// - Returns: `nil` if the text is not of this form, names a day or an hour that does not exist, or is before the year 0 or after 9999
    ///   in UTC.
    public init?(generalizedTime text: String) {
        self.init(generalizedTime: Array(text.utf8))
    }

    /// Reads Generalized Time, as ``init(generalizedTime:)-(String)`` does, from the octets of a value.
    public init?(generalizedTime octets: [UInt8]) {
        var reader = GeneralizedTimeReader(octets)
        guard let time = reader.time(), Self.years.contains(time.day.year) else { return nil }
        self = time
    }

    /// The moment as Generalized Time in UTC, with as many digits of a fraction as it has: `20261231235959Z`, `20261231235959.5Z`.
    ///
    /// `nil` before the year 0 and after 9999, for which there is no such text.
    public var generalizedTime: String? {
        let day = day
        guard Self.years.contains(day.year) else { return nil }
        let second = Int(secondsSince1970 - Int64(day.daysSince1970) * 86_400)
        var text = Self.digits(day.year, 4) + Self.digits(day.month, 2) + Self.digits(day.day, 2)
        text += Self.digits(second / 3600, 2) + Self.digits(second / 60 % 60, 2) + Self.digits(second % 60, 2)
        if nanoseconds > 0 {
            var fraction = Self.digits(Int(nanoseconds), 9)
            while fraction.last == "0" { fraction.removeLast() }
            text += "." + fraction
        }
        return text + "Z"
    }

    private static let years = 0...9999

    private var day: CalendarDay {
        let days = secondsSince1970 / 86_400 - (secondsSince1970 % 86_400 < 0 ? 1 : 0)
        return CalendarDay(daysSince1970: Int(days))
    }

    private static func digits(_ number: Int, _ count: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }
}

/// The grammar of RFC 4517, 3.3.13.
private struct GeneralizedTimeReader {
    private var rest: ArraySlice<UInt8>

    init(_ octets: [UInt8]) {
        rest = octets[...]
    }

    mutating func time() -> DirectoryTime? {
        guard let century = pair(0...99), let year = pair(0...99), let month = pair(1...12),
            let dayOfMonth = pair(1...31),
            let day = CalendarDay(year: century * 100 + year, month: month, day: dayOfMonth), let hour = pair(0...23)
        else { return nil }
        var (minute, second) = (0, 0)
        // The last of hour, minute and second that is there takes the fraction.
        var unit = 3600
        if isAtDigit {
            guard let number = pair(0...59) else { return nil }
            (minute, unit) = (number, 60)
            if isAtDigit {
                guard let number = pair(0...60) else { return nil }
                (second, unit) = (number, 1)
            }
        }
        guard let fraction = fraction(ofSeconds: unit), let offset = offset(), rest.isEmpty else { return nil }
        let seconds = day.daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second - offset
        if second == 60, !Self.canBeLeap(seconds) { return nil }
        return DirectoryTime(
            secondsSince1970: Int64(seconds) + Int64(fraction / 1_000_000_000),
            nanoseconds: Int32(fraction % 1_000_000_000))
    }

    /// Whether the second before this midnight can have been a leap second (ITU-R TF.460-6: the last of a month, in UTC).
    private static func canBeLeap(_ seconds: Int) -> Bool {
        seconds % 86_400 == 0 && CalendarDay(daysSince1970: seconds / 86_400 - 1).isLastOfMonth
    }

    private var isAtDigit: Bool { rest.first.map(ASCII.isDigit) ?? false }

    private mutating func digit() -> Int? {
        guard isAtDigit, let digit = rest.popFirst() else { return nil }
        return Int(digit - UInt8(ascii: "0"))
    }

    private mutating func pair(_ range: ClosedRange<Int>) -> Int? {
        guard let tens = digit(), let ones = digit(), range.contains(tens * 10 + ones) else { return nil }
        return tens * 10 + ones
    }

    /// The fraction in nanoseconds, 0 if there is none, `nil` if there are no digits after the point.
    private mutating func fraction(ofSeconds unit: Int) -> UInt64? {
        guard rest.first == UInt8(ascii: ".") || rest.first == UInt8(ascii: ",") else { return 0 }
        rest.removeFirst()
        guard isAtDigit else { return nil }
        var (numerator, denominator): (UInt64, UInt64) = (0, 1)
        while let digit = digit() {
            guard denominator < 1_000_000_000_000_000_000 else { continue }
            numerator = numerator * 10 + UInt64(digit)
            denominator *= 10
        }
        // The quotient is less than the unit, so it fits.
        return denominator.dividingFullWidth(numerator.multipliedFullWidth(by: UInt64(unit) * 1_000_000_000)).quotient
    }

    /// Seconds ahead of UTC.
    private mutating func offset() -> Int? {
        switch rest.popFirst() {
        case UInt8(ascii: "Z"): return 0
        case UInt8(ascii: "+"): return distance()
        case UInt8(ascii: "-"): return distance().map { -$0 }
        default: return nil
        }
    }

    private mutating func distance() -> Int? {
        guard let hours = pair(0...23) else { return nil }
        guard isAtDigit else { return hours * 3600 }
        return pair(0...59).map { hours * 3600 + $0 * 60 }
    }
}
