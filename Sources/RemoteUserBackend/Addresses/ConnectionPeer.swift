/// Who is at the other end of the connection on which a request came: a fact of the socket, never of the request.
public struct ConnectionPeer: Sendable, Hashable, CustomStringConvertible {
    /// Where the connection comes from.
    public enum Origin: Sendable, Hashable {
        /// From an IP address.
        case address(IPAddress)
        /// From this machine, over a Unix socket. Whoever may open it is decided by the permissions of the file.
        case unixSocket
        /// The server cannot tell. Such a peer is trusted by its certificate only.
        case unknown
    }

    /// Where the connection comes from.
    public var origin: Origin
    /// The subject of the certificate that the peer has proved to be its own, and that the server has verified up to an authority of its
    /// own choice; `nil` where there is none. Never a subject that a header names.
    public var verifiedCertificateSubject: String?

    /// A peer.
    public init(_ origin: Origin, verifiedCertificateSubject: String? = nil) {
        self.origin = origin
        self.verifiedCertificateSubject = verifiedCertificateSubject
    }

    /// The address, if it has one.
    public var address: IPAddress? {
        if case .address(let address) = origin { address } else { nil }
    }

    public var description: String {
        switch origin {
        case .address(let address): address.description
        case .unixSocket: "a Unix socket"
        case .unknown: "an unknown address"
        }
    }
}
