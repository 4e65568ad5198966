import AuthCore
import LDAPClient
import Logging
import Synchronization

/// What a directory turned out to be.
public struct RecognisedDirectory: Sendable, Hashable {
    /// The kind.
    public let preset: DirectoryPreset
    /// What it was told by, as the end of a sentence: `the object class OpenLDAProotDSE`.
    public let ground: String
}

/// Says how to read a directory: as it was configured, or by what the directory turns out to be.
///
/// A kind once recognised holds as long as this lives: ids of another attribute would make everybody another person.
final class DirectoryRecognition: Sendable {
    private let known: Mutex<PreparedDirectory?>
    private let candidates: [DirectoryPreset: LDAPBackendConfiguration]
    private let memory: any RuleGroupMemory
    private let logger: Logger
    /// As what a directory is spoken of that could not be asked what it is.
    let presumed: PreparedDirectory

    private var name: String { presumed.configuration.name }

    /// A directory of a known kind.
    init(_ configuration: LDAPBackendConfiguration, memory: any RuleGroupMemory, logger: Logger) {
        presumed = PreparedDirectory(configuration, memory: memory, logger: logger)
        known = Mutex(presumed)
        candidates = [:]
        self.memory = memory
        self.logger = logger
    }

    /// A directory of a kind that shows.
    /// - Parameter presumed: One of the candidates.
    init(
        _ candidates: [DirectoryPreset: LDAPBackendConfiguration], presumed: LDAPBackendConfiguration,
        memory: any RuleGroupMemory, logger: Logger
    ) {
        known = Mutex(nil)
        self.candidates = candidates
        self.presumed = PreparedDirectory(presumed, memory: memory, logger: logger)
        self.memory = memory
        self.logger = logger
    }

    /// The directory, asked what it is if that is not known yet.
    /// - Throws: ``AuthenticationOutage`` if it does not say, or if it is of a kind that nothing is known about.
    func directory(_ client: LDAPClient, _ context: AuthenticationContext) async throws -> PreparedDirectory {
        if let known = known.withLock({ $0 }) { return known }
        let guess: DirectoryVendorGuess
        do throws(LDAPError) {
            guess = try await client.rootDSE(deadline: context.deadline).vendor
        } catch {
            throw AuthenticationOutage(error)
        }
        guard let preset = DirectoryPreset(guess.vendor), let configuration = candidates[preset] else {
            throw AuthenticationOutage(
                .searchRefused,
                "'\(name)' is to be recognised (preset: auto), but its root DSE shows \(guess.ground); name the preset that fits: \(candidates.keys.map(\.rawValue).sorted().joined(separator: ", "))."
            )
        }
        logger.info(
            "A directory was recognised",
            metadata: [
                "auth.backend": "\(name)", "directory.preset": "\(preset.rawValue)",
                "directory.ground": "\(guess.ground)",
            ])
        return known.withLock { known in
            // Two logins at once may both look; the first answer holds.
            if let known { return known }
            let prepared = PreparedDirectory(
                configuration, recognised: RecognisedDirectory(preset: preset, ground: guess.ground), memory: memory,
                logger: logger)
            known = prepared
            return prepared
        }
    }
}
