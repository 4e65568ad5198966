internal import AuthCore

extension RemoteUserBackend {
    /// The person as the portal describes them.
    /// - Parameter known: The local account that goes by the name, if there is one.
    func account(of credentials: RemoteUserCredentials, known: AccountRecord?) -> ExternalAccount {
        var groups: [String] = []
        for group in credentials.groups ?? [] {
            if let cleaned = configuration.cleanGroupName(group), !cleaned.isEmpty { groups.append(cleaned) }
        }
        var account = ExternalAccount(
            link: ExternalLink(source: name, id: credentials.externalID), username: spelling(of: credentials, known),
            fields: fields(of: credentials), groups: groups.map { ExternalGroup(id: $0, name: $0) },
            groupsAreComplete: credentials.groups != nil)
        account.groupsLeftAlone = configuration.excludedGroups
        account.flags[.isStaff] = isStaff(groups, areComplete: credentials.groups != nil)
        return account
    }

    /// Portals that ask for a password send the name as it was typed; the account is not renamed with each way of typing.
    private func spelling(of credentials: RemoteUserCredentials, _ known: AccountRecord?) -> String {
        if let known, known.link?.source == name, known.link?.id == credentials.externalID,
            LoginName.fold(known.user.username) == credentials.externalID
        {
            return known.user.username
        }
        return LoginName.normalized(credentials.username.text)
    }

    private func fields(of credentials: RemoteUserCredentials) -> [UserField: String] {
        var fields: [UserField: String] = [:]
        fields[.email] = credentials.email
        guard let name = credentials.name else { return fields }
        switch configuration.nameParts {
        case .lastName: fields[.lastName] = name
        case .split:
            let parts = Self.parts(of: name)
            fields[.firstName] = parts.first
            fields[.lastName] = parts.last
        }
        return fields
    }

    static func parts(of name: String) -> (first: String, last: String) {
        let halves = name.split(separator: ",", omittingEmptySubsequences: false).map(words)
        if halves.count == 2, !halves[0].isEmpty, !halves[1].isEmpty {
            return (halves[1].joined(separator: " "), halves[0].joined(separator: " "))
        }
        let words = words(in: Substring(name))
        return (words.dropLast().joined(separator: " "), words.last.map(String.init) ?? "")
    }

    private static func words(in text: Substring) -> [Substring] { text.split(separator: " ") }

    /// - Returns: `nil` where the portal has no say in it, or does not say.
    private func isStaff(_ groups: [String], areComplete: Bool) -> Bool? {
        guard let rule = configuration.staff, areComplete else { return nil }
        let holds = rule.evaluate { leaf in
            if case .name(let name) = leaf { Truth(groups.contains(name)) } else { .unknown }
        }
        return holds == .yes
    }
}
