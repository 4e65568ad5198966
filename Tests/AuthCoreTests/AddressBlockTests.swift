import Testing

@testable import AuthCore

struct AddressBlockTests {
    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("192.0.2.1:443", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"),
        ("[::ffff:c000:201]:443", "192.0.2.1"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::1", "2001:db8:1:2::/64"), ("[2001:db8:1:2::9]:8443", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80:0:0:0::/64"), ("::1", "0:0:0:0::/64"),
    ]) func anAddressCountsAsWhatOneClientHas(_ text: String, _ block: String) {
        #expect(AddressBlock(text).description == block)
    }

    @Test func neighboursAreOthers() {
        #expect(AddressBlock("192.0.2.1") != AddressBlock("192.0.2.2"))
        #expect(AddressBlock("2001:db8:1:2::1") != AddressBlock("2001:db8:1:3::1"))
        #expect(AddressBlock("2001:db8:1:2::1") == AddressBlock("2001:db8:1:2:ffff::1"))
    }

    @Test(arguments: [
        "", "localhost", "1.2.3", "1.2.3.4.5", "0x7f.1", "::g", "[", "[]", "%", ":", "1.2.3.4, 5.6.7.8", "\u{0}",
    ])
    func nonsenseIsOneClient(_ text: String) {
        #expect(AddressBlock(text).description == "unreadable")
    }
}
