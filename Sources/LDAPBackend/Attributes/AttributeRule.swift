/// How one field of the local account, or one attribute of the profile, is made from a person's entry.
///
/// A string literal is an attribute's name, and all else has defaults, so the usual rule is as short as its name:
/// ```swift
/// let rules: [UserField: AttributeRule] = [.firstName: "givenName", .email: "mail"]
/// let photo = AttributeRule(.attribute("thumbnailPhoto"), type: .binary)
/// ```
public struct AttributeRule: Sendable, Hashable {
    /// Where the values come from.
    public enum Source: Sendable, Hashable, CustomStringConvertible {
        /// An attribute, by the name that is asked for; options such as `;lang-de` are part of it.
        case attribute(String)
        /// Several attributes put together as text.
        case template(AttributeTemplate)

        /// The attribute's name, or the template.
        public var description: String {
            switch self {
            case .attribute(let name): name
            case .template(let template): template.description
            }
        }

        /// The attributes that are read for it.
        var attributes: [String] {
            switch self {
            case .attribute(let name): [name]
            case .template(let template): template.attributes
            }
        }
    }

    /// What becomes of several values. Values have no order (RFC 4511 section 4.1.7), and servers answer in any, so they are taken in the
    /// order of the octets of their canonical texts, and equal ones once: a login that finds the same values writes nothing.
    public enum Values: Sendable, Hashable {
        /// The first in that order.
        case first
        /// All of them, as a JSON array: `["a","b"]`. For a profile only.
        case all
        /// All of them in one text, with the separator between them.
        case joined(separator: String = ", ")
    }

    /// What happens where the entry has no value.
    ///
    /// A value that is there and cannot be used is not a missing one: it never clears anything.
    public enum WhenMissing: String, Sendable, Hashable, CaseIterable {
        /// What is kept here stays (as django-auth-ldap has it).
        case keep
        /// What is kept here is cleared: what is removed there is removed here.
        case clear
        /// The attribute is required: without it, or without a usable value, nobody gets an account, and the refusal names it. An account that
        /// is there keeps its value and stays open, with a warning, since an attribute that is hidden from the service account looks like one
        /// that is gone, and a slip in the directory's access rules must not lock everybody out.
        case refuse
    }

    /// Where the values come from.
    public var source: Source
    /// What becomes of several values. Default: ``Values/first``.
    public var values: Values
    /// What the values are. Default: ``AttributeType/text``.
    public var type: AttributeType
    /// What happens where there is none. Default: ``WhenMissing/clear``.
    public var whenMissing: WhenMissing
    /// The most octets that a profile keeps, in canonical form; more is left out with a warning and never cut. A field of the account has the
    /// length of its column instead. Default: ``AttributeType/defaultMaximumSize`` of the type.
    public var maximumSize: Int

    /// A rule.
    public init(
        _ source: Source, values: Values = .first, type: AttributeType = .text, whenMissing: WhenMissing = .clear,
        maximumSize: Int? = nil
    ) {
        self.source = source
        self.values = values
        self.type = type
        self.whenMissing = whenMissing
        self.maximumSize = maximumSize ?? type.defaultMaximumSize
    }

    /// The value of an attribute, as text.
    public static func attribute(_ name: String) -> AttributeRule { AttributeRule(.attribute(name)) }

    /// The text that a template makes.
    public static func template(_ template: AttributeTemplate) -> AttributeRule { AttributeRule(.template(template)) }
}

extension AttributeRule: ExpressibleByStringLiteral {
    /// The value of the attribute of this name, as text.
    public init(stringLiteral name: String) {
        self.init(.attribute(name))
    }
}

extension AttributeRule: CustomStringConvertible {
    /// The source, and in parentheses what is not as usual: `memberUid (all, integer, required)`.
    public var description: String {
        var notes: [String] = []
        switch values {
        case .first: break
        case .all: notes.append("all")
        case .joined(let separator): notes.append("joined by \(JSONString.write(separator))")
        }
        if type != .text { notes.append(type.rawValue) }
        switch whenMissing {
        case .clear: break
        case .keep: notes.append("kept when missing")
        case .refuse: notes.append("required")
        }
        if maximumSize != type.defaultMaximumSize { notes.append("at most \(maximumSize) bytes") }
        return notes.isEmpty ? source.description : "\(source) (\(notes.joined(separator: ", ")))"
    }
}
