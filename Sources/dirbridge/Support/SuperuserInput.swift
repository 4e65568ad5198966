import ArgumentParser
import AuthCore
import DirectoryBridge
import Foundation

/// Who is to be superuser: what the arguments leave open is asked on the terminal, or stands in the environment.
///
/// The questions, the suggested name and the variables are those of Django's `createsuperuser`. Two things differ: who gives the username as an
/// argument is not asked for the e-mail address, and nothing is made without a password, with which nobody could log in.
struct SuperuserInput: ParsableArguments {
    @Flag(
        name: [.customLong("no-input"), .customLong("noinput")],
        help: """
            Ask nothing: the username, the e-mail address and the password that are not given otherwise are \
            $DJANGO_SUPERUSER_USERNAME, $DJANGO_SUPERUSER_EMAIL and $DJANGO_SUPERUSER_PASSWORD.
            """)
    var isUnattended = false

    @Argument(help: "The username. Without it, it is asked for.") var user: String?

    /// The username and the e-mail address.
    /// - Parameters:
    ///   - email: The address, empty if it was not given.
    ///   - bridge: Where the name has to be free.
    func person(email: String, in bridge: Bridge) async throws -> (username: String, email: String) {
        if isUnattended {
            guard let username = user ?? Self.variable("USERNAME") else {
                throw CommandFailure(
                    "There is no username; with --no-input give it as an argument or in $DJANGO_SUPERUSER_USERNAME.")
            }
            return (username, email.isEmpty ? Self.variable("EMAIL") ?? "" : email)
        }
        if let user { return (user, email) }
        let terminal = try Terminal(orElse: "give the username as an argument, or use --no-input.")
        let username = try await askUsername(on: terminal, bridge)
        return (username, email.isEmpty ? try terminal.ask("Email address: ") : email)
    }

    /// The new account's password.
    func password(of username: String, _ input: PasswordInput) throws -> Secret {
        guard isUnattended, !input.fromStandardInput else { return try input.readNew(of: username) }
        guard let password = Self.variable("PASSWORD") else {
            throw CommandFailure(
                "There is no password; with --no-input give it with --password-stdin or in $DJANGO_SUPERUSER_PASSWORD.")
        }
        return Secret(password)
    }

    /// Asks until there is a name that can be taken.
    private func askUsername(on terminal: Terminal, _ bridge: Bridge) async throws -> String {
        var suggestion = Self.suggestion(from: NSUserName())
        if let name = suggestion, await (try? bridge.requireFree(name)) == nil { suggestion = nil }
        while true {
            let hint = suggestion.map { " (leave blank to use '\($0)')" } ?? ""
            let answer = try terminal.ask("Username\(hint): ")
            let name = answer.isEmpty ? suggestion ?? "" : answer
            do {
                try await bridge.requireFree(name)
                return name
            } catch let refusal as AdministrationError {
                try terminal.show("Error: \(refusal.message)")
            }
        }
    }

    /// The operating system's name for somebody as a username: what remains of it in ASCII, without spaces, in lower case.
    /// - Returns: `nil` if that is no username.
    static func suggestion(from systemName: String) -> String? {
        let name = systemName.decomposedStringWithCompatibilityMapping.unicodeScalars
            .filter { $0.isASCII && $0 != " " }.map { String($0).lowercased() }.joined()
        return name.wholeMatch(of: /[a-z0-9_.@+\-]{1,150}/) == nil ? nil : name
    }

    /// An empty variable counts as none.
    private static func variable(_ name: String) -> String? {
        ProcessInfo.processInfo.environment["DJANGO_SUPERUSER_\(name)"].flatMap { $0.isEmpty ? nil : $0 }
    }
}
