/// The values of the trusted headers in a request, each of which came at most once and under its own name.
struct IdentityValues {
    private var values: [String: [UInt8]] = [:]

    /// Collects the values.
    /// - Throws: ``HeaderRefusal`` where a header came twice, where one came that could be taken for it, or where a proxy on the way was
    ///   told to take one out.
    init(_ fields: [HeaderField], _ headers: IdentityHeaders) throws(HeaderRefusal) {
        let known = headers.known
        for field in fields {
            let name = field.lowercasedName
            if name == "connection" { try Self.requireNone(of: known, inConnection: field.value) }
            guard let header = known[field.lookalikeName] else { continue }
            guard known[name] != nil else {
                throw HeaderRefusal(
                    .lookalike, header,
                    "A header that looks like \(header), and is not, came through a trusted proxy; let it remove those with underscores and the like."
                )
            }
            guard values.updateValue(field.value, forKey: name) == nil else {
                throw HeaderRefusal(
                    .duplicate, header,
                    "\(header) came twice through a trusted proxy; let it set the header and not add to it.")
            }
        }
    }

    /// The value of a header; `nil` where it did not come.
    subscript(_ header: String) -> [UInt8]? { values[HeaderField.lowercased(header)] }

    /// RFC 9110 section 7.6.1: what this header names is taken out by the next proxy.
    private static func requireNone(
        of known: [String: String], inConnection value: [UInt8]
    ) throws(HeaderRefusal) {
        for option in value.split(separator: UInt8(ascii: ",")) {
            guard let header = known[HeaderField.lookalike(String(decoding: option, as: UTF8.self))] else { continue }
            throw HeaderRefusal(
                .hopByHop, header,
                "A Connection header that names \(header) came through a trusted proxy; let it set Connection itself.")
        }
    }
}
