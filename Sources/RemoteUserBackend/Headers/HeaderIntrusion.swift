/// That somebody who is no trusted proxy sent headers that say who somebody is: an attempt to come in as somebody else, or a proxy that is
/// missing in the configuration. Worth a line in the log at `warning`.
public struct HeaderIntrusion: Sendable, Hashable, CustomStringConvertible {
    /// The most names that are told.
    static let maximumNames = 8

    /// Who sent them.
    public let peer: ConnectionPeer
    /// Their names: small letters, digits and hyphens only, whatever was sent.
    public let names: [String]

    init?(_ fields: [HeaderField], from peer: ConnectionPeer) {
        if fields.isEmpty { return nil }
        self.peer = peer
        names = Set(fields.map { String($0.lookalikeName.prefix(40)) }).sorted().prefix(Self.maximumNames).map(\.self)
    }

    /// For the log. Holds no value of a header.
    public var description: String {
        "\(peer) is no trusted proxy and sent \(names.joined(separator: ", ")), which was taken out; if it is your proxy, add it to the trusted ones."
    }
}
