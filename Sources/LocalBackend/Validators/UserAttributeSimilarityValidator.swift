public import AuthCore

/// Refuses passwords that resemble the user's names or address, or a part of one.
///
/// The measure is that of Django: `quick_ratio` of Python's `SequenceMatcher`, that is the characters that both texts have, in any order,
/// in relation to the length of both.
public struct UserAttributeSimilarityValidator: PasswordValidator {
    /// What a password is compared with.
    public enum Attribute: String, Sendable, Hashable, CaseIterable {
        /// `User.username`
        case username
        /// `User.firstName`
        case firstName = "first_name"
        /// `User.lastName`
        case lastName = "last_name"
        /// `User.email`
        case email

        func value(of user: User) -> String {
            switch self {
            case .username: user.username
            case .firstName: user.firstName
            case .lastName: user.lastName
            case .email: user.email
            }
        }

        var words: String {
            switch self {
            case .username: "user name"
            case .firstName: "first name"
            case .lastName: "last name"
            case .email: "e-mail address"
            }
        }
    }

    /// What a password is compared with.
    public let attributes: [Attribute]
    /// From which ratio on it is too similar, from 0.1 to 1.
    public let maximumSimilarity: Double

    /// - Parameters:
    ///   - attributes: What a password is compared with. Default: all, as in Django.
    ///   - maximumSimilarity: From which ratio on it is too similar; less than 0.1, which would refuse nearly all passwords, counts as
    ///     0.1. Default: 0.7, as in Django.
    public init(attributes: [Attribute] = Attribute.allCases, maximumSimilarity: Double = 0.7) {
        self.attributes = attributes
        self.maximumSimilarity = max(0.1, maximumSimilarity)
    }

    public var helpText: String { "Do not use your name or address." }

    public func flaw(in password: Secret, of user: User?) -> PasswordFlaw? {
        guard let user else { return nil }
        let password = Array(password.text.lowercased().unicodeScalars)
        for attribute in attributes {
            let value = attribute.value(of: user).lowercased().unicodeScalars
            let parts = value.split { !$0.isWordCharacter }.map(Array.init) + [Array(value)]
            if parts.contains(where: { !$0.isEmpty && isSimilar(password, $0) }) {
                return PasswordFlaw(.tooSimilar, "The password resembles the \(attribute.words).")
            }
        }
        return nil
    }

    private func isSimilar(_ password: [Unicode.Scalar], _ part: [Unicode.Scalar]) -> Bool {
        // Django's short cut: a password ten times as long cannot be similar, and comparing long texts takes time.
        let bound = maximumSimilarity / 2 * Double(password.count)
        if password.count >= 10 * part.count, Double(part.count) < bound { return false }
        var available: [Unicode.Scalar: Int] = [:]
        for character in part { available[character, default: 0] += 1 }
        var matches = 0
        for character in password {
            guard let count = available[character], count > 0 else { continue }
            available[character] = count - 1
            matches += 1
        }
        return 2 * Double(matches) / Double(password.count + part.count) >= maximumSimilarity
    }
}

extension Unicode.Scalar {
    /// What `\w` matches in Python's regular expressions: letters, everything with a numeric value, and the underscore.
    fileprivate var isWordCharacter: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
        default: properties.numericType != nil || self == "_"
        }
    }
}
