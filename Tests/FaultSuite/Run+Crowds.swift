import LDAPClient
import TestSupport

extension Run {
    /// Asks more than a silent server has connections for, and notes how many were turned away and how many were late.
    func storm(_ client: LDAPClient, calls: Int, limit: Duration) async {
        let (refused, ended) = (Counter(), Counter())
        let start = ContinuousClock.now
        await withTaskGroup { group in
            for _ in 0..<calls {
                group.addTask {
                    do throws(LDAPError) {
                        _ = try await client.verifyPassword(
                            dn: "cn=x", password: Array(Run.secret.utf8), deadline: start + limit)
                    } catch {
                        if error.code == .tooManyWaiting { refused.add() }
                        if error.code == .timedOut { ended.add() }
                    }
                }
            }
        }
        let taken = start.duration(to: .now)
        note(
            "\(refused.count) were turned away at once, \(ended.count) ended at their deadline",
            refused.count + ended.count == calls && taken < limit + Runner.tolerance)
    }

    /// Shuts a client down while it waits for a silent server, and notes whether those who waited learn of it.
    func shutDown(_ client: LDAPClient, _ server: ToyServer) async {
        let ended = Counter()
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    do throws(LDAPError) {
                        _ = try await client.verifyPassword(dn: "cn=x", password: Array(Run.secret.utf8))
                    } catch {
                        if error.code == .connectionClosed { ended.add() }
                    }
                }
            }
            group.addTask {
                do throws(LDAPError) {
                    _ = try await client.search(Run.rootDSE)
                } catch {
                    if error.code == .connectionClosed { ended.add() }
                }
            }
            try? await eventually("all have arrived") {
                server.receivedBytes.count { $0 == 0x60 } >= 8 && server.receivedBytes.contains(0x63)
            }
            await client.shutdown()
        }
        note("all have ended at once", ended.count == 9)
    }
}
