import Foundation
import LDAPClient
import Logging
import TestSupport
import Testing

/// What is settled before `main`.
@Suite struct ProcessTests {
    @Test func brokenPipesDoNotEndTheProcess() {
        var action = sigaction()
        sigaction(SIGPIPE, nil, &action)
        #expect(
            unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self))
    }

    @Test func environmentAndFilesCannotSwitchVerificationOff() async throws {
        var options = Slapd.Options()
        options.tls = true
        try await withSlapd(loading: .base, options: options) { slapd in
            // A process of its own, whose libldap has not been used yet when it meets these.
            setenv("LDAPTLS_REQCERT", "never", 1)
            setenv("LDAPNOINIT", "", 1)
            defer {
                unsetenv("LDAPTLS_REQCERT")
                setenv("LDAPNOINIT", "1", 1)
            }
            let uri = try #require(slapd.ldapsURI)
            await #expect(processExitsWith: .success) { [uri = uri as String] in
                #expect(getenv("LDAPNOINIT").map { String(cString: $0) } == "1")
                #expect(getenv("LDAPTLS_REQCERT").map { String(cString: $0) } == "never")
                let url = try LDAPURL(uri)
                let error = try await failure { () async throws(LDAPError) in
                    try await LDAPConnection.connect(to: url)
                }
                #expect(error.code == .tlsFailed)
            }
        }
    }
}
