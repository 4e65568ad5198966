import Foundation
import Glibc
import Synchronization
import TestSupport

/// Passes octets on between clients and a server, and does to connections what networks do.
///
/// One thread with non-blocking sockets, so that a client or a server that does not read keeps nobody else waiting.
final class CuttingRelay: Sendable {
    /// What can happen to a connection.
    enum Fault: CaseIterable {
        /// Both ends see it closed.
        case close
        /// Both ends see it reset.
        case reset
        /// Half of what the server sends next still arrives.
        case closeInTheMiddle
        /// Nothing is passed on any more, and nobody is told.
        case silence
    }

    private struct Orders {
        var faults: [(fault: Fault, share: Double, seed: UInt64)] = []
        var isRefusing = false
        var isStopped = false
        var hasEnded = false
        var peak = 0
        var accepted = 0
    }

    /// The port on 127.0.0.1 that clients use.
    let port: Int
    private let upstreamPort: Int
    private let listener: Int32
    private let orders = Mutex(Orders())

    init(to upstreamPort: Int) throws {
        self.upstreamPort = upstreamPort
        (listener, port) = try LoopbackPort.listen()
        RelayedConnection.makeNonBlocking(listener)
        Thread.detachNewThread { [self] in
            serve()
            close(listener)
            orders.withLock { $0.hasEnded = true }
        }
    }

    /// The most connections at a time, and all there have been.
    var counts: (peak: Int, accepted: Int) { orders.withLock { ($0.peak, $0.accepted) } }

    /// Has something happen to a part of the connections, from 0 to 1.
    func inflict(_ fault: Fault, onShare share: Double, seed: UInt64) {
        orders.withLock { $0.faults.append((fault, share, seed)) }
    }

    /// Closes new connections as soon as they are made, as a server does that is not there behind a load balancer.
    func refuse(_ isRefusing: Bool) {
        orders.withLock { $0.isRefusing = isRefusing }
    }

    /// Closes everything.
    func stop() async throws {
        orders.withLock { $0.isStopped = true }
        try await eventually("the relay has stopped") { orders.withLock { $0.hasEnded } }
    }

    private func serve() {
        var pairs: [RelayedConnection] = []
        var accepted = 0
        while true {
            var entries = pairs.flatMap(\.interests) + [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
            // Orders are looked at now and then.
            poll(&entries, nfds_t(entries.count), 50)
            var isOpen = pairs.indices.map { index in
                let isReady = entries[2 * index].revents != 0 || entries[2 * index + 1].revents != 0
                return !isReady || pairs[index].pump()
            }
            let (faults, isRefusing, isStopped) = orders.withLock { orders in
                defer { orders.faults = [] }
                return (orders.faults, orders.isRefusing, orders.isStopped)
            }
            for (fault, share, seed) in faults {
                var dice = Splitmix(seed: seed)
                for index in pairs.indices where isOpen[index] && Double.random(in: 0..<1, using: &dice) < share {
                    isOpen[index] = !pairs[index].suffer(fault)
                }
            }
            for (pair, isOpen) in zip(pairs, isOpen) where !isOpen || isStopped { pair.close() }
            if isStopped { return }
            pairs = zip(pairs, isOpen).filter(\.1).map(\.0)
            while case let client = accept(listener, nil, nil), client >= 0 {
                guard !isRefusing, let pair = RelayedConnection(client: client, upstreamPort: upstreamPort) else {
                    close(client)
                    continue
                }
                accepted += 1
                pairs.append(pair)
            }
            orders.withLock { orders in
                orders.accepted = accepted
                orders.peak = max(orders.peak, pairs.count)
            }
        }
    }
}
