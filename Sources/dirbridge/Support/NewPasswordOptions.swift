import ArgumentParser

/// Whether a new local password must satisfy the rules of the configuration.
struct NewPasswordOptions: ParsableArguments {
    @Flag(help: "Accept a password that the configuration's validators would refuse.") var skipValidation = false

    var isValidated: Bool { !skipValidation }
}
