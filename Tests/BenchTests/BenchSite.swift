import Foundation
import TestSupport

/// A small generated directory, a configuration for it, and the measuring command.
struct BenchSite {
    static let people = 20
    let folder: String
    let slapd: Slapd

    /// Makes a site with a server of its own.
    static func with(_ body: (BenchSite) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let ldif = try await runSuccessfully(
                "\(repositoryRoot)/scripts/generate-directory",
                ["--people", "\(people)", "--groups", "30", "--users", "\(folder)/users"]
            ).output
            try await withSlapd(loading: .base(adding: ldif)) { slapd in
                let site = BenchSite(folder: folder, slapd: slapd)
                try site.write("bridge-secret", to: "bind.password")
                try site.write(site.configuration, to: "dirbridge.yaml")
                try await body(site)
            }
        }
    }

    private var configuration: String {
        """
        database: sqlite:accounts.db
        chain: [corp, local]
        directories:
          corp:
            servers: ["\(slapd.uri)"]
            service_account: {dn: "\(slapd.serviceDN)", password_file: bind.password}
            users:
              base: ou=people,\(slapd.suffix)
              filter: (&(objectClass=inetOrgPerson)(uid={username}))
            groups:
              base: ou=groups,\(slapd.suffix)
              mirror: all
            permissions:
              - {group: everyone, grant: payroll.view_payslip}

        """
    }

    /// Writes a file of the site's folder.
    func write(_ text: String, to name: String) throws {
        try text.write(toFile: "\(folder)/\(name)", atomically: false, encoding: .utf8)
    }

    /// The names of the files in the site's folder, in order.
    func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    /// Runs the command for a fraction of a second.
    func run(_ arguments: String...) async throws -> ProcessResult {
        try await run(arguments)
    }

    /// Of options that are given twice, the last one counts.
    func run(_ arguments: [String]) async throws -> ProcessResult {
        let common = [
            "--config", "\(folder)/dirbridge.yaml", "--users", "\(folder)/users", "--concurrency", "4", "--seconds",
            "0.1",
        ]
        return try await runProcess(
            builtProduct("dirbridge-bench"), arguments.prefix(1) + common + arguments.dropFirst())
    }

    /// Runs the command with these arguments and the configuration.
    func runAlone(_ arguments: String...) async throws -> ProcessResult {
        try await runProcess(
            builtProduct("dirbridge-bench"), arguments + ["--config", "\(folder)/dirbridge.yaml"])
    }

    /// What sqlite3(1) answers to a statement.
    func sqlite(_ statement: String) async throws -> String {
        try await runSuccessfully("sqlite3", ["\(folder)/accounts.db", statement])
            .output.trimmingCharacters(in: .newlines)
    }
}

/// What the command printed.
struct MeasurementRead: Decodable {
    let ops, errors, sockets: Int
    let perS, p50Ms, p95Ms, p99Ms, cpuUs, rssMib: Double

    /// Reads the document of a run, which has to be as its schema says.
    init(_ result: ProcessResult) async throws {
        guard !result.standardOutput.isEmpty else {
            throw TestSupportError("There is no document, but on standard error:\n\(result.errors)")
        }
        try await requireValid(result.standardOutput)
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        self = try decoder.decode(Self.self, from: Data(result.standardOutput))
    }
}

/// Checks a document against its schema.
private func requireValid(_ document: [UInt8]) async throws {
    let validator = """
        import json, pathlib, sys
        from jsonschema import Draft202012Validator
        schema = json.loads(pathlib.Path(sys.argv[1]).read_text())
        Draft202012Validator.check_schema(schema)
        Draft202012Validator(schema).validate(json.load(sys.stdin))
        """
    // The system's own Python, because that is the one which Debian's python3-jsonschema belongs to.
    try await runSuccessfully(
        "/usr/bin/python3",
        ["-c", validator, "\(repositoryRoot)/Sources/dirbridge-bench/measurement.schema.json"], input: document)
}
