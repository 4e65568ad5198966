internal import Glibc

/// The address of a Unix socket in the file system as the socket calls take it (unix(7)).
struct UnixSocketAddress: Sendable {
    private let address: sockaddr_un

    /// `nil` if the path is not absolute, holds NUL, or is longer than a socket's may be.
    init?(path: String) {
        let octets = Array(path.utf8)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let fits = withUnsafeMutableBytes(of: &address.sun_path) { place in
            // The terminating NUL is already there.
            guard octets.count < place.count else { return false }
            place.copyBytes(from: octets)
            return true
        }
        guard fits, octets.first == UInt8(ascii: "/"), !octets.contains(0) else { return nil }
        self.address = address
    }

    func withSocketAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnsafePointer(to: address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
