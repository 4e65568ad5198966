extension Slapd {
    /// Everything that the database holds, operational attributes included, as slapcat(8) writes it.
    public func dump() async throws -> String {
        try await runSuccessfully("slapcat", ["-f", "\(folder)/slapd.conf", "-b", suffix]).output
    }
}
