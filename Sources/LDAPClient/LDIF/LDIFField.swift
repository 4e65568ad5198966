/// A line of the form `name: value`, `name:: Base64` or `name:< URL`.
struct LDIFField {
    var line: Int
    var name: ArraySlice<UInt8>
    /// What stands behind the first colon.
    var rest: ArraySlice<UInt8>

    /// Splits a line; `nil` if it has no colon.
    init?(_ line: LDIFLineReader.Line) throws(LDIFError) {
        guard let colon = line.bytes.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        self.line = line.number
        name = line.bytes[..<colon]
        rest = line.bytes[(colon + 1)...]
    }

    /// Names are compared without regard to case.
    func isNamed(_ other: String) -> Bool {
        name.count == other.utf8.count && zip(name, other.utf8).allSatisfy { ASCII.lowercased($0) == $1 }
    }

    /// The name as an attribute description.
    func attribute() throws(LDIFError) -> String {
        guard AttributeDescription.isValid(name) else { throw malformed("the name is no attribute description") }
        return String(decoding: name, as: UTF8.self)
    }

    /// The octets of the value.
    func value(_ options: LDIFReader.Options) throws(LDIFError) -> [UInt8] {
        try value(of: rest, options)
    }

    /// The octets that `rest`, which follows a colon, stands for.
    func value(of rest: ArraySlice<UInt8>, _ options: LDIFReader.Options) throws(LDIFError) -> [UInt8] {
        let isSpace = { (byte: UInt8) in byte == UInt8(ascii: " ") }
        switch rest.first {
        case UInt8(ascii: ":"):
            guard let bytes = Base64.decode(rest.dropFirst().drop(while: isSpace)) else {
                throw malformed("the value is no Base64")
            }
            return bytes
        case UInt8(ascii: "<"):
            return try read(String(decoding: rest.dropFirst().drop(while: isSpace), as: UTF8.self), options)
        default:
            return Array(rest.drop(while: isSpace))
        }
    }

    /// The value as text.
    func text(_ options: LDIFReader.Options) throws(LDIFError) -> String {
        guard let text = String(validating: try value(options), as: UTF8.self) else {
            throw malformed("the value is no UTF-8")
        }
        return text
    }

    /// The value as a DN, with its text.
    func name(_ options: LDIFReader.Options) throws(LDIFError) -> (dn: DistinguishedName, text: String) {
        let text = try text(options)
        do throws(LDAPError) {
            return (try DistinguishedName(text), text)
        } catch {
            throw malformed("the value is no DN: \(error.reason)")
        }
    }

    func malformed(_ reason: String) -> LDIFError {
        LDIFError(.malformed, line: line, reason: reason)
    }

    private func read(_ url: String, _ options: LDIFReader.Options) throws(LDIFError) -> [UInt8] {
        guard let readURL = options.readURL else {
            throw LDIFError(
                .urlRefused, line: line, reason: "the value is to be read from a URL, which is not allowed",
                remedy: "put the value into the file as Base64, or allow URLs")
        }
        do {
            return try readURL(url)
        } catch {
            throw LDIFError(
                .urlRefused, line: line, reason: "the value's URL could not be read (\(error))",
                remedy: "check the URL and the rights of the file")
        }
    }
}
