extension DirectoryServer {
    /// Adds entries, as the administrator.
    /// - Parameters:
    ///   - ldif: One or more entries, parents first.
    ///   - isRelaxed: Whether they may have operational attributes such as `entryUUID`, as when a deleted entry is restored
    ///     (the Relax Rules control). Default: `false`.
    /// - Throws: ``TestSupportError`` with the server's answer, if it refuses.
    public func add(ldif: String, isRelaxed: Bool = false) async throws {
        try await runTool("ldapadd", isRelaxed ? ["-e", "!relax"] : [], input: ldif)
    }

    /// Changes entries, as the administrator.
    /// - Parameter ldif: Change records, RFC 2849: `changetype: modify`, `add`, `delete` or `modrdn`.
    /// - Throws: ``TestSupportError`` with the server's answer, if it refuses.
    public func modify(ldif: String) async throws {
        try await runTool("ldapmodify", [], input: ldif)
    }

    /// Deletes an entry that has no children, as the administrator.
    public func delete(_ dn: String) async throws {
        try await runTool("ldapdelete", ["--", dn])
    }

    /// Renames an entry or moves it, as the administrator. The old name's value is removed from the entry.
    /// - Parameters:
    ///   - dn: The entry.
    ///   - newRDN: Its new relative name, for instance `uid=alice`.
    ///   - newSuperior: The new parent; by default the entry stays where it is.
    public func rename(_ dn: String, to newRDN: String, under newSuperior: String? = nil) async throws {
        try await runTool("ldapmodrdn", ["-r"] + (newSuperior.map { ["-s", $0] } ?? []) + ["--", dn, newRDN])
    }

    /// Searches as the administrator, to check what the directory holds.
    /// - Parameters:
    ///   - filter: A filter in the form of RFC 4515.
    ///   - base: Where the search starts; by default at the suffix. The scope is the subtree.
    ///   - attributes: What is returned; by default all user attributes. Add `+` for operational ones.
    /// - Returns: The entries as LDIF, with unfolded lines.
    public func search(_ filter: String, base: String? = nil, attributes: [String] = ["*"]) async throws -> String {
        try await runTool("ldapsearch", ["-LLL", "-o", "ldif-wrap=no", "-b", base ?? suffix, filter] + attributes)
    }

    @discardableResult
    private func runTool(_ tool: String, _ arguments: [String], input: String = "") async throws -> String {
        // Without LDAPNOINIT the machine's and the user's own ldap.conf would have a say.
        try await runSuccessfully(
            tool, ["-x", "-H", uri, "-D", adminDN, "-w", adminPassword] + arguments, input: Array(input.utf8),
            environment: ["LDAPNOINIT": "1"], timeout: .seconds(180)
        ).output
    }
}
