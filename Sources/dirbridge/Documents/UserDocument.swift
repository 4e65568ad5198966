import AuthCore

/// A user in JSON.
struct UserDocument: Encodable {
    let user: User
    let link: ExternalLink?
    let profile: [String: String]

    private enum Key: String, CodingKey {
        case id, username, email, dn, profile
        case firstName = "first_name"
        case lastName = "last_name"
        case isActive = "is_active"
        case isStaff = "is_staff"
        case isSuperuser = "is_superuser"
        case externalID = "external_id"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(user.id == .unsaved ? nil : user.id.rawValue, forKey: .id)
        try container.encode(user.username, forKey: .username)
        try container.encode(user.firstName, forKey: .firstName)
        try container.encode(user.lastName, forKey: .lastName)
        try container.encode(user.email, forKey: .email)
        try container.encode(user.isActive, forKey: .isActive)
        try container.encode(user.isStaff, forKey: .isStaff)
        try container.encode(user.isSuperuser, forKey: .isSuperuser)
        try container.encode(link?.dn, forKey: .dn)
        try container.encode(link?.id, forKey: .externalID)
        try container.encode(profile, forKey: .profile)
    }
}
