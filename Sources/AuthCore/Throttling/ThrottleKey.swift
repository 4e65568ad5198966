internal import Crypto

/// Stands for whoever has a budget: an address, a name, a name and a device. A digest, so that the table of failures neither grows with what is
/// typed into a login form nor holds it: some people type their password there.
public struct ThrottleKey: Sendable, Hashable {
    private let high: UInt64
    private let low: UInt64

    /// 16 bytes.
    public var bytes: [UInt8] {
        withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { Array($0) }
    }

    /// A key, as a store has kept it. `nil` unless it has 16 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.init(words: bytes)
    }

    private init(words bytes: some Sequence<UInt8>) {
        var iterator = bytes.makeIterator()
        func word() -> UInt64 { (0..<8).reduce(0) { word, _ in word << 8 | UInt64(iterator.next() ?? 0) } }
        high = word()
        low = word()
    }

    private init(_ kind: String, _ parts: String...) {
        var hash = SHA256()
        for part in [kind] + parts {
            // The length first, so that no part of one could be taken for the other.
            withUnsafeBytes(of: UInt64(part.utf8.count).bigEndian) { hash.update(bufferPointer: $0) }
            hash.update(data: Array(part.utf8))
        }
        self.init(words: hash.finalize())
    }

    /// An address, or the block of addresses that one subscriber has.
    static func address(_ block: AddressBlock) -> ThrottleKey { ThrottleKey("address", block.description) }

    /// Everybody who tries a name, known devices excepted.
    static func strangers(_ name: LoginName) -> ThrottleKey { ThrottleKey("name", name.folded) }

    /// A name on a device, by what the device presents.
    static func device(_ id: String, _ name: LoginName) -> ThrottleKey { ThrottleKey("device", name.folded, id) }

    /// A name at an address.
    static func device(_ block: AddressBlock, _ name: LoginName) -> ThrottleKey {
        ThrottleKey("device address", name.folded, block.description)
    }
}
