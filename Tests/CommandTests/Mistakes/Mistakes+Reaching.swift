import TestSupport

/// Mistakes on the way to the server and with the service account.
extension Mistake {
    static let reaching: [Mistake] = [
        Mistake(
            name: "nobody listens at the port", place: .nobody, answer: "unavailable serverDown", step: "connect",
            cause: "onnection refused", remedy: "address, the port"),
        Mistake(
            name: "the server's name is unknown", place: .address("ldaps://ldap.nowhere.invalid"),
            answer: "unavailable serverDown", step: "resolve", cause: "ldap.nowhere.invalid", remedy: "DNS"),
        Mistake(
            name: "ldaps to the plain port", edits: ["ldap://127": "ldaps://127"], answer: "unavailable tlsFailed",
            step: "tls", cause: "speaks LDAP without TLS", remedy: "port"),
        Mistake(
            name: "the certificate is for another name", place: .secured(.wrongHost, startTLS: false, isTrusted: true),
            answer: "unavailable tlsFailed", step: "tls", cause: "is for ldap.elsewhere.test, and not for 127.0.0.1",
            remedy: "onnect to the server by one of its names"),
        Mistake(
            name: "the authority is unknown", place: .secured(.valid, startTLS: true, isTrusted: false),
            answer: "unavailable tlsFailed", step: "tls", cause: "“CN=Throwaway authority ca”, which is not trusted",
            remedy: "dd the certificate of this CA"),
        Mistake(
            name: "the certificate has expired", place: .secured(.expired, startTLS: true, isTrusted: true),
            answer: "unavailable tlsFailed", step: "tls", cause: "expired at 2021-01-01T00:00:00Z",
            remedy: "enew it on the server"),
        Mistake(
            name: "the certificate is not valid yet", place: .secured(.notYetValid, startTLS: false, isTrusted: true),
            answer: "unavailable tlsFailed", step: "tls", cause: "is valid from 2090-01-01",
            remedy: "heck the clock"),
        Mistake(
            name: "the certificate is signed by its own key",
            place: .secured(.selfSigned, startTLS: false, isTrusted: true), answer: "unavailable tlsFailed",
            step: "tls",
            cause: "is signed by its own key", remedy: "ive the server a certificate of a CA"),
        Mistake(
            name: "StartTLS is not offered", directory: ["tls: {start_tls: true}"], answer: "unavailable tlsFailed",
            step: "tls", cause: "refuses StartTLS", remedy: "ldaps://"),
        Mistake(
            name: "the server demands encryption", place: .demandingEncryption,
            answer: "unavailable serviceBindRefused", step: "service bind", cause: "wants an encrypted connection",
            remedy: "write ldaps:// in servers, or tls: {start_tls: true}"),
        Mistake(
            name: "the server answers nobody who has not bound", place: .demandingBind,
            edits: [
                #"    service_account: {dn: "cn=bridge,ou=services,dc=example,dc=org", password_file: bind.password}"#:
                    ""
            ],
            answer: "unavailable searchRefused", step: "search", cause: "there is no service_account",
            remedy: "Configure a service_account"),
        Mistake(
            name: "the service account's password is wrong",
            edits: ["password_file: bind.password": "password_file: wrong.password"],
            answer: "unavailable serviceBindRefused", step: "service bind",
            cause: "the server refused the DN or the password", remedy: "its password_file",
            isToldLike: ["the service account's DN is wrong", "the service account is of another suffix"]),
        Mistake(
            name: "the service account's DN is wrong", edits: ["cn=bridge,ou=services": "cn=brigde,ou=services"],
            answer: "unavailable serviceBindRefused", step: "service bind",
            cause: "the server refused the DN or the password", remedy: "the dn, letter by letter",
            isToldLike: ["the service account is of another suffix"]),
        Mistake(
            name: "the service account is of another suffix",
            edits: ["cn=bridge,ou=services,dc=example,dc=org": "cn=bridge,dc=corp,dc=example"],
            answer: "unavailable serviceBindRefused", step: "service bind", cause: "cannot exist there",
            remedy: "Correct service_account: dn"),
        Mistake(
            name: "the server's time is up", edits: ["base: ou=people": "base: cn=slow,ou=codes"],
            answer: "unavailable searchRefused", step: "search", cause: "cut off: timeLimit",
            remedy: "limit on the time of a search"),
        Mistake(
            name: "the server is busy", edits: ["base: ou=people": "base: cn=busy,ou=codes"],
            answer: "unavailable searchRefused", step: "search", cause: "the server is busy", remedy: "Try again later"),
        Mistake(
            name: "the base is on another server", edits: ["base: ou=people": "base: ou=moved"],
            answer: "unavailable searchRefused", step: "search", cause: "refers to another server",
            remedy: "the server that holds these entries"),
    ]
}
