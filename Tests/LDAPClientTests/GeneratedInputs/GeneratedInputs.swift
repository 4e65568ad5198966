import Foundation

/// How many inputs tests generate, and from which number: settings of `scripts/fuzz`, which come as environment variables.
enum GeneratedInputs {
    /// Where the random numbers start.
    static let seed = number("LDAP_FUZZ_SEED").map(UInt64.init) ?? 20_260_101

    /// How many inputs to make: few in the suite, as many as somebody asks for otherwise.
    static func count(inTheSuite few: Int) -> Int {
        number("LDAP_FUZZ_COUNT") ?? few
    }

    /// The only target to test, by its name.
    static let onlyTarget = ProcessInfo.processInfo.environment["LDAP_FUZZ_TARGET"]

    /// The only input to make, when one that failed is looked at again.
    static let onlyInput = number("LDAP_FUZZ_ONLY")

    /// The command that does again what failed.
    static func repetition(_ target: String, input: Int? = nil) -> String {
        let only = input.map { " --only \($0)" } ?? ""
        return "again with: scripts/fuzz \(target) --seed \(seed)\(only)"
    }

    private static func number(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
    }
}
