import AuthCore
import LDAPBackend
import LDAPClient
import TestSupport
import Testing

/// One thing that django-auth-ldap can be told or does, what it is here, and what is seen of it on a real server.
struct SettingRow: Sendable, CustomTestStringConvertible {
    /// The part of the table it stands in.
    enum Part: String, Sendable, CaseIterable {
        case settings = "Settings"
        case searches = "Searches"
        case groupTypes = "Group types"
        case queries = "Group queries"
        case api = "Backend, hooks and signals"
        case failures = "Failures"
        case caches = "Caches"
    }

    var part: Part
    /// Its name there, as ``DjangoAuthLDAPNames`` has it.
    var name: String
    /// What is written there in this row, as code.
    var theirs: String
    /// What else is so in this row.
    var note: String
    /// What is written here for it, as Markdown: YAML keys, or Swift where there is no key.
    var ours: String
    /// Where this differs on purpose, how and why; `nil` if the same comes of it.
    var difference: String?
    /// What the test has to set up.
    var situation: Situation
    /// What is done, in order, and what is to be seen.
    var steps: [Step]

    init(
        _ part: Part, _ name: String, _ theirs: String = "", note: String = "", ours: String, difference: String? = nil,
        _ situation: Situation, _ steps: [Step]
    ) {
        self.part = part
        self.name = name
        self.theirs = theirs
        self.note = note
        self.ours = ours
        self.difference = difference
        self.situation = situation
        self.steps = steps
    }

    init(
        _ part: Part, _ name: String, _ theirs: String = "", note: String = "", ours: String, difference: String? = nil,
        _ steps: [Step]
    ) {
        self.init(part, name, theirs, note: note, ours: ours, difference: difference, Situation(), steps)
    }

    var testDescription: String {
        [name, theirs.isEmpty ? "" : "= \(theirs)", note].filter { !$0.isEmpty }.joined(separator: " ")
    }
}

/// What a row starts with.
struct Situation: Sendable {
    /// Changes the configuration, which otherwise searches people by uid, reads nested groups of names and mirrors none.
    var configure: @Sendable (inout LDAPBackendConfiguration) throws -> Void = { _ in }
    /// Changes how the directory is reached.
    var reach: @Sendable (inout LDAPClientConfiguration, Slapd) async throws -> Void = { _, _ in }
    /// How the server is started.
    var options = Slapd.Options()
    /// More entries.
    var ldif = ""
    var hook: MirrorHook?
    /// Accounts that are there before, with a local password where one is given.
    var local: [(name: String, password: String?)] = []

    static func with(_ configure: @escaping @Sendable (inout LDAPBackendConfiguration) throws -> Void) -> Situation {
        Situation(configure: configure)
    }
}

/// What is done with a directory and an account store, and what is to be seen.
enum Step: Sendable {
    /// Somebody logs in with a password.
    case attempt(String, password: String, Answer)
    /// Somebody logs in, and nothing is written.
    case logInAgain(String)
    /// Somebody logs in, and the explanation for administrators says this.
    case explains(String, String)
    /// An account has these names and this address.
    case person(String, first: String, last: String, email: String)
    /// An account is staff or superuser, or is not.
    case flags(String, staff: Bool, superuser: Bool)
    /// A profile attribute; `nil` for none.
    case profile(String, String, String?)
    /// The local groups of an account.
    case groups(String, Set<String>)
    /// What an account may do here, all things considered.
    case permissions(String, Set<String>)
    /// All accounts there are.
    case accounts([String])
    /// Whether a password could open the account here.
    case hasUsablePassword(String, Bool)
    /// An administrator's changes.
    case administer(String?, [AccountChange])
    /// The directory is changed.
    case modify(String)
    case add(String)
    case rename(String, to: String)
    case stopServer
    case pauseServer
    case resumeServer
    case startServer
    /// A scan sees somebody, or does not.
    case isScanned(String, Bool)
    /// Somebody comes in sooner or later: when a server that was down is asked again.
    case comesInEventually(String)
    /// What an observer heard of the last attempt: how it ended, and which backends could not be asked.
    case heard(Answer, outages: [String])
    /// What a login costs the server: searches and binds.
    case costs(String, searches: Int, binds: Int)

    /// Somebody logs in with the password `NAME-secret`.
    static func logIn(_ name: String, _ answer: Answer) -> Step {
        .attempt(name, password: "\(name)-secret", answer)
    }

    /// Somebody logs in with a password.
    static func logIn(_ name: String, _ password: String, _ answer: Answer) -> Step {
        .attempt(name, password: password, answer)
    }
}

/// How an attempt ends.
enum Answer: Sendable, Equatable, CustomStringConvertible {
    case comesIn
    case rejected(RejectionReason)
    case notFound
    case denied(DenialReason)
    case unavailable(OutageReason)

    init(_ outcome: AuthenticationOutcome) {
        switch outcome {
        case .authenticated: self = .comesIn
        case .rejected(let reason): self = .rejected(reason)
        case .notFound: self = .notFound
        case .denied(let reason): self = .denied(reason)
        case .unavailable(let reason): self = .unavailable(reason)
        }
    }

    var description: String {
        switch self {
        case .comesIn: "comes in"
        case .rejected(let reason): "rejected: \(reason)"
        case .notFound: "not found"
        case .denied(let reason): "denied: \(reason)"
        case .unavailable(let reason): "unavailable: \(reason)"
        }
    }
}
