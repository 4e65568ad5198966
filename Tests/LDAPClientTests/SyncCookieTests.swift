import Testing

@testable import LDAPClient

/// Which cookie is stored after a change.
@Suite struct SyncCookieTests {
    private let one = "20261121124527.098976Z#000000#001#000000"
    private let two = "20261121124530.000000Z#000000#002#000000"
    private let later = "20261121124531.000001Z#000000#001#000000"

    private func next(_ new: String, after stored: String?) -> String {
        SyncCookie(text: new).succeeding(stored.map(SyncCookie.init(text:))).description
    }

    @Test func numbersOfOtherServersAreKept() {
        #expect(
            next("rid=001,sid=002,csn=\(later)", after: "rid=001,csn=\(one);\(two)")
                == "rid=001,sid=002,csn=\(later);\(two)")
        #expect(next("rid=001,csn=\(two)", after: "rid=001,csn=\(one)") == "rid=001,csn=\(one);\(two)")
    }

    @Test func theLaterNumberOfAServerIsKept() {
        #expect(next("rid=001,csn=\(one)", after: "rid=001,csn=\(later)") == "rid=001,csn=\(later)")
        #expect(next("rid=001,csn=\(later)", after: "rid=001,csn=\(one)") == "rid=001,csn=\(later)")
    }

    @Test func aCookieWithoutANumberReplacesNoneThatHasOne() {
        #expect(next("rid=001", after: "rid=001,csn=\(one)") == "rid=001,csn=\(one)")
    }

    @Test func cookiesOfOtherServersStayOpaque() {
        for cookie in [
            "localhost:16389#cn=directory manager:ou=people,dc=test:(objectClass=inetOrgPerson)#59", "hello", "csn=1",
            "rid=001,csn=5", "rid=001,csn=\(one),more=1", "rid=001,what",
        ] {
            #expect(next(cookie, after: "rid=001,csn=\(one)") == cookie)
            #expect(next("rid=001,csn=\(one)", after: cookie) == "rid=001,csn=\(one)")
            #expect(next(cookie, after: nil) == cookie)
        }
        let binary = SyncCookie([0xFF, 0, 1])
        #expect(binary?.succeeding(SyncCookie(text: "rid=001,csn=\(one)")) == binary)
        #expect(binary?.description == "<3 octets>")
    }

    @Test func cookiesWithinAListOfDeletionsAreKnown() {
        #expect(SyncCookie(text: "rid=000,csn=\(one),delcsn=\(one)").isWithinDeletions)
        #expect(!SyncCookie(text: "rid=000,csn=\(one)").isWithinDeletions)
        #expect(!SyncCookie(text: "host#(x=,delcsn=1)#59").isWithinDeletions)
    }

    @Test func thereIsNoEmptyCookie() {
        #expect(SyncCookie([]) == nil)
    }
}
