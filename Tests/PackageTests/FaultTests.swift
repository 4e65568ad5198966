import Testing

/// The document of faults and the suite that writes it (`scripts/faults`).
@Suite struct FaultTests {
    private static let document = "Sources/LDAPClient/LDAPClient.docc/Faults.md"

    /// The numbers that open a row, in order.
    private func rows(_ text: Substring) -> [Int] {
        text.matches(of: /(?m)^\| F(\d+) \|/).compactMap { Int($0.output.1) }
    }

    @Test func everyFaultIsInTheDocumentOnce() throws {
        let text = try Repository.text(Self.document)
        #expect(rows(text[...]).sorted() == Array(1...78))
    }

    @Test func everyRowOfTheSuiteIsInTheTableOfResults() throws {
        let text = try Repository.text(Self.document)
        let end = try #require(text.firstRange(of: "## What concerns others")).lowerBound
        let provoked = try Repository.files(below: "Tests/FaultSuite/Rows").flatMap { file in
            try Repository.text(file).matches(of: /Fault\(\s*(\d+),/).compactMap { Int($0.output.1) }
        }
        #expect(rows(text[..<end]) == provoked.sorted())
    }
}
