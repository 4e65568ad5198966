import AuthCore
import DirectoryBridge

/// The result of `user adopt`.
struct AdoptionDocument: Encodable {
    let adoption: Adoption
    let isDryRun: Bool

    private struct Linked: Encodable {
        let id: Int64
        let username: String
        let dn: String?
        let externalID: String

        private enum CodingKeys: String, CodingKey {
            case id, username, dn
            case externalID = "external_id"
        }
    }

    private struct Left: Encodable {
        let id: Int64
        let username, reason, explanation: String
    }

    private struct Outage: Encodable {
        let reason, explanation: String
    }

    private enum Key: String, CodingKey {
        case directory, linked, left, outage
        case isDryRun = "dry_run"
        case alreadyLinked = "already_linked"
        case notAsked = "not_asked"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(adoption.directory, forKey: .directory)
        try container.encode(isDryRun, forKey: .isDryRun)
        try container.encode(
            adoption.linked.map {
                Linked(
                    id: $0.user.id.rawValue, username: $0.user.username, dn: $0.link.dn, externalID: $0.link.id)
            }, forKey: .linked)
        try container.encode(
            adoption.left.map {
                Left(
                    id: $0.user.id.rawValue, username: $0.user.username, reason: $0.reason.rawValue,
                    explanation: $0.explanation)
            }, forKey: .left)
        try container.encode(adoption.alreadyLinked, forKey: .alreadyLinked)
        try container.encode(adoption.notAsked, forKey: .notAsked)
        try container.encode(
            adoption.outage.map { Outage(reason: $0.reason.rawValue, explanation: $0.message) }, forKey: .outage)
    }

    /// The same for people, a line for each account.
    var text: String {
        let linked = adoption.linked.map {
            [$0.user.username, isDryRun ? "would be linked" : "linked", $0.link.dn ?? $0.link.id]
        }
        let left = adoption.left.map { [$0.user.username, "left", $0.explanation] }
        return Output.table([["USERNAME", "RESULT", "ENTRY OR REASON"]] + linked + left)
    }

    /// All of it in a sentence.
    var summary: String {
        let count = adoption.linked.count
        var sentence =
            "\(isDryRun ? "Would link" : "Linked") \(count) account\(count == 1 ? "" : "s") to '\(adoption.directory)'"
        sentence += " and left \(adoption.left.count) alone; \(adoption.alreadyLinked) had a link before."
        if adoption.notAsked > 0 { sentence += " \(adoption.notAsked) could not be asked about." }
        return sentence
    }
}
