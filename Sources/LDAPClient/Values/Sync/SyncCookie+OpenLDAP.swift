/// What OpenLDAP writes into cookies: `rid=001,sid=002,csn=…#…#001#…;…#…#002#…`, with one change sequence number for
/// each server that takes changes. Servers that are not OpenLDAP write nothing of this form, and theirs stay opaque.
extension SyncCookie {
    /// The place after a change that came with this cookie while `stored` was the place before it.
    ///
    /// Where several servers take changes, a cookie that OpenLDAP sends with one change may hold the number of only one
    /// of them. Stored as it is, it would forget how far the others were, so the later number of each is kept.
    func succeeding(_ stored: SyncCookie?) -> SyncCookie {
        guard let stored, let old = OpenLDAPCookie(stored), var new = OpenLDAPCookie(self) else { return self }
        new.numbers.merge(old.numbers) { max($0, $1) }
        return new.cookie ?? stored
    }

    /// Whether it tells how far a list of deletions has got (`delcsn`), which is no place to go on from.
    var isWithinDeletions: Bool {
        OpenLDAPCookie.fields(of: self)?.contains { $0.hasPrefix("delcsn=") } ?? false
    }
}

/// An OpenLDAP cookie in its parts.
private struct OpenLDAPCookie {
    /// `rid=` and `sid=`, as they came.
    var head: [String] = []
    /// The change sequence numbers by server. Of one server, the later one is greater as text.
    var numbers: [String: String] = [:]

    init?(_ cookie: SyncCookie) {
        guard let fields = Self.fields(of: cookie) else { return nil }
        for field in fields {
            if field.hasPrefix("csn=") {
                for number in field.dropFirst(4).split(separator: ";") {
                    let parts = number.split(separator: "#", omittingEmptySubsequences: false)
                    guard parts.count == 4 else { return nil }
                    numbers[String(parts[2])] = String(number)
                }
            } else if field.hasPrefix("rid=") || field.hasPrefix("sid=") {
                head.append(field)
            } else {
                return nil
            }
        }
    }

    /// `nil` if there is no number in it: that would be no place at all.
    var cookie: SyncCookie? {
        guard !numbers.isEmpty else { return nil }
        let list = numbers.keys.sorted().compactMap { numbers[$0] }.joined(separator: ";")
        return SyncCookie((head + ["csn=\(list)"]).joined(separator: ",").utf8)
    }

    static func fields(of cookie: SyncCookie) -> [String]? {
        guard let text = String(validating: cookie.octets, as: UTF8.self), text.utf8.starts(with: "rid=".utf8) else {
            return nil
        }
        return text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
}
