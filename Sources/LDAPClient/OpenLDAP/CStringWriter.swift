/// Writes octets one after the other into memory that somebody lends for the time of a call, each followed by NUL: what
/// libldap takes as C strings, without an allocation for each of them.
struct CStringWriter {
    private var next: UnsafeMutablePointer<CChar>

    /// Lends the memory, which has to hold everything that will be written, to `body`.
    ///
    /// - Parameter capacity: The number of octets, the NULs included; at least 1.
    static func lend<Result>(capacity: Int, _ body: (inout CStringWriter) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: max(1, capacity)) { room in
            // It is not empty, so it has a base address.
            var writer = CStringWriter(next: room.baseAddress.unsafelyUnwrapped)
            return body(&writer)
        }
    }

    /// Writes octets and NUL, and returns where they begin.
    mutating func write(_ octets: some Collection<UInt8>) -> UnsafeMutablePointer<CChar> {
        let start = next
        for octet in octets {
            next.initialize(to: CChar(bitPattern: octet))
            next += 1
        }
        next.initialize(to: 0)
        next += 1
        return start
    }
}
