internal import AuthCore
internal import Foundation

/// Reads who a trusted proxy says it is: the only way to ``RemoteUserCredentials``.
///
/// ```swift
/// let portal = try RemoteUserBackend(name: "portal")
/// let proxies = try TrustedProxies([.network(IPNetwork("10.0.3.7"))])
/// let reader = RemoteUserReader(for: portal, behind: proxies)
///
/// let reading = reader.read(
///     [HeaderField("Remote-User", "ann"), HeaderField("Remote-Groups", "staff,editors")],
///     from: ConnectionPeer(.address(peer)))
/// if let intrusion = reading.intrusion { logger.warning("Headers taken out", metadata: ["auth.intrusion": "\(intrusion)"]) }
/// switch portal.step(for: session, reading.identity) { … }
/// ```
///
/// Everything here is a pure function of the request's header fields and the connection's other end. Whoever is no trusted proxy is nobody,
/// whatever they send. A trusted proxy is believed only where it is beyond doubt what it said: a header that came twice, one that other
/// software takes for it (`Remote_User`), control characters, bytes that are no text are refused, and not cleaned, since each means that
/// something a client sent got through. What cannot be seen here is a single header that a client sent and the proxy passed on: the proxy
/// must set or remove every identity header of every request, also on pages that need no login.
public struct RemoteUserReader: Sendable {
    /// The names of the headers.
    public let headers: IdentityHeaders
    /// Whose word counts.
    public let proxies: TrustedProxies
    /// How much they may say.
    public let limits: HeaderLimits
    /// Whether the values are percent-encoded. A comma inside a group's name, encoded, is then no end of the name.
    public let decodesPercent: Bool

    private let source: String
    private let cleanUsername: @Sendable (String) -> String?

    /// A reader.
    /// - Parameters:
    ///   - backend: The backend that the credentials are for. No other takes them.
    ///   - proxies: Whose word counts.
    ///   - headers: The names of the headers. Default: ``IdentityHeaders/remote``.
    ///   - limits: How much a proxy may say.
    ///   - decodesPercent: Whether the values are percent-encoded. Default: `false`, a percent sign is one.
    public init(
        for backend: RemoteUserBackend, behind proxies: TrustedProxies, headers: IdentityHeaders = .remote,
        limits: HeaderLimits = HeaderLimits(), decodesPercent: Bool = false
    ) {
        source = backend.name
        cleanUsername = backend.configuration.cleanUsername
        self.proxies = proxies
        self.headers = headers
        self.limits = limits
        self.decodesPercent = decodesPercent
    }

    /// Reads the headers of one request.
    /// - Parameters:
    ///   - fields: All header fields, in order, repeated ones repeated.
    ///   - peer: The other end of the connection.
    /// - Returns: Who the proxy says it is, and what the application may see.
    public func read(_ fields: [HeaderField], from peer: ConnectionPeer) -> RemoteUserReading {
        let isTrusted = proxies.trust(peer)
        return RemoteUserReading(
            identity: isTrusted ? identity(in: fields) : .absent,
            fields: strip(fields),
            clientAddress: proxies.clientAddress(of: peer, fields),
            intrusion: isTrusted ? nil : HeaderIntrusion(fields.filter(headers.speak), from: peer))
    }

    /// Takes out every header field that says who somebody is, in any spelling that other software might take for one: the configured ones,
    /// and those of other portals (`Remote-…`, `X-Forwarded-User` and the like).
    public func strip(_ fields: [HeaderField]) -> [HeaderField] {
        fields.filter { !headers.speak(in: $0) }
    }

    private func identity(in fields: [HeaderField]) -> RemoteUserReading.Identity {
        do {
            let values = try IdentityValues(fields, headers)
            guard let user = try text(values, headers.user, isOne: true) else { return .absent }
            if user.isEmpty { return .nobody }
            return .user(
                RemoteUserCredentials(
                    source: source, username: try username(user),
                    name: try headers.name.flatMap { header throws(HeaderRefusal) in try text(values, header) },
                    email: try headers.email.flatMap { header throws(HeaderRefusal) in
                        try text(values, header, isOne: true)
                    },
                    groups: try headers.groups.flatMap { header throws(HeaderRefusal) in try groups(values, header) }))
        } catch {
            return .refused(error)
        }
    }

    /// - Parameter isOne: Whether a comma shows that there are several values.
    /// - Returns: `nil` where the header did not come.
    private func text(
        _ values: IdentityValues, _ header: String, isOne: Bool = false
    ) throws(HeaderRefusal) -> String? {
        guard let bytes = values[header] else { return nil }
        let reader = HeaderText(header: header, isPercentEncoded: decodesPercent)
        if bytes.count > limits.valueBytes {
            throw reader.refusal(.tooLong, "has \(bytes.count) bytes, at most \(limits.valueBytes) are allowed")
        }
        // RFC 9110 section 5.3: whoever forwards fields of one name may join them with a comma.
        if isOne, bytes.contains(UInt8(ascii: ",")) {
            throw reader.refusal(
                .severalValues, "holds a comma, as when two are joined; let the proxy set it and not add to it")
        }
        return try reader.text(HeaderText.trimmed(bytes[...]))
    }

    private func username(_ text: String) throws(HeaderRefusal) -> LoginName {
        let reader = HeaderText(header: headers.user, isPercentEncoded: decodesPercent)
        guard Self.isPlain(text) else {
            throw reader.refusal(
                .ambiguousName,
                "holds characters that show nothing, or are other forms of common ones; rename the person in the portal"
            )
        }
        guard let cleaned = cleanUsername(text) else {
            throw reader.refusal(.unusableName, "names nobody of this application, says its cleaning")
        }
        let name = LoginName(cleaned)
        if let problem = name.problem { throw reader.refusal(.unusableName, "cannot be used: \(problem.rawValue)") }
        return name
    }

    /// Whether a name is nobody else's when it is folded, but for its case. Folding takes out characters that show nothing, and makes common
    /// ones of full-width letters, ligatures and the like, so somebody who may choose a name in the portal could choose one that becomes
    /// another person's.
    private static func isPlain(_ text: String) -> Bool {
        let composed = text.precomposedStringWithCanonicalMapping.unicodeScalars
        let isOneForm =
            composed.elementsEqual(text.unicodeScalars)
            || text.decomposedStringWithCanonicalMapping.unicodeScalars.elementsEqual(text.unicodeScalars)
        return isOneForm && composed.elementsEqual(text.precomposedStringWithCompatibilityMapping.unicodeScalars)
            && text.first != " " && text.last != " " && !text.contains("  ")
            && !text.unicodeScalars.contains {
                $0.properties.isDefaultIgnorableCodePoint || $0.properties.generalCategory == .format
            }
    }

    private func groups(_ values: IdentityValues, _ header: String) throws(HeaderRefusal) -> [String]? {
        guard let bytes = values[header] else { return nil }
        let reader = HeaderText(header: header, isPercentEncoded: decodesPercent)
        if bytes.count > limits.groupBytes {
            throw reader.refusal(.tooLong, "has \(bytes.count) bytes, at most \(limits.groupBytes) are allowed")
        }
        var names: [String] = []
        var seen: Set<String> = []
        for item in bytes.split(separator: headers.groupSeparator) {
            let name = try reader.text(HeaderText.trimmed(item))
            guard !name.isEmpty, seen.insert(name).inserted else { continue }
            if names.count == limits.groups {
                throw reader.refusal(
                    .tooManyGroups, "names more than \(limits.groups) groups; let the portal send fewer")
            }
            names.append(name)
        }
        return names
    }
}
