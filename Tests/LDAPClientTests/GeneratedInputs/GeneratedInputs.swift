import Foundation

/// How many inputs tests generate, and from which number: settings of `scripts/fuzz`, which come as environment variables.
enum GeneratedInputs {
    /// Where the random numbers start.
    static let seed = number("LDAP_FUZZ_SEED").map(UInt64.init) ?? 20_260_101

    /// How many inputs to make: few in the suite, as many as somebody asks for otherwise.
    static func count(inTheSuite few: Int) -> Int {
        number("LDAP_FUZZ_COUNT") ?? few
    }

    private static func number(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
    }
}
