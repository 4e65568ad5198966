/// Runs a closure with a directory of its own that holds the ``SmallCompany``, whatever the product.
/// - Parameters:
///   - kind: Which product.
///   - content: How much of the company.
///   - body: Receives the running server.
public func withDirectory<Result>(
    _ kind: DirectoryKind, _ content: DirectoryContent = .company, _ body: (any DirectoryServer) async throws -> Result
) async throws -> Result {
    switch kind {
    case .openLDAP: try await withDirectory({ try await smallSlapd(folder: $0, content) }, body)
    case .activeDirectory: try await withSambaDomain(content, body)
    case .directoryServer389: try await withDirectoryServer389(content, body)
    }
}

extension DirectoryKind {
    /// A running server of this product with ``DirectoryContent/companyAndCrowd``, shared by all tests that only read.
    public func shared() async throws -> any DirectoryServer {
        switch self {
        case .openLDAP: try await SharedDirectory.smallCompany.server()
        case .activeDirectory: try await SambaDomain.shared.server()
        case .directoryServer389: try await DirectoryServer389.shared.server()
        }
    }

    /// A running server of this product with ``DirectoryContent/company``, shared by tests that each have a person of their own, whom they
    /// may change and for whom they may offer wrong passwords.
    public func sharedForChanges() async throws -> any DirectoryServer {
        switch self {
        case .openLDAP: try await SharedDirectory.openLDAPForChanges.server()
        case .activeDirectory: try await SharedDirectory.activeDirectoryForChanges.server()
        case .directoryServer389: try await SharedDirectory.directoryServer389ForChanges.server()
        }
    }
}

extension SharedDirectory<Slapd> {
    /// The ``SmallCompany`` with its crowd, with TLS.
    public static let smallCompany = SharedSlapd { try await smallSlapd(folder: $0, .companyAndCrowd) }

    fileprivate static let openLDAPForChanges = SharedSlapd { try await smallSlapd(folder: $0, .company) }
}

extension SharedDirectory<SambaDomain> {
    fileprivate static let activeDirectoryForChanges = SharedDirectory {
        try await SambaDomain.launch(folder: $0, content: .company)
    }
}

extension SharedDirectory<DirectoryServer389> {
    fileprivate static let directoryServer389ForChanges = SharedDirectory {
        try await DirectoryServer389.launch(folder: $0, content: .company)
    }
}

private func smallSlapd(folder: String, _ content: DirectoryContent) async throws -> Slapd {
    var options = Slapd.Options()
    options.tls = true
    let slapd = try await Slapd.launch(folder: folder, content: .smallCompany(content), options: options)
    do {
        try await slapd.lockAccounts()
        return slapd
    } catch {
        await slapd.stop()
        throw error
    }
}
