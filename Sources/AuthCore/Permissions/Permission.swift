/// The right to do something, written `app_label.codename` as in Django: `payroll.view_payslip`.
public struct Permission: Sendable, Hashable, Comparable, Codable, LosslessStringConvertible {
    /// The application the permission belongs to.
    public let appLabel: String
    /// Its name there.
    public let codename: String

    /// A permission from its two parts.
    public init(appLabel: String, codename: String) {
        self.appLabel = appLabel
        self.codename = codename
    }

    /// A permission from `app_label.codename`; `nil` unless there is exactly one full stop with text on both sides, each part fits its
    /// column (100 characters), and neither holds white space.
    public init?(_ description: String) {
        let parts = description.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2,
            parts.allSatisfy({ !$0.isEmpty && $0.count <= 100 && !$0.contains(where: \.isWhitespace) })
        else { return nil }
        self.init(appLabel: String(parts[0]), codename: String(parts[1]))
    }

    public var description: String { "\(appLabel).\(codename)" }

    /// The model a codename speaks of: what follows the underscore in `action_model`, else `permission`. The permission's content type
    /// is the application's label and this.
    public var model: String {
        guard let underscore = codename.firstIndex(of: "_") else { return "permission" }
        let model = codename[codename.index(after: underscore)...]
        return model.isEmpty ? "permission" : String(model)
    }

    public static func < (lhs: Permission, rhs: Permission) -> Bool {
        (lhs.appLabel, lhs.codename) < (rhs.appLabel, rhs.codename)
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let permission = Permission(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "'\(text)' is not of the form app_label.codename")
        }
        self = permission
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
