/// What names an entry in content synchronization (`syncUUID`, RFC 4533, 2.1), whatever its DN becomes.
///
/// OpenLDAP uses `entryUUID` (RFC 4530), 389 Directory Server its own `nsUniqueId`. So it is the key of what a
/// synchronization brings and no value to search for.
public struct SyncUUID: Sendable, Hashable, Comparable {
    // Two words instead of an array: directories hold millions of these.
    private let high: UInt64
    private let low: UInt64

    /// Creates one from its 16 octets; `nil` for any other number of octets.
    public init?(_ octets: some Collection<UInt8>) {
        guard octets.count == 16 else { return nil }
        high = octets.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        low = octets.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Creates one from its text form (RFC 4122, 3), in any case; `nil` for any other text.
    public init?(_ text: String) {
        let groups = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard groups.map(\.count) == [8, 4, 4, 4, 12] else { return nil }
        let digits = groups.joined().compactMap { Self.value(ofDigit: $0) }
        guard digits.count == 32 else { return nil }
        self.init(stride(from: 0, to: 32, by: 2).map { digits[$0] << 4 | digits[$0 + 1] })
    }

    /// The 16 octets.
    public var octets: [UInt8] {
        [high, low].flatMap { word in
            stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> UInt64($0)) }
        }
    }

    /// Ordered by octets.
    public static func < (left: SyncUUID, right: SyncUUID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }

    private static func value(ofDigit digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension SyncUUID: CustomStringConvertible {
    /// The text form in lower case, as `entryUUID` is written.
    public var description: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for (index, octet) in octets.enumerated() {
            if [4, 6, 8, 10].contains(index) { text.append(UInt8(ascii: "-")) }
            text += [digits[Int(octet >> 4)], digits[Int(octet & 15)]]
        }
        return String(decoding: text, as: UTF8.self)
    }
}
