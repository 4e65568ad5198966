import LDAPBackend
import Testing

@Suite struct ShownValueTests {
    @Test(
        arguments: [
            ([0xFF, 0xD8, 0xFF, 0xE0], "JPEG image"), ([0x89, 0x50, 0x4E, 0x47], "PNG image"),
            ([0x47, 0x49, 0x46, 0x38], "GIF image"), ([0x25, 0x50, 0x44, 0x46], "PDF document"),
            ([1, 2, 3], "binary value"),
        ] as [([UInt8], String)])
    func octetsAreToldByTheirKind(_ octets: [UInt8], _ kind: String) {
        #expect(ShownValue.octets(octets).hasPrefix("<\(kind), \(octets.count) bytes, sha256 "))
    }

    @Test func octetsAreToldByTheirSizeAndChecksum() {
        // sha256sum of "abc", FIPS 180-2 appendix B.1.
        #expect(ShownValue.octets(Array("abc".utf8)) == "<binary value, 3 bytes, sha256 ba7816bf8f01cfea…>")
        #expect(ShownValue.octets([UInt8](repeating: 0, count: 20_499)).contains(", 20 kB, "))
        #expect(ShownValue.octets([UInt8](repeating: 0, count: 999)).contains(", 999 bytes, "))
    }

    @Test func longTextsAreCut() {
        let longest = String(repeating: "ž", count: ShownValue.largestText)
        #expect(ShownValue.text(longest) == longest)
        #expect(ShownValue.text(longest + "ž") == longest + "… (402 bytes)")
    }

    @Test func aRuleShowsWhatItMade() {
        let photo = AttributeRule(.attribute("jpegPhoto"), type: .binary)
        #expect(photo.shown("/9j/4A==").hasPrefix("<JPEG image, 4 bytes"))
        let photos = AttributeRule(.attribute("jpegPhoto"), values: .all, type: .binary)
        #expect(photos.shown(#"["/9j/4A==","AQID"]"#).contains("bytes, sha256 "))
        #expect(photos.shown(#"["/9j/4A==","AQID"]"#).contains(">, <binary value, 3 bytes"))
        #expect(AttributeRule.attribute("title").shown("Engineer") == "Engineer")
    }
}
