internal import Glibc

/// Makes connections: resolve, connect, encrypt, each step under its own limit.
@LDAPActor
enum LDAPConnector {
    /// - Parameter deadline: A limit over all the steps, beside the one of each.
    static func connect(
        to url: LDAPURL, options: LDAPConnectionOptions, deadline: ContinuousClock.Instant? = nil,
        trace: LDAPTrace? = nil, resolver: Resolver = .shared
    ) async throws(LDAPError) -> LDAPConnection {
        try options.check(url)
        func limit() -> ContinuousClock.Instant {
            let own = ContinuousClock.now.advanced(by: options.timeouts.connect)
            return deadline.map { min($0, own) } ?? own
        }
        if url.scheme == .ldapi {
            let descriptor = try await trace.step(.connect, url, url.host) { () async throws(LDAPError) in
                try await UnixConnector.connect(to: url, until: limit())
            }
            return try plain(descriptor, url, options)
        }
        let addresses = try await trace.step(.resolve, url, url.host) { () async throws(LDAPError) in
            try await resolver.addresses(of: url.host, until: limit())
        }
        let descriptor = try await trace.step(.connect, url, "port \(url.port)") { () async throws(LDAPError) in
            try await TCPConnector.connect(to: addresses, url: url, until: limit())
        }
        guard url.scheme == .ldaps || options.tls.startTLS else {
            return try plain(descriptor, url, options)
        }
        return try await trace.step(.tls, url, options.tls.startTLS ? "StartTLS" : "TLS") {
            () async throws(LDAPError) in
            let session = try await TLSHandshake.perform(
                descriptor: descriptor, url: url, options: options.tls, maxMessageBytes: options.maxMessageBytes,
                until: limit())
            return LDAPConnection(session, url: url, timeouts: options.timeouts)
        }
    }

    private static func plain(
        _ descriptor: Int32, _ url: LDAPURL, _ options: LDAPConnectionOptions
    ) throws(LDAPError) -> LDAPConnection {
        var ownsSocket = true
        do throws(SessionFailure) {
            let session = try SessionHandle(descriptor: descriptor, url: url, serverName: nil)
            ownsSocket = false
            try session.configure(maxMessageBytes: options.maxMessageBytes)
            try session.makeNonBlocking()
            return LDAPConnection(session, url: url, timeouts: options.timeouts)
        } catch {
            if ownsSocket { close(descriptor) }
            throw LDAPError(.serverDown, step: .connect, operation: "connect to \(url)", reason: error.text)
        }
    }
}
