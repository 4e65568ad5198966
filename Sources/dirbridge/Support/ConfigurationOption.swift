import ArgumentParser
import DirectoryBridge
import Foundation
import Logging

/// The options that every command takes.
struct ConfigurationOption: ParsableArguments {
    @Option(
        name: .customLong("config"),
        help: "The configuration file. Default: $DIRBRIDGE_CONFIG, else /etc/dirbridge/dirbridge.yaml.")
    var file: String?

    @Flag(name: .shortAndLong, help: "Say on standard error what is being done.")
    var verbose = false

    /// Where the configuration is. The working directory is never searched: whoever owns it could collect passwords.
    var path: String {
        file ?? ProcessInfo.processInfo.environment["DIRBRIDGE_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
            ?? "/etc/dirbridge/dirbridge.yaml"
    }

    /// The validated configuration.
    func load() throws -> Configuration {
        try Configuration.load(file: path)
    }

    /// A logger to standard error: warnings, or everything.
    var logger: Logger {
        var logger = Logger(label: "dirbridge") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = verbose ? .debug : .warning
        return logger
    }

    /// Opens everything, runs `body`, and closes everything, whatever `body` does.
    func withBridge<Result>(_ mode: Bridge.StoreMode = .writable, _ body: (Bridge) async throws -> Result) async throws
        -> Result
    {
        let bridge = try Bridge(configuration: try load(), mode: mode, logger: logger)
        do {
            let result = try await body(bridge)
            await bridge.shutdown()
            return result
        } catch {
            await bridge.shutdown()
            throw error
        }
    }
}

extension Bridge {
    /// Refuses to go on with a configuration that names things that do not exist. What cannot be checked since something is down is left
    /// to the attempt itself.
    ///
    /// - Parameter limit: How long each directory may take to be looked at.
    func requireSoundConfiguration(within limit: Duration? = nil) async throws {
        let problems = await check(within: limit).problems
        if !problems.isEmpty { throw InvalidConfiguration(problems) }
    }
}
