import RemoteUserBackend
import Testing

@Suite struct AddressTests {
    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1"), ("2001:DB8:0:0::1", "2001:db8::1"), ("::ffff:192.0.2.1", "192.0.2.1"),
        ("0:0:0:0:0:FFFF:C000:0201", "192.0.2.1"), ("::", "::"), ("::1", "::1"), ("::192.0.2.1", "::192.0.2.1"),
    ])
    func anAddressHasOneForm(_ text: String, _ shown: String) {
        #expect(IPAddress(text)?.description == shown)
    }

    @Test(arguments: [
        "", " ", "127.1", "0127.0.0.1", "0x7f.0.0.1", "2130706433", "256.0.0.1", "1.2.3.4.5", "127.0.0.1 ",
        " 127.0.0.1", "127.0.0.1\u{0}", "10.0.0.1\u{0}.evil.example", "localhost", "[::1]", "::1%lo", "1::2::3",
        "::ffff:1.2.3", "fe80::1%eth0", "１２７.0.0.1", "127.0.0.1/32", "12345::", ":", ":::",
    ])
    func whatIsNoAddressIsNone(_ text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test func bytesOfASocketAreAnAddress() {
        #expect(IPAddress(bytes: [10, 0, 0, 1]) == IPAddress("10.0.0.1"))
        #expect(IPAddress(bytes: Array(repeating: 0, count: 10) + [0xFF, 0xFF, 10, 0, 0, 1]) == IPAddress("10.0.0.1"))
        #expect(IPAddress(bytes: [10, 0, 0]) == nil)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.255.255", true), ("10.0.0.0/8", "11.0.0.0", false), ("10.0.0.0/9", "10.128.0.0", false),
        ("10.0.0.4/30", "10.0.0.7", true), ("10.0.0.4/30", "10.0.0.8", false), ("127.0.0.1", "127.0.0.1", true),
        ("127.0.0.1", "127.0.0.2", false), ("10.0.0.0/8", "::ffff:10.1.2.3", true),
        ("::ffff:10.0.0.0/104", "10.1.2.3", true), ("::ffff:10.0.0.0/104", "11.1.2.3", false),
        ("2001:db8::/33", "2001:db8:7fff::1", true), ("2001:db8::/33", "2001:db8:8000::1", false),
        ("::1", "::1", true), ("::1", "127.0.0.1", false), ("8000::/1", "1.2.3.4", false), ("0.0.0.0/1", "::1", false),
    ])
    func aNetworkHoldsItsAddressesOnly(_ network: String, _ address: String, _ isIn: Bool) throws {
        #expect(try IPNetwork(network).contains(#require(IPAddress(address))) == isIn)
    }

    @Test(arguments: [
        "", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/08", "10.0.0.0/8/8", "10.0.0/8",
        "10.0.0.1/8", "2001:db8::1/32", "2001:db8::/129", "proxy.example.org", "::ffff:10.0.0.0/95", "*", "10.0.0.0/ 8",
        "10.0.0.0/9999999999999999999",
    ])
    func whatIsNoNetworkIsAMistakeOfTheConfiguration(_ text: String) {
        let error = #expect(throws: RemoteUserConfigurationError.self) { try IPNetwork(text) }
        #expect(error?.code == .network)
    }

    @Test(arguments: ["0.0.0.0/0", "::/0", "::ffff:0.0.0.0/96"])
    func aNetworkOfEveryAddressIsAMistake(_ text: String) {
        let error = #expect(throws: RemoteUserConfigurationError.self) { try IPNetwork(text) }
        #expect(error?.message.contains("anybody could be anybody") == true)
    }

    @Test func theMistakeNamesTheNetworkThatWasMeant() {
        let error = #expect(throws: RemoteUserConfigurationError.self) { try IPNetwork("10.0.3.7/24") }
        #expect(error?.message.contains("the network is 10.0.3.0/24") == true)
    }
}
