import Testing

@testable import LDAPClient

@Suite struct BERTests {
    @Test(
        arguments: [
            ([0x04, 2, 7, 8], [7, 8]), ([0x04, 0x81, 2, 7, 8], [7, 8]), ([0x04, 0x84, 0, 0, 0, 2, 7, 8], [7, 8]),
            ([0x04, 0x88, 0, 0, 0, 0, 0, 0, 0, 2, 7, 8], [7, 8]), ([0x04, 0], []), ([0x04, 0x81, 0], []),
        ] as [([UInt8], [UInt8])])
    func lengthsAreReadInAnyForm(_ octets: [UInt8], _ content: [UInt8]) {
        var reader = BERReader(octets[...])
        #expect(reader.next(BERTag.octetString).map { Array($0.content) } == content)
        #expect(reader.isAtEnd)
    }

    @Test(
        arguments: [
            [], [0x04], [0x04, 1], [0x04, 0x80, 0, 0], [0x30, 0x80, 4, 0, 0, 0], [0x04, 0x81], [0x04, 0x82, 1],
            [0x04, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 0], [0x04, 0x85, 1, 0, 0, 0, 0, 0],
            [0x04, 0x88, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
            [0x04, 0xFF] + [UInt8](repeating: 255, count: 127),
            [0x1F, 0x81, 1, 0], [0x3F, 1, 0], [0x04, 3, 1, 2],
        ] as [[UInt8]])
    func whatIsCutShortOrTooLongIsRefused(_ octets: [UInt8]) {
        var reader = BERReader(octets[...])
        #expect(reader.next() == nil)
        #expect(reader.next() == nil)
    }

    @Test(
        arguments: [
            ([0], 0), ([0x7F], 127), ([0x80], -128), ([0, 0x80], 128), ([0xFF], -1), ([0xFF, 0x7F], -129),
            ([0, 0, 0, 0, 0, 0, 0, 0, 0, 5], 5), ([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE], -2),
            ([0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], Int.max), ([0x80, 0, 0, 0, 0, 0, 0, 0], Int.min),
            ([0, 0x80, 0, 0, 0, 0, 0, 0, 0], nil), ([0xFF, 0x7F, 0, 0, 0, 0, 0, 0, 0], nil),
            ([1, 0, 0, 0, 0, 0, 0, 0, 0], nil), ([], nil),
        ] as [([UInt8], Int?)])
    func integersAreReadWhereTheyFit(_ octets: [UInt8], _ expected: Int?) {
        #expect(BERReader.Element(tag: BERTag.integer, content: octets[...]).integer == expected)
    }

    @Test func elementsLieInEachOtherOnlySoDeep() {
        var octets: [UInt8] = []
        for _ in 0..<(BERReader.maximumDepth + 1) { octets = BERWriter.element(BERTag.sequence, octets) }
        var reader = BERReader(octets[...])
        var depth = 0
        while let next = reader.nested(BERTag.sequence) {
            reader = next
            depth += 1
        }
        #expect(depth == BERReader.maximumDepth)
    }

    @Test func anythingCanBeReadWithoutHarm() {
        var random = Splitmix(seed: 4)
        for _ in 0..<20_000 {
            let octets = (0..<Int.random(in: 0...24, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            var reader = BERReader(octets[...])
            var total = 0
            while let element = reader.next() { total += 2 + element.content.count }
            #expect(total <= octets.count)
            // Each of these must end, whatever it says.
            _ = PagedResultsControl(decoding: octets)
            _ = PasswordPolicyResponse(decoding: octets)
            _ = DirSyncControl(decoding: octets)
            _ = PreReadControl(decoding: octets)
            _ = PasswordModify.generatedPassword(in: octets)
        }
    }
}
