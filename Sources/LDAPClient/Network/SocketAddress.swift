internal import Glibc

/// An IP address as the socket calls take it.
struct SocketAddress: Sendable, Hashable {
    private var bytes: [UInt8]

    init(_ address: UnsafePointer<sockaddr>, length: socklen_t) {
        bytes = Array(UnsafeRawBufferPointer(start: address, count: Int(length)))
    }

    var family: Int32 {
        withSocketAddress { address, _ in Int32(address.pointee.sa_family) }
    }

    /// The same address with this port, which `sockaddr_in` and `sockaddr_in6` hold at the same place.
    func with(port: Int) -> SocketAddress {
        var copy = self
        copy.bytes[2] = UInt8(truncatingIfNeeded: port >> 8)
        copy.bytes[3] = UInt8(truncatingIfNeeded: port)
        return copy
    }

    func withSocketAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        var storage = sockaddr_storage()
        withUnsafeMutableBytes(of: &storage) { $0.copyBytes(from: bytes) }
        return withUnsafePointer(to: &storage) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(bytes.count)) }
        }
    }

    /// The addresses of a host; blocks, unless the host is an address already.
    ///
    /// - Throws: The error code of `getaddrinfo(3)`.
    static func resolve(_ host: String, numericOnly: Bool = false) throws(ResolutionFailure) -> [SocketAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        // AI_ADDRCONFIG would ignore loopback addresses on a machine without a network.
        hints.ai_flags = numericOnly ? AI_NUMERICHOST : 0
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, nil, &hints, &list)
        guard status == 0 else { throw ResolutionFailure(text: String(cString: gai_strerror(status))) }
        defer { freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var next = list
        while let info = next {
            if let address = info.pointee.ai_addr {
                let found = SocketAddress(address, length: info.pointee.ai_addrlen)
                if !addresses.contains(found) { addresses.append(found) }
            }
            next = info.pointee.ai_next
        }
        return addresses
    }
}

/// Why a name has no address.
struct ResolutionFailure: Error {
    var text: String
}
