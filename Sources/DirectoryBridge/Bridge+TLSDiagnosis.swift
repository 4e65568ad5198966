import AuthCore
import LDAPClient
import LDAPDiagnostics

/// What is wrong with the TLS of a server, and the step that found it.
struct TLSFinding: Sendable {
    let step: AuthenticationStep
    let diagnosis: AuthenticationDiagnosis
}

extension Bridge {
    /// What is wrong with the TLS of the directories that could not be talked to, in the order of the configuration.
    ///
    /// Makes a handshake with each of their servers, and sends no secret.
    func tlsFindings(_ report: AuthenticationReport, until deadline: ContinuousClock.Instant) async -> [TLSFinding] {
        var findings: [TLSFinding] = []
        for client in clients where client.mayHaveFailedInTLS(report) {
            findings += await client.tlsFindings(until: deadline)
        }
        return findings
    }
}

extension LDAPClient {
    fileprivate func mayHaveFailedInTLS(_ report: AuthenticationReport) -> Bool {
        report.steps.contains { $0.backend == name && !$0.isOK && $0.name == LDAPStep.tls.rawValue }
            || (report.backend == name && report.outcome == .unavailable(.serverDown))
    }

    /// The servers whose TLS does not work, in their order. All are looked at at once, so that a silent one takes no time from the others.
    fileprivate func tlsFindings(until deadline: ContinuousClock.Instant) async -> [TLSFinding] {
        let servers = await knownServers
        return await withTaskGroup(of: (Int, TLSFinding?).self) { group in
            for (index, server) in servers.enumerated() where self.usesTLS(server) {
                group.addTask { (index, await self.tlsFinding(at: server, until: deadline)) }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.compactMap(\.1)
        }
    }

    private func usesTLS(_ server: LDAPURL) -> Bool {
        server.scheme == .ldaps || (server.scheme == .ldap && configuration.connection.tls.startTLS)
    }

    private func tlsFinding(at server: LDAPURL, until deadline: ContinuousClock.Instant) async -> TLSFinding? {
        let start = ContinuousClock.now
        let diagnosis = try? await TLSDiagnosis.diagnose(
            server, options: configuration.connection.tls, deadline: deadline)
        // That a server is not reached has been said already.
        guard let diagnosis, !diagnosis.problems.isEmpty, !diagnosis.isAboutReaching else { return nil }
        let step = AuthenticationStep(
            backend: name, name: "tls diagnosis", isOK: false, duration: start.duration(to: .now),
            detail: diagnosis.description)
        let shown = diagnosis.certificates.first.map { " The server shows \($0)." } ?? ""
        let explanations = diagnosis.problems.map(\.explanation).joined(separator: "; ")
        let remedies = diagnosis.problems.map(\.remedy).joined(separator: "; ")
        return TLSFinding(
            step: step,
            diagnosis: AuthenticationDiagnosis(
                backend: name, .tls,
                cause: "Could not set up TLS with \(server): \(explanations).\(shown)",
                remedy: remedies.prefix(1).uppercased() + remedies.dropFirst() + "."))
    }
}

extension TLSDiagnosis {
    /// Whether the server was not even reached.
    fileprivate var isAboutReaching: Bool {
        problems.allSatisfy { [.connectionRefused, .unreachable].contains($0.kind) }
    }
}
