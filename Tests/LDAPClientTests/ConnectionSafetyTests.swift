import Synchronization
import TestSupport
import Testing

@testable import LDAPClient

/// What a connection insists on before an answer counts.
@Suite struct ConnectionSafetyTests {
    private let search = SearchRequest(base: DistinguishedName([]), scope: .base, attributes: .none)

    @Test func anEntryWhoseNameIsNoTextIsRefusedAndNotRepaired() async throws {
        // SearchResultEntry with the DN "cn=" and an octet that no UTF-8 holds, without attributes.
        let entry: [UInt8] = [0x30, 13, 0x02, 1, 1, 0x64, 8, 0x04, 4, 0x63, 0x6E, 0x3D, 0xFF, 0x30, 0]
        try await withToyServer(.script { _ in entry }) { server in
            let error = try await withClient(.anonymous(server.uri)) { client in
                try await failure { () async throws(LDAPError) in try await client.search(search) }
            }
            #expect(error.code == .unexpectedResponse)
        }
    }

    @Test func aCancellationThatIsQuickerThanTheRequestEndsTheCall() async throws {
        try await withToyServer(.countsOnly) { server in
            let connection = try await LDAPConnection.connect(to: LDAPURL(server.uri))
            let asking = Task { [search] in
                let operation = await PendingOperation(.search(search, sizeLimit: 0), step: .search, deadline: nil)
                // What a cancellation handler on another thread does before the call has begun to wait.
                await connection.cancel(operation)
                return try await failure { () async throws(LDAPError) in try await connection.perform(operation) }
            }
            let hasEnded = Mutex(false)
            let waiting = Task {
                let error = try await asking.value
                hasEnded.withLock { $0 = true }
                return error
            }
            try await eventually("the call has ended") { hasEnded.withLock { $0 } }
            #expect(try await waiting.value.code == .cancelled)
            #expect(server.receivedBytes.isEmpty)
            await connection.close()
        }
    }

    @Test func whoeverUsesAConnectionLearnsThatItWasClosedBefore() async throws {
        try await withToyServer(.countsOnly) { server in
            let connection = try await LDAPConnection.connect(to: LDAPURL(server.uri))
            let calls = Mutex(0)
            await connection.close()
            // As a pool does that has just made it: a lease that nobody gave back would be lost.
            let attach: @LDAPActor () -> Void = { connection.onClose = { calls.withLock { $0 += 1 } } }
            await attach()
            #expect(calls.withLock { $0 } == 1)
            await connection.close()
            #expect(calls.withLock { $0 } == 1)
        }
    }

    @Test func nobodyBindsWhereASearchIsUnderWay() async throws {
        try await withToyServer(.countsOnly) { server in
            let connection = try await LDAPConnection.connect(to: LDAPURL(server.uri))
            let searching = Task { [search] in
                try await failure { () async throws(LDAPError) in try await connection.search(search) }
            }
            try await eventually("the search has arrived") { server.receivedBytes.contains(0x63) }
            let error = try await failure { () async throws(LDAPError) in
                try await connection.bind(
                    dn: "cn=x", password: [1], deadline: .now.advanced(by: .milliseconds(300)))
            }
            #expect(error.code == .invalidArgument)
            await connection.close()
            #expect(try await searching.value.code == .connectionClosed)
        }
    }

    @Test func nothingIsSentWhileABindIsUnderWay() async throws {
        try await withToyServer(.countsOnly) { server in
            let connection = try await LDAPConnection.connect(to: LDAPURL(server.uri))
            let binding = Task {
                try await failure { () async throws(LDAPError) in try await connection.bind(dn: "cn=x", password: [1]) }
            }
            try await eventually("the bind is under way") { await connection.operationsUnderWay.count == 1 }
            try await eventually("the bind has arrived") { server.receivedBytes.contains(0x60) }
            let sent = server.receivedBytes.count
            for number in 0..<2 {
                let error = try await failure { () async throws(LDAPError) in
                    if number == 0 {
                        _ = try await connection.search(search)
                    } else {
                        _ = try await connection.whoAmI()
                    }
                }
                #expect(error.code == .invalidArgument)
                #expect(!error.requestWasSent)
            }
            #expect(server.receivedBytes.count == sent)
            await connection.close()
            #expect(try await binding.value.code == .connectionClosed)
        }
    }

    @Test func aServiceAccountThatMustChangeItsPasswordIsRefused() async throws {
        try await withSlapd(loading: .base) { slapd in
            try await slapd.modify(
                ldif: """
                    dn: \(slapd.serviceDN)
                    changetype: modify
                    delete: pwdPolicySubentry
                    -
                    replace: pwdReset
                    pwdReset: TRUE

                    """)
            let error = try await withClient(.of(slapd)) { client in
                try await failure { () async throws(LDAPError) in try await client.search(search) }
            }
            #expect(error.step == .serviceBind)
            #expect(error.description.contains("its password has to be changed first"))
        }
    }

    @Test func onlySuccessWithNothingMissingIsComplete() {
        func judge(_ code: Int32, references: Bool = false, rangeCut: Bool = false) -> SearchCompleteness? {
            .judge(resultCode: code, hasReferences: references, hasRangeCut: rangeCut)
        }
        #expect(judge(0) == .complete)
        #expect(judge(0, references: true) == .incomplete(.references))
        #expect(judge(0, rangeCut: true) == .incomplete(.rangeCut))
        #expect(judge(3) == .incomplete(.timeLimit))
        #expect(judge(4) == .incomplete(.sizeLimit))
        #expect(judge(11) == .incomplete(.adminLimit))
        for code in [1, 2, 10, 32, 50, 51, 53, 80] as [Int32] { #expect(judge(code) == nil) }
    }
}
