internal import LDAPClient
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// Looks at a server's TLS without trusting it.
enum TLSProbe {
    /// The client's own certificate or key cannot be used.
    struct ClientCertificateUnusable: Error {
        var reason: String
    }

    /// Makes a handshake that accepts everything, and reports how far it came.
    ///
    /// - Parameter deadline: When it ends at the latest.
    static func look(
        at url: LDAPURL, _ options: LDAPTLSOptions, until deadline: ContinuousClock.Instant
    ) async throws -> TLSObservation {
        let name = options.expectedName(of: url)
        let isAddress = (try? SocketAddress(ipAddress: name, port: 0)) != nil
        let configuration = try configuration(options)
        return try await run(url, until: deadline) { facts in
            var configuration = configuration
            // Called on the loop of the channel, when the server asks.
            configuration.sslContextCallback = { _, promise in
                facts.value.asksForCertificate = true
                promise.succeed(.noChanges)
            }
            let context = try NIOSSLContext(configuration: configuration)
            // Addresses are no server names (RFC 6066, 3).
            let serverName = isAddress ? nil : name
            return url.scheme == .ldaps
                ? .tls(context, serverName: serverName) : .startTLS(context, serverName: serverName)
        }
    }

    /// Whether the port speaks LDAP without TLS.
    static func speaksPlainLDAP(_ url: LDAPURL, until deadline: ContinuousClock.Instant) async -> Bool {
        let seen = try? await run(url, until: deadline) { _ in .plain }
        return seen?.end == .answered(isLDAP: true)
    }

    private static func run(
        _ url: LDAPURL, until deadline: ContinuousClock.Instant,
        _ plan: @escaping @Sendable (NIOLoopBoundBox<TLSObservation>) throws -> ProbeHandler.Plan
    ) async throws -> TLSObservation {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let seen = try await run(url, group.next(), until: deadline, plan).get()
            try await group.shutdownGracefully()
            return seen
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    private static func run(
        _ url: LDAPURL, _ loop: any EventLoop, until deadline: ContinuousClock.Instant,
        _ plan: @escaping @Sendable (NIOLoopBoundBox<TLSObservation>) throws -> ProbeHandler.Plan
    ) -> EventLoopFuture<TLSObservation> {
        let promise = loop.makePromise(of: TLSObservation.self)
        let facts = NIOLoopBoundBox.makeBoxSendingValue(TLSObservation(), eventLoop: loop)
        let rest = ContinuousClock.now.duration(to: deadline)
        let limit = TimeAmount.nanoseconds(Int64(max(0, rest / .nanoseconds(1))))
        let connected = ClientBootstrap(group: loop).connectTimeout(limit).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                let plan = try plan(facts)
                try channel.pipeline.syncOperations.addHandler(ProbeHandler(plan, facts: facts, promise: promise))
            }
        }.connect(host: url.host, port: url.port)
        let timer = loop.scheduleTask(in: limit) {
            facts.value.end = .timedOut
            promise.succeed(facts.value)
        }
        promise.futureResult.whenComplete { _ in
            timer.cancel()
            connected.whenSuccess { $0.close(promise: nil) }
        }
        connected.whenFailure { error in
            facts.value.end = connectFailure(error)
            promise.succeed(facts.value)
        }
        return promise.futureResult
    }

    private static func connectFailure(_ error: any Error) -> TLSObservation.End {
        if case ChannelError.connectTimeout = error { return .timedOut }
        guard let all = error as? NIOConnectionError else {
            return .failed(errno: (error as? IOError)?.errnoCode, text: "\(error)")
        }
        guard let last = all.connectionErrors.last?.error else {
            return .failed(errno: nil, text: "the host \(all.host) is unknown")
        }
        if case ChannelError.connectTimeout = last { return .timedOut }
        return .failed(errno: (last as? IOError)?.errnoCode, text: "\(last)")
    }

    private static func configuration(
        _ options: LDAPTLSOptions
    ) throws(ClientCertificateUnusable) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        // Everything is accepted, so that it can be looked at.
        configuration.certificateVerification = .noHostnameVerification
        configuration.trustRoots = .certificates([])
        configuration.minimumTLSVersion = .tlsv1
        configuration.cipherSuites = "ALL"
        if let own = options.clientCertificate {
            do {
                configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(own.certificateFile).map {
                    .certificate($0)
                }
                configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: own.keyFile, format: .pem))
                _ = try NIOSSLContext(configuration: configuration)
            } catch {
                throw ClientCertificateUnusable(reason: "\(error)")
            }
        }
        return configuration
    }
}
