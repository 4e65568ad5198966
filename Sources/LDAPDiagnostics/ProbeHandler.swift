internal import NIOCore
internal import NIOSSL
internal import NIOTLS

/// One look at one server: StartTLS if asked for, a handshake that accepts everything, one question, and the end.
final class ProbeHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What to do after connecting.
    enum Plan: Sendable {
        case tls(NIOSSLContext, serverName: String?)
        case startTLS(NIOSSLContext, serverName: String?)
        /// No TLS at all: does the port speak plain LDAP?
        case plain
    }

    private let plan: Plan
    private let facts: NIOLoopBoundBox<TLSObservation>
    private let promise: EventLoopPromise<TLSObservation>
    private var received: [UInt8] = []
    private var isOver = false

    init(_ plan: Plan, facts: NIOLoopBoundBox<TLSObservation>, promise: EventLoopPromise<TLSObservation>) {
        self.plan = plan
        self.facts = facts
        self.promise = promise
    }

    func channelActive(context: ChannelHandlerContext) {
        switch plan {
        case .tls(let tls, let name):
            startHandshake(context, tls, name)
        case .startTLS:
            facts.value.stage = .startTLS
            send(ProbeMessages.startTLS, context)
        case .plain:
            facts.value.stage = .question
            send(ProbeMessages.rootDSE, context)
        }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += Array(unwrapInboundIn(data).readableBytesView)
        if facts.value.stage == .question {
            return finish(.answered(isLDAP: received.first == 0x30), context)
        }
        guard case .startTLS(let tls, let name) = plan, facts.value.stage == .startTLS else { return }
        // An answer to StartTLS is short; what goes on and on is none.
        guard received.count <= 1 << 16 else { return finish(.answered(isLDAP: false), context) }
        guard let length = ProbeMessages.length(of: received) else { return }
        guard length > 0 else { return finish(.answered(isLDAP: false), context) }
        guard received.count >= length else { return }
        guard let result = ProbeMessages.extendedResult(Array(received[..<length])) else {
            return finish(.answered(isLDAP: true), context)
        }
        guard result.code == 0 else {
            return finish(.startTLSRefused(resultCode: result.code, text: result.text), context)
        }
        received = []
        startHandshake(context, tls, name)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent {
            facts.value.stage = .question
            send(ProbeMessages.rootDSE, context)
            // The answer tells whether the server wants a client certificate; a server that has none is no problem.
            let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            context.eventLoop.scheduleTask(in: .seconds(5)) { handler.value.finish(.timedOut, bound.value) }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        finish(Self.end(of: error), context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish(.closed, context)
        context.fireChannelInactive()
    }

    private func startHandshake(_ context: ChannelHandlerContext, _ tls: NIOSSLContext, _ name: String?) {
        facts.value.stage = .handshake
        let facts = facts
        do {
            let handler = try NIOSSLClientHandler(
                context: tls, serverHostname: name,
                customVerificationCallback: { certificates, verdict in
                    // Called on the loop of this channel. Nothing is trusted with anything here: no secret is ever sent.
                    facts.value.certificates = certificates.map { (try? $0.toDERBytes()) ?? [] }
                    verdict.succeed(.certificateVerified)
                })
            try context.pipeline.syncOperations.addHandler(handler, position: .first)
        } catch {
            finish(Self.end(of: error), context)
        }
    }

    private func send(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(bytes: bytes)), promise: nil)
    }

    private func finish(_ end: TLSObservation.End, _ context: ChannelHandlerContext) {
        guard !isOver else { return }
        isOver = true
        facts.value.end = end
        let handler = try? context.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self)
        facts.value.version = handler?.tlsVersion.flatMap(Self.text)
        promise.succeed(facts.value)
        context.close(promise: nil)
    }

    private static func end(of error: any Error) -> TLSObservation.End {
        switch error {
        case NIOSSLError.uncleanShutdown, NIOSSLError.handshakeFailed(.sslError([.eofDuringHandshake])): .closed
        case let error as IOError: .failed(errno: error.errnoCode, text: error.description)
        default: .failed(errno: nil, text: "\(error)")
        }
    }

    private static func text(_ version: NIOSSL.TLSVersion) -> String? {
        switch version {
        case .tlsv1: "1.0"
        case .tlsv11: "1.1"
        case .tlsv12: "1.2"
        case .tlsv13: "1.3"
        }
    }
}
