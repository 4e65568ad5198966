/// What a bind request carries to prove an identity (RFC 4511, 4.2: AuthenticationChoice).
enum BindCredentials {
    case simple(dn: String, password: [UInt8])
    /// One message of a SASL exchange, which may have several.
    case sasl(mechanism: String, message: [UInt8]?)

    /// The bind in words, for errors; holds no secret.
    var description: String {
        switch self {
        case .simple(let dn, _): "bind as \(LDAPError.printable(dn))"
        case .sasl(let mechanism, _): "bind with \(mechanism)"
        }
    }
}
