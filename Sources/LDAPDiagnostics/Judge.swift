internal import Foundation
internal import Glibc
internal import LDAPClient
internal import SwiftASN1
internal import X509

/// Turns what a probe saw into problems: what the connection did first, then the certificates.
struct Judge {
    var url: LDAPURL
    var options: LDAPTLSOptions
    var seen: TLSObservation
    var isPlainLDAP: Bool
    var now = Date()

    func diagnosis() async -> TLSDiagnosis {
        let name = options.expectedName(of: url)
        let certificates = seen.certificates.compactMap { try? Certificate(derEncoded: $0) }
        var problems = connectionProblems
        if let leaf = certificates.first { problems += await certificateProblems(leaf, certificates, name) }
        // libldap would refuse a name that everything else is right with.
        if problems.isEmpty, name == "localhost" { problems.append(.localhost(url)) }
        return TLSDiagnosis(
            url: url, expectedName: name, version: seen.version, certificates: certificates.map(ShownCertificate.init),
            problems: problems)
    }

    private var connectionProblems: [TLSDiagnosis.Problem] {
        if isPlainLDAP { return [.plainLDAP(url)] }
        switch (seen.stage, seen.end) {
        case (.question, .answered(isLDAP: false)): return [.notLDAP(url)]
        case (_, .answered(isLDAP: true)) where seen.stage == .question: return versionProblems
        case (.question, .timedOut): return versionProblems
        case (_, .answered): return [.notTLS(url, startTLS: url.scheme == .ldap)]
        case (_, .timedOut): return [.timedOut(url, seen.stage)]
        case (_, .startTLSRefused(let code, let text)): return [.startTLSRefused(url, code, text)]
        case (.connect, .failed(let errno?, _)) where errno == ECONNREFUSED: return [.connectionRefused(url)]
        case (.connect, .failed(_, let text)): return [.unreachable(url, text)]
        case (_, .failed(let errno, let text)): return endProblems(errno, text)
        case (_, .closed): return endProblems(nil, nil)
        }
    }

    /// The connection ended within the handshake or right after it.
    private func endProblems(_ errno: Int32?, _ text: String?) -> [TLSDiagnosis.Problem] {
        if let text {
            if ["WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNEXPECTED_MESSAGE"].contains(where: text.contains),
                seen.certificates.isEmpty
            {
                return [.notTLS(url, startTLS: url.scheme == .ldap)]
            }
            if ["PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL"].contains(where: text.contains) {
                return [.protocolTooOld(nil, options.minimumVersion)]
            }
        }
        // With TLS 1.3 a server looks at the client's certificate when the client is through (RFC 8446, 4.4.2.4).
        if seen.asksForCertificate {
            return versionProblems + [.clientCertificate(options, ShownCertificate.printable(text ?? ""))]
        }
        if let text, errno == nil { return [.handshakeFailed(url, ShownCertificate.printable(text))] }
        return versionProblems + [.connectionClosed(url, seen.stage)]
    }

    private var versionProblems: [TLSDiagnosis.Problem] {
        guard let version = seen.version, version < options.minimumVersion.rawValue else { return [] }
        return [.protocolTooOld(version, options.minimumVersion)]
    }

    private func certificateProblems(
        _ leaf: Certificate, _ shown: [Certificate], _ name: String
    ) async -> [TLSDiagnosis.Problem] {
        var problems: [TLSDiagnosis.Problem] = []
        for certificate in shown {
            if certificate.notValidAfter < now { problems.append(.expired(ShownCertificate(certificate))) }
            if certificate.notValidBefore > now { problems.append(.notYetValid(ShownCertificate(certificate), now)) }
        }
        let names = HostNames(leaf)
        if !names.include(name) {
            problems.append(.wrongHost(names.texts.map(ShownCertificate.printable), name, url))
        }
        do throws(TrustedAuthorities.Unusable) {
            let trusted = try TrustedAuthorities(options).certificates
            problems += await trustProblems(leaf, shown, trusted, datesAreWrong: !problems.isEmpty)
        } catch {
            problems.append(.authoritiesUnusable(error.reason))
        }
        return problems
    }

    private func trustProblems(
        _ leaf: Certificate, _ shown: [Certificate], _ trusted: [Certificate], datesAreWrong: Bool
    ) async -> [TLSDiagnosis.Problem] {
        let (roots, others) = (CertificateStore(trusted), CertificateStore(shown.dropFirst()))
        var signatures = Verifier(rootCertificates: roots) { SignaturesOnly(shown + trusted) }
        guard case .couldNotValidate = await signatures.validate(leaf: leaf, intermediates: others) else {
            // Trusted by itself, or wrong already: rules say nothing more.
            guard !datesAreWrong, !trusted.contains(leaf) else { return [] }
            var rules = Verifier(rootCertificates: roots) { RFC5280Policy() }
            guard case .couldNotValidate(let failures) = await rules.validate(leaf: leaf, intermediates: others) else {
                return []
            }
            let reason = failures.first.map { "\($0.policyFailureReason)" } ?? "it has an unknown critical extension"
            return [.chainRefused(ShownCertificate.printable(reason))]
        }
        let isSelfSigned =
            leaf.issuer == leaf.subject && leaf.publicKey.isValidSignature(leaf.signature, for: leaf)
        let last = ShownCertificate(shown.last ?? leaf)
        return [isSelfSigned ? .selfSigned(ShownCertificate(leaf), options) : .unknownAuthority(last, options)]
    }
}
