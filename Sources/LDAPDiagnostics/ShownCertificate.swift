public import Foundation
internal import X509

/// A certificate as people look at it (RFC 5280).
public struct ShownCertificate: Sendable, Hashable {
    /// Whom it is for.
    public var subject: String
    /// Who signed it.
    public var issuer: String
    /// The host names and IP addresses that it is for (subjectAltName).
    public var names: [String]
    /// When it begins to be valid.
    public var notBefore: Date
    /// When it ceases to be valid.
    public var notAfter: Date

    /// Creates a description.
    public init(subject: String, issuer: String, names: [String], notBefore: Date, notAfter: Date) {
        self.subject = subject
        self.issuer = issuer
        self.names = names
        self.notBefore = notBefore
        self.notAfter = notAfter
    }
}

extension ShownCertificate: CustomStringConvertible {
    /// One line with everything.
    public var description: String {
        "“\(subject)” for \(names.isEmpty ? "no names" : names.joined(separator: ", ")), valid from "
            + "\(notBefore.formatted(.iso8601)) to \(notAfter.formatted(.iso8601)), issued by “\(issuer)”"
    }
}

extension ShownCertificate {
    init(_ certificate: Certificate) {
        self.init(
            subject: Self.printable(certificate.subject.description),
            issuer: Self.printable(certificate.issuer.description),
            names: HostNames(certificate).texts.map(Self.printable), notBefore: certificate.notValidBefore,
            notAfter: certificate.notValidAfter)
    }

    /// A server chooses these texts; a terminal must not obey them.
    static func printable(_ text: String) -> String {
        String(
            text.unicodeScalars.prefix(500).map { scalar in
                let isControl = scalar.properties.generalCategory == .control || scalar.properties.isBidiControl
                return isControl ? " " : Character(scalar)
            })
    }
}
