/// The part of an attribute's values that a server sent, as Active Directory writes it into the attribute description:
/// `member;range=0-1499`, and `member;range=1500-*` for the last part (MS-ADTS, 3.1.1.3.1.3.3).
struct AttributeRange: Hashable {
    /// The description without the option.
    var attribute: String
    /// The place of the first value.
    var low: Int
    /// The place of the last value, `nil` if there are no more.
    var high: Int?

    /// Reads a description; `nil` if it has no such option, or one that makes no sense.
    init?(_ description: String) {
        let parts = description.split(separator: ";", omittingEmptySubsequences: false)
        guard let index = parts.firstIndex(where: Self.isRange), index > 0 else { return nil }
        let bounds = parts[index].dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
        guard bounds.count == 2, let low = Self.number(bounds[0]) else { return nil }
        if bounds[1] != "*" {
            guard let high = Self.number(bounds[1]), high >= low else { return nil }
            self.high = high
        }
        self.low = low
        attribute = (parts[..<index] + parts[(index + 1)...]).joined(separator: ";")
        // More than one of them would contradict each other.
        if attribute.isEmpty || parts[(index + 1)...].contains(where: Self.isRange) { return nil }
    }

    /// Whether a description has the option, whatever it says.
    static func isRange(in description: String) -> Bool {
        // Nearly no description has any option.
        description.utf8.contains(UInt8(ascii: ";"))
            && description.split(separator: ";", omittingEmptySubsequences: false).dropFirst().contains(where: isRange)
    }

    private static func isRange(_ option: Substring) -> Bool {
        option.utf8.count >= 6 && zip(option.utf8, "range=".utf8).allSatisfy { ASCII.lowercased($0) == $1 }
    }

    private static func number(_ text: Substring) -> Int? {
        text.utf8.count <= 10 && text.utf8.allSatisfy(ASCII.isDigit) ? Int(text) : nil
    }
}

extension LDAPEntry {
    /// Whether an attribute came with a range option.
    var hasRange: Bool {
        attributes.contains { AttributeRange.isRange(in: $0.name) }
    }

    /// Whether an attribute came with a range that does not end in `*` (Active Directory cuts long `member` lists so).
    var hasRangeCut: Bool {
        attributes.contains { attribute in
            AttributeRange.isRange(in: attribute.name) && AttributeRange(attribute.name)?.high != .some(nil)
        }
    }
}

extension SearchRequest {
    /// Whether ranges in the answer are parts to be completed. They are not where the caller asks for ranges, where no
    /// values are wanted, and in changes of DirSync, in which ranges say what was added and what was removed.
    var completesRanges: Bool {
        fetchesRanges && !typesOnly && !attributes.list.contains(where: AttributeRange.isRange(in:))
            && !controls.contains { $0.oid == DirSyncControl.oid }
    }
}
