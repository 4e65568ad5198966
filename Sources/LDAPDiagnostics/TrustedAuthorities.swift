internal import Foundation
internal import LDAPClient
internal import SwiftASN1
internal import X509

/// The CAs that the options name, read as libldap reads them.
struct TrustedAuthorities {
    /// The files cannot be used.
    struct Unusable: Error {
        var reason: String
    }

    let certificates: [Certificate]

    init(_ options: LDAPTLSOptions) throws(Unusable) {
        var found: [Certificate] = []
        if let file = options.effectiveCAFile { found += try Self.read(file) }
        if let directory = options.caDirectory {
            guard let names = try? FileManager.default.contentsOfDirectory(atPath: directory) else {
                throw Unusable(reason: "the folder \(directory) cannot be read")
            }
            // Other files may lie there too.
            for name in names.sorted() { found += (try? Self.read("\(directory)/\(name)")) ?? [] }
        }
        guard !found.isEmpty else {
            throw Unusable(reason: "there is no certificate in \(options.caDirectory ?? "the configured files")")
        }
        certificates = found
    }

    private static func read(_ file: String) throws(Unusable) -> [Certificate] {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw Unusable(reason: "the file \(file) cannot be read")
        }
        guard let documents = try? PEMDocument.parseMultiple(pemString: String(decoding: data, as: UTF8.self)) else {
            throw Unusable(reason: "the file \(file) is no PEM file")
        }
        // A bundle may hold a few that are too old for the parser; those cannot be the ones that are missed.
        let certificates = documents.compactMap { try? Certificate(pemDocument: $0) }
        guard !certificates.isEmpty else { throw Unusable(reason: "the file \(file) holds no certificate") }
        return certificates
    }
}

/// Accepts every chain that signatures hold together, whatever its dates and constraints.
struct SignaturesOnly: VerifierPolicy {
    let verifyingCriticalExtensions: [ASN1ObjectIdentifier]

    /// - Parameter certificates: Whatever extensions these have are no reason to stop.
    init(_ certificates: [Certificate]) {
        verifyingCriticalExtensions = certificates.flatMap { $0.extensions.map(\.oid) }
    }

    func chainMeetsPolicyRequirements(chain: UnverifiedCertificateChain) -> PolicyEvaluationResult { .meetsPolicy }
}
