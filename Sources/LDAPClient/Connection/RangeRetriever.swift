/// Fetches the values that are missing of attributes that came in part.
///
/// An entry counts as complete only if every part follows on the one before it, up to the last, and if the entry stayed
/// the same entry and the same version meanwhile: a server counts anew when values come and go.
@LDAPActor
struct RangeRetriever {
    /// How many parts of one entry are fetched at most, so that a server cannot go on for ever: 15 million values in
    /// the parts of 1500 that Active Directory makes.
    nonisolated static let maximumParts = 10_000
    /// How often an entry that changes meanwhile is read from its start.
    nonisolated static let maximumAttempts = 3

    let connection: LDAPConnection
    let request: SearchRequest
    let deadline: ContinuousClock.Instant?
    /// When what there is has to do.
    let timeLimit: ContinuousClock.Instant?

    /// Completes the entry in place.
    ///
    /// - Returns: Whether nothing is missing. Attributes that are incomplete keep a name with a range, so that nobody
    ///   takes them for the whole.
    func complete(_ entry: inout LDAPEntry) async throws(LDAPError) -> Bool {
        var isComplete = true
        var partsLeft = Self.maximumParts
        for index in entry.attributes.indices where AttributeRange.isRange(in: entry.attributes[index].name) {
            guard let range = AttributeRange(entry.attributes[index].name) else {
                isComplete = false
                continue
            }
            if range.low > 0 || range.high != nil {
                // Taken out while it grows, so that it is never copied.
                var values = entry.attributes[index].values
                entry.attributes[index].values = []
                let isWhole = try await fetch(range, of: entry, into: &values, &partsLeft)
                entry.attributes[index].values = values
                guard isWhole else {
                    isComplete = false
                    continue
                }
            }
            entry.attributes[index].name = range.attribute
        }
        return entry.dropEmptyDoubles() && isComplete
    }

    private func fetch(
        _ range: AttributeRange, of entry: LDAPEntry, into values: inout [LDAPValue], _ partsLeft: inout Int
    ) async throws(LDAPError) -> Bool {
        guard let base = Self.name(of: entry) else { return false }
        var version = EntryVersion(entry)
        // Values in hand can be gone on from only if it is known which version of the entry they belong to.
        var next = range.low == 0 && version.usn != nil ? range.high.map { $0 + 1 } ?? 0 : 0
        if let high = range.high, next > 0, values.count != high + 1 { next = 0 }
        for _ in 0..<Self.maximumAttempts {
            while partsLeft > 0, timeLimit.map({ ContinuousClock.now < $0 }) ?? true {
                partsLeft -= 1
                guard let part = try await part(of: range.attribute, from: next, base: base) else { return false }
                let partVersion = EntryVersion(part)
                guard partVersion.isSameEntry(as: version) else { return false }
                if let usn = version.usn, usn != partVersion.usn, next > 0 {
                    version = partVersion
                    break
                }
                version = partVersion.completed(by: version)
                guard let received = part.part(of: range.attribute, from: next) else { return false }
                if next == 0 { values.removeAll(keepingCapacity: true) }
                values += received.values
                guard let high = received.high else { return true }
                next = high + 1
            }
            next = 0
        }
        return false
    }

    /// One part, `nil` if the entry is gone or the server refuses.
    private func part(
        of attribute: String, from low: Int, base: DistinguishedName
    ) async throws(LDAPError) -> LDAPEntry? {
        var request = SearchRequest(
            base: base, scope: .base,
            attributes: .named(["\(attribute);range=\(low)-*"] + EntryVersion.attributes), fetchesRanges: false)
        // Those that decide how names are written and which entries are seen must stay.
        request.controls = self.request.controls.filter { $0.oid != PagedResultsControl.oid }
        do throws(LDAPError) {
            let result = try await connection.search(request, deadline: deadline)
            return result.resultCode == 0 && result.references.isEmpty && result.entries.count == 1
                ? result.entries.first : nil
        } catch {
            if error.resultCode == nil || error.code.isServerTrouble { throw error }
            return nil
        }
    }

    private static func name(of entry: LDAPEntry) -> DistinguishedName? {
        try? ExtendedDN(entry.dn).distinguishedName
    }
}

/// Which entry it is and which version of it, as far as the server tells.
private struct EntryVersion {
    static let attributes = ["objectGUID", "uSNChanged"]

    var guid: LDAPValue?
    var usn: LDAPValue?

    init(_ entry: LDAPEntry) {
        guid = entry["objectGUID"].first
        usn = entry["uSNChanged"].first
    }

    func isSameEntry(as other: EntryVersion) -> Bool {
        guard let guid, let otherGUID = other.guid else { return true }
        return guid == otherGUID
    }

    func completed(by other: EntryVersion) -> EntryVersion {
        var result = self
        result.guid = guid ?? other.guid
        result.usn = usn ?? other.usn
        return result
    }
}

extension LDAPEntry {
    /// The part of an attribute that starts at `low`, if there is exactly one and it holds as many values as it says.
    fileprivate func part(of attribute: String, from low: Int) -> (values: [LDAPValue], high: Int?)? {
        let parts = attributes.compactMap { part in
            AttributeRange(part.name).flatMap { range in
                AttributeDescription.isSame(range.attribute, attribute) ? (range, part.values) : nil
            }
        }
        guard parts.count == 1, let (range, values) = parts.first, range.low == low else { return nil }
        if let high = range.high, values.count != high - low + 1 { return nil }
        return (values, range.high)
    }

    /// Active Directory sends `member` without values beside `member;range=0-1499`. `false` if both have values: which
    /// of them holds the truth cannot be told.
    fileprivate mutating func dropEmptyDoubles() -> Bool {
        var kept: [Attribute] = []
        for attribute in attributes {
            guard let double = kept.firstIndex(where: { AttributeDescription.isSame($0.name, attribute.name) }) else {
                kept.append(attribute)
                continue
            }
            if attribute.values.isEmpty { continue }
            guard kept[double].values.isEmpty else { return false }
            kept[double] = attribute
        }
        attributes = kept
        return true
    }
}
