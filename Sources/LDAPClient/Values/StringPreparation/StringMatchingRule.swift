/// How a directory compares two texts: the matching rules for strings of RFC 4517, section 4.2.
///
/// ```swift
/// let rule = StringMatchingRule(attribute: "uid")
/// rule.matches(Array("Žofie  N.".utf8), Array("žofie n.".utf8))  // true
/// ```
public enum StringMatchingRule: Sendable, Hashable, CaseIterable {
    /// `caseIgnoreMatch`, and `caseIgnoreIA5Match`: case and superfluous spaces mean nothing.
    case caseIgnore
    /// `caseExactMatch`, and `caseExactIA5Match`: superfluous spaces mean nothing.
    case caseExact
    /// `numericStringMatch`: spaces mean nothing.
    case numericString
    /// `telephoneNumberMatch`: case, spaces and hyphens mean nothing.
    case telephoneNumber

    /// The rule by which the equality of an attribute's values is decided in the usual schemas.
    ///
    /// - Parameter attribute: A name or an OID, in any case. Whatever is not known compares without regard to case, which is what nearly
    ///   all attributes do that name something.
    public init(attribute: String) {
        self.init(canonicalAttribute: AttributeTypeNames.canonical(attribute))
    }

    init(canonicalAttribute: String) {
        self = Self.exceptions[canonicalAttribute] ?? .caseIgnore
    }

    /// What two values have in common exactly if this rule takes them for the same (RFC 4518).
    ///
    /// - Parameter value: The octets of a value.
    /// - Returns: UTF-8; of a value that is none, octets that are none either and that only the same value has.
    public func prepare(_ value: [UInt8]) -> [UInt8] {
        PreparedString.prepare(value, for: self)
    }

    /// Whether a comparison with this value has no result for RFC 4518 (section 2.4): it is no UTF-8, or holds characters that are prohibited,
    /// those for private use and those that are not assigned.
    ///
    /// Directories hold such values and compare them as well (OpenLDAP does), so ``matches(_:_:)`` does too: a prohibited character stands for
    /// itself, and what is no UTF-8 is compared by its octets.
    public static func isUndefined(for value: [UInt8]) -> Bool {
        PreparedString.isUndefined(value)
    }

    /// Whether the two are the same value for this rule.
    public func matches(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left == right || prepare(left) == prepare(right)
    }

    /// Whether case means nothing.
    var ignoresCase: Bool { self != .caseExact }

    /// Attributes that do not compare by ``caseIgnore`` (RFC 4519, RFC 4524, RFC 2079, RFC 2307), under their canonical names.
    private static let exceptions: [String: StringMatchingRule] = [
        "telephonenumber": .telephoneNumber, "homephone": .telephoneNumber, "mobile": .telephoneNumber,
        "pager": .telephoneNumber,
        "x121address": .numericString, "internationalisdnnumber": .numericString, "labeleduri": .caseExact,
        "homedirectory": .caseExact, "loginshell": .caseExact, "memberuid": .caseExact, "membernisnetgroup": .caseExact,
    ]
}
