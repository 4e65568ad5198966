import LDAPClient

extension DirectoryTime {
    /// The moment some seconds later; the last one there is where that is too far.
    func adding(seconds: Int64) -> DirectoryTime {
        let (sum, isTooBig) = secondsSince1970.addingReportingOverflow(seconds)
        return isTooBig
            ? DirectoryTime(secondsSince1970: seconds < 0 ? .min : .max)
            : DirectoryTime(secondsSince1970: sum, nanoseconds: nanoseconds)
    }

    /// Whether it is at most that much later than another moment.
    func isWithin(_ period: Duration, of now: DirectoryTime) -> Bool {
        self <= now.adding(seconds: period.components.seconds)
    }

    /// How much later than another moment, for people: `3 days and 4 hours`, `5 minutes`.
    func distance(from now: DirectoryTime) -> String {
        let (seconds, isTooBig) = secondsSince1970.subtractingReportingOverflow(now.secondsSince1970)
        return Self.words(forSeconds: isTooBig ? .max : max(0, seconds))
    }

    /// A length of time for people; minutes count only where there are no days.
    static func words(forSeconds seconds: Int64) -> String {
        func count(_ number: Int64, _ unit: String) -> String { "\(number) \(unit)\(number == 1 ? "" : "s")" }
        let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60)
        if days > 0 { return count(days, "day") + " and " + count(hours, "hour") }
        if hours > 0 { return count(hours, "hour") + " and " + count(minutes, "minute") }
        return minutes > 0 ? count(minutes, "minute") : count(seconds, "second")
    }

    /// The moment for people, in UTC: `2026-12-31 23:59:59 UTC`.
    var words: String {
        guard let digits = generalizedTime?.prefix(14) else { return "second \(secondsSince1970) after 1970" }
        let places = Array(digits)
        func part(_ range: Range<Int>) -> String { String(places[range]) }
        return "\(part(0..<4))-\(part(4..<6))-\(part(6..<8)) \(part(8..<10)):\(part(10..<12)):\(part(12..<14)) UTC"
    }
}
