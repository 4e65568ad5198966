extension Slapd {
    /// How many operations of each kind a server has begun, and how many connections it has accepted, since it started.
    public struct Counters: Sendable, Equatable {
        /// Operations by their name in `cn=Operations,cn=Monitor`: Bind, Unbind, Search, Compare, Modify, Modrdn, Add,
        /// Delete, Abandon, Extended.
        public var operations: [String: Int]
        /// Connections accepted so far, including those that are closed.
        public var connections: Int

        /// The number of operations of one kind.
        public subscript(operation: String) -> Int { operations[operation, default: 0] }

        /// What has been added since an earlier reading.
        public static func - (later: Counters, earlier: Counters) -> Counters {
            Counters(
                operations: later.operations.merging(earlier.operations, uniquingKeysWith: -),
                connections: later.connections - earlier.connections)
        }
    }

    /// Reads the server's counters.
    ///
    /// Reading takes a connection with one Bind, one Search and one Unbind, which count themselves;
    /// ``counting(_:)`` removes their share.
    public func counters() async throws -> Counters {
        let ldif = try await search(
            "(|(objectClass=monitorOperation)(cn=Total))", base: "cn=Monitor",
            attributes: ["monitorOpInitiated", "monitorCounter"])
        var counters = Counters(operations: [:], connections: 0)
        var dn = ""
        for line in ldif.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[colon...].drop { $0 == ":" || $0 == " " }
            switch line[..<colon] {
            case "dn": dn = String(value)
            case "monitorOpInitiated" where dn.hasSuffix(",cn=Operations,cn=Monitor"):
                counters.operations[String(dn.dropFirst(3).prefix { $0 != "," })] = Int(value)
            case "monitorCounter" where dn == "cn=Total,cn=Connections,cn=Monitor":
                counters.connections = Int(value) ?? 0
            default: break
            }
        }
        return counters
    }

    /// Runs a closure and tells what it has cost the server.
    ///
    /// Meaningful only while nobody else uses the server. An Unbind that ends the closure may be counted late.
    public func counting(_ body: () async throws -> Void) async throws -> Counters {
        let before = try await counters()
        try await body()
        let after = try await counters()
        let ownShare = Counters(operations: ["Bind": 1, "Search": 1, "Unbind": 1], connections: 1)
        return after - before - ownShare
    }
}
