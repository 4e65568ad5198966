internal import COpenLDAP

/// Asks DNS for service records through the system's resolver, with its servers, time limits and retries; blocks.
enum ServiceQuery {
    /// - Parameters:
    ///   - name: Such as `_ldap._tcp.example.org`.
    ///   - server: The IPv4 address of the DNS server, for tests; `nil` for those of resolv.conf(5).
    /// - Throws: Why there are none.
    static func records(
        of name: String, server: SocketAddress? = nil
    ) throws(ResolutionFailure) -> [ServiceRecord] {
        var answer = [UInt8](repeating: 0, count: 65_535)
        var problem: Int32 = 0
        func query(_ server: UnsafePointer<sockaddr>?) -> Int32 {
            answer.withUnsafeMutableBufferPointer {
                cldap_query_services(name, server, $0.baseAddress, Int32($0.count), &problem)
            }
        }
        let length = server.map { $0.withSocketAddress { address, _ in query(address) } } ?? query(nil)
        guard length >= 0 else { throw ResolutionFailure(text: String(cString: cldap_resolver_error(problem))) }
        do {
            let records = try ServiceRecordParser.records(in: Array(answer.prefix(Int(length))))
            guard !records.isEmpty else { throw ResolutionFailure(text: "DNS names no server for this service") }
            return records
        } catch let error as ResolutionFailure {
            throw error
        } catch {
            throw ResolutionFailure(text: "the DNS message cannot be read")
        }
    }
}
