import TestSupport

/// One mistake of a configuration, a directory or a person, and what `bind-test` has to say about it.
struct Mistake: Sendable, CustomStringConvertible {
    /// What is wrong, in a few words.
    let name: String
    /// Where it is made.
    var place: MistakePlace = .directory
    /// Who logs in.
    var user = "alice"
    /// With which password. Default: the right one.
    var password: String?
    /// What is different in the configuration: texts and what stands in their place.
    var edits: [String: String] = [:]
    /// More lines for `directories: corp: users`.
    var users: [String] = []
    /// More lines for `directories: corp`.
    var directory: [String] = []
    /// Commands that are run before, with the person's password.
    var preparation: [[String]] = []

    /// The verdict and its reason; `refused` where the configuration is refused, with status 2 and no attempt.
    let answer: String
    /// The step that is named; `configuration` where it is refused.
    let step: String
    /// A part of the cause that no other mistake is told with.
    let cause: String
    /// A part of the remedy.
    let remedy: String
    /// Other mistakes that are told with the same cause, since nobody can tell them apart.
    var isToldLike: Set<String> = []

    var description: String { name }

    static let all = reaching + finding + accounts + rules + groups + local
}

/// The servers on which mistakes are made.
enum MistakePlace: Hashable, Sendable {
    /// One for most of them.
    case directory
    /// One that shows a certificate. Clients trust its authority, or only another one.
    case secured(Certificates.Server, startTLS: Bool, isTrusted: Bool)
    /// One that takes no password in clear.
    case demandingEncryption
    /// One that answers nobody who has not bound.
    case demandingBind
    /// None: an address at which nobody listens.
    case nobody
    /// One that does not exist.
    case address(String)
}
