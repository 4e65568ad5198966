/// Who am I? (RFC 4532): the authorization identity that a connection has.
enum WhoAmI {
    static let oid = "1.3.6.1.4.1.4203.1.11.3"
}
