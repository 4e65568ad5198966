import AuthCore
import LDAPBackend
import LDAPClient
import Logging
import TestSupport
import Testing

/// Why somebody is not found is told on every kind of directory. Nobody binds here, so that nothing counts towards a lockout.
@Suite struct DiagnosisTests {
    /// What a look at an attempt finds out, with one thing changed in a right configuration.
    private func diagnoses(
        of name: String, on server: any DirectoryServer, base: String? = nil, filter: String? = nil
    ) async throws -> [AuthenticationDiagnosis] {
        let isActiveDirectory = server.kind == .activeDirectory
        let usual = isActiveDirectory ? "(sAMAccountName={username})" : "(uid={username})"
        let method = UserSearch.Method.search(
            base: try DistinguishedName(base ?? server.peopleDN), filter: try FilterTemplate(filter ?? usual))
        var found: [AuthenticationDiagnosis] = []
        try await Site.on(server) { site in
            let store = InMemoryAccountStore()
            let backend = LDAPBackend(
                configuration: LDAPBackendConfiguration(name: "corp", users: UserSearch(method)), client: site.client,
                memory: store)
            let chain = Authenticator(
                backends: [backend], store: store, deadline: LoginDeadline(.seconds(60)))
            let report = await chain.examine(
                PasswordCredentials(username: name, password: "not this one"),
                context: AuthenticationContext(trace: AuthenticationTrace()))
            #expect(report.outcome.user == nil)
            found = await backend.diagnose(
                report, of: LoginName(name), AuthenticationContext(trace: AuthenticationTrace()))
        }
        return found
    }

    @Test(arguments: DirectoryKind.allCases)
    func whySomebodyIsNotFound(_ kind: DirectoryKind) async throws {
        let server = try await kind.shared()
        let anna = try SmallCompany.person("anna")
        let attribute = kind == .activeDirectory ? "sAMAccountName" : "uid"

        let excluded = try await diagnoses(
            of: anna.login, on: server, filter: "(&(\(attribute)={username})(&(sn=*)(!(mail=\(anna.mail)))))")
        #expect(
            excluded.first?.cause.contains("excludes: (!(mail=\(anna.mail))), and the entry has mail") == true,
            "\(excluded)")

        let misspelt = try await diagnoses(
            of: anna.login, on: server, filter: "(&(\(attribute)={username})(givenNam=Anna))")
        #expect(misspelt.first?.remedy.hasPrefix("Write givenName in place of givenNam") == true, "\(misspelt)")

        let byMail = try await diagnoses(of: anna.mail, on: server)
        #expect(byMail.first?.cause.contains("is the mail of") == true, "\(byMail)")

        let outside = try await diagnoses(of: anna.login, on: server, base: server.groupsDN)
        #expect(outside.first?.cause.contains("which is not below users: base") == true, "\(outside)")

        let nobody = try await diagnoses(of: "anan", on: server)
        #expect(nobody.first?.cause.hasPrefix("No entry has 'anan'") == true, "\(nobody)")
        #expect(nobody.first?.remedy.contains("did you mean 'anna'?") == true, "\(nobody)")

        let wrongBase = try await diagnoses(
            of: anna.login, on: server, base: server.peopleDN.replacing("people", with: "peple"))
        #expect(wrongBase.first?.step == .search)
        #expect(wrongBase.first?.cause.contains("does not exist") == true, "\(wrongBase)")
        #expect(wrongBase.first?.remedy.lowercased().contains("ou=people") == true, "\(wrongBase)")
    }
}
