/// An OpenLDAP server that the tests of one process share, for tests that only read.
///
/// It starts when it is first asked for and ends with the test process, also when that is killed.
/// ```swift
/// private let directory = SharedSlapd(loading: .company)
///
/// @Test func aliceIsFound() async throws {
///     let slapd = try await directory.server()
/// }
/// ```
public typealias SharedSlapd = SharedDirectory<Slapd>

extension SharedDirectory<Slapd> {
    /// The company without TLS, shared by all that need nothing else.
    public static let company = SharedSlapd(loading: .company)

    /// Describes a server, without starting it.
    public convenience init(loading content: Slapd.Content, options: Slapd.Options = Slapd.Options()) {
        self.init { try await Slapd.launch(folder: $0, content: content, options: options) }
    }
}
