public import AuthCore
import LDAPClient
import LDAPDiagnostics

extension Bridge {
    /// Adds to a report what is wrong with the TLS of the directories that could not be talked to, as steps, and puts it
    /// in the place of an explanation that could only guess.
    ///
    /// Makes a handshake with each of their servers, and sends no secret.
    ///
    /// - Parameters:
    ///   - report: A report with steps.
    ///   - limit: How long the look may take, in all. Default: 5 seconds.
    public func explainingTLS(
        _ report: AuthenticationReport, within limit: Duration = .seconds(5)
    ) async -> AuthenticationReport {
        let deadline = ContinuousClock.now + limit
        var report = report
        for client in clients where client.mayHaveFailedInTLS(report) {
            let found = await client.tlsProblems(until: deadline)
            report.steps += found
            // What was tried last is what the report is about.
            if report.outcome == .unavailable(.tlsFailed), let last = found.last {
                report.explanation = last.detail
            }
        }
        return report
    }
}

extension LDAPClient {
    fileprivate func mayHaveFailedInTLS(_ report: AuthenticationReport) -> Bool {
        report.steps.contains { $0.backend == name && !$0.isOK && $0.name == LDAPStep.tls.rawValue }
            || (report.backend == name && report.outcome == .unavailable(.serverDown))
    }

    /// The servers whose TLS does not work, in their order, each with a step that says why. All are looked at at once, so
    /// that a silent one takes no time from the others.
    fileprivate func tlsProblems(until deadline: ContinuousClock.Instant) async -> [AuthenticationStep] {
        let servers = await knownServers
        return await withTaskGroup(of: (Int, AuthenticationStep?).self) { group in
            for (index, server) in servers.enumerated() where self.usesTLS(server) {
                group.addTask { (index, await self.tlsProblem(at: server, until: deadline)) }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.compactMap(\.1)
        }
    }

    private func usesTLS(_ server: LDAPURL) -> Bool {
        server.scheme == .ldaps || (server.scheme == .ldap && configuration.connection.tls.startTLS)
    }

    private func tlsProblem(at server: LDAPURL, until deadline: ContinuousClock.Instant) async -> AuthenticationStep? {
        let start = ContinuousClock.now
        let diagnosis = try? await TLSDiagnosis.diagnose(
            server, options: configuration.connection.tls, deadline: deadline)
        guard let diagnosis, !diagnosis.problems.isEmpty else { return nil }
        return AuthenticationStep(
            backend: name, name: "tls diagnosis", isOK: false, duration: start.duration(to: .now),
            detail: diagnosis.description)
    }
}
