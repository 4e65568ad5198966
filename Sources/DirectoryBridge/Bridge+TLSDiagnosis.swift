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
        for directory in configuration.directories where directory.mayHaveFailedInTLS(report) {
            let found = await directory.tlsProblems(until: deadline)
            report.steps += found.map(\.step)
            // What was tried last is what the report is about.
            if report.outcome == .unavailable(.tlsFailed), let last = found.last {
                report.explanation = last.step.detail
            }
        }
        return report
    }
}

extension DirectoryConfiguration {
    fileprivate func mayHaveFailedInTLS(_ report: AuthenticationReport) -> Bool {
        report.steps.contains { $0.backend == backend.name && !$0.isOK && $0.name == LDAPStep.tls.rawValue }
            || (report.backend == backend.name && report.outcome == .unavailable(.serverDown))
    }

    /// The servers whose TLS does not work, each with a step that says why.
    fileprivate func tlsProblems(
        until deadline: ContinuousClock.Instant
    ) async -> [(server: LDAPURL, step: AuthenticationStep)] {
        var found: [(server: LDAPURL, step: AuthenticationStep)] = []
        for server in client.servers + client.backupServers {
            guard server.scheme == .ldaps || (server.scheme == .ldap && client.connection.tls.startTLS) else {
                continue
            }
            let start = ContinuousClock.now
            let diagnosis = try? await TLSDiagnosis.diagnose(
                server, options: client.connection.tls, deadline: deadline)
            guard let diagnosis, !diagnosis.problems.isEmpty else { continue }
            let step = AuthenticationStep(
                backend: backend.name, name: "tls diagnosis", isOK: false, duration: start.duration(to: .now),
                detail: diagnosis.description)
            found.append((server, step))
        }
        return found
    }
}
