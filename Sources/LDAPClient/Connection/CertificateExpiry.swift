internal import SwiftASN1

extension DirectoryTime {
    /// When an X.509 certificate ceases to be valid (RFC 5280, 4.1.2.5).
    ///
    /// - Parameter certificate: The certificate as DER; it has been verified or not, but it came from a TLS library that
    ///   could read it.
    /// - Returns: `nil` for what is no certificate.
    init?(expiryOf certificate: [UInt8]) {
        guard let node = try? DER.parse(certificate),
            let fields = try? DER.sequence(node, identifier: .sequence, { try Self.fieldsOfCertificate(&$0) })
        else { return nil }
        self = fields
    }

    private static func fieldsOfCertificate(_ certificate: inout ASN1NodeCollection.Iterator) throws -> DirectoryTime {
        guard let signed = certificate.next() else { throw ASN1Error.invalidASN1Object(reason: "no certificate") }
        // The algorithm and the signature.
        while certificate.next() != nil {}
        return try DER.sequence(signed, identifier: .sequence) { fields in
            let version = ASN1Identifier(tagWithNumber: 0, tagClass: .contextSpecific)
            _ = try DER.optionalExplicitlyTagged(
                &fields, tagNumber: version.tagNumber, tagClass: version.tagClass
            ) { $0 }
            // The serial number, the algorithm and the issuer stand before the validity, all else behind it.
            for _ in 0..<3 { _ = fields.next() }
            guard let validity = fields.next() else { throw ASN1Error.invalidASN1Object(reason: "no validity") }
            while fields.next() != nil {}
            return try DER.sequence(validity, identifier: .sequence) { times in
                _ = times.next()
                guard let end = times.next() else { throw ASN1Error.invalidASN1Object(reason: "no end") }
                return try time(end)
            }
        }
    }

    private static func time(_ node: ASN1Node) throws -> DirectoryTime {
        let moment: (year: Int, month: Int, day: Int, hours: Int, minutes: Int, seconds: Int)
        if node.identifier == .utcTime {
            let time = try UTCTime(derEncoded: node)
            moment = (time.year, time.month, time.day, time.hours, time.minutes, time.seconds)
        } else {
            let time = try GeneralizedTime(derEncoded: node)
            moment = (time.year, time.month, time.day, time.hours, time.minutes, time.seconds)
        }
        guard let day = CalendarDay(year: moment.year, month: moment.month, day: moment.day) else {
            throw ASN1Error.invalidASN1Object(reason: "no such day")
        }
        let minutes = (day.daysSince1970 * 24 + moment.hours) * 60 + moment.minutes
        return DirectoryTime(secondsSince1970: Int64(minutes * 60 + moment.seconds))
    }
}
