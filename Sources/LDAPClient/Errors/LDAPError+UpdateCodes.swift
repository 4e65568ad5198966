/// Result codes of compare, the writes and the extended operations (RFC 4511, 4.1.9; RFC 3909; RFC 4528).
extension LDAPError.Code {
    /// 16 noSuchAttribute.
    public static let noSuchAttribute = Self(resultCode: 16)
    /// 17 undefinedAttributeType.
    public static let undefinedAttributeType = Self(resultCode: 17)
    /// 18 inappropriateMatching.
    public static let inappropriateMatching = Self(resultCode: 18)
    /// 20 attributeOrValueExists.
    public static let attributeOrValueExists = Self(resultCode: 20)
    /// 21 invalidAttributeSyntax.
    public static let invalidAttributeSyntax = Self(resultCode: 21)
    /// 33 aliasProblem.
    public static let aliasProblem = Self(resultCode: 33)
    /// 36 aliasDereferencingProblem.
    public static let aliasDereferencingProblem = Self(resultCode: 36)
    /// 54 loopDetect.
    public static let loopDetect = Self(resultCode: 54)
    /// 64 namingViolation.
    public static let namingViolation = Self(resultCode: 64)
    /// 65 objectClassViolation.
    public static let objectClassViolation = Self(resultCode: 65)
    /// 66 notAllowedOnNonLeaf.
    public static let notAllowedOnNonLeaf = Self(resultCode: 66)
    /// 67 notAllowedOnRDN.
    public static let notAllowedOnRDN = Self(resultCode: 67)
    /// 68 entryAlreadyExists.
    public static let entryAlreadyExists = Self(resultCode: 68)
    /// 69 objectClassModsProhibited.
    public static let objectClassModsProhibited = Self(resultCode: 69)
    /// 71 affectsMultipleDSAs.
    public static let affectsMultipleDSAs = Self(resultCode: 71)
    /// 118 canceled: somebody cancelled the operation (RFC 3909).
    public static let operationCanceled = Self(resultCode: 118)
    /// 122 assertionFailed: the entry does not match the assertion control's filter (RFC 4528).
    public static let assertionFailed = Self(resultCode: 122)

    static let updateTexts: [LDAPError.Code: Text] = [
        .noSuchAttribute: Text(
            name: "noSuchAttribute", reason: "the entry lacks the attribute or the value",
            remedy: "read the entry, and see what it holds"),
        .undefinedAttributeType: Text(
            name: "undefinedAttributeType", reason: "the server's schema does not know the attribute",
            remedy: "check the attribute's name, or load the schema that defines it"),
        .inappropriateMatching: Text(
            name: "inappropriateMatching", reason: "the attribute cannot be compared this way",
            remedy: "use another attribute or another matching rule"),
        .attributeOrValueExists: Text(
            name: "attributeOrValueExists", reason: "the attribute or the value is there already",
            remedy: "replace instead of adding, or leave it as it is"),
        .invalidAttributeSyntax: Text(
            name: "invalidAttributeSyntax", reason: "a value does not fit its attribute",
            remedy: "correct the value"),
        .aliasProblem: Text(
            name: "aliasProblem", reason: "an alias points nowhere", remedy: "correct the alias entry"),
        .aliasDereferencingProblem: Text(
            name: "aliasDereferencingProblem", reason: "an alias may not be followed here",
            remedy: "check the access rights, or do not follow aliases"),
        .loopDetect: Text(
            name: "loopDetect", reason: "the server found a loop", remedy: "look for aliases that point at each other"),
        .namingViolation: Text(
            name: "namingViolation", reason: "the entry cannot have this name or place",
            remedy: "check that the parent exists and that the relative name is an attribute of the entry"),
        .objectClassViolation: Text(
            name: "objectClassViolation", reason: "an attribute is missing, or not allowed, by the object classes",
            remedy: "check the entry against its object classes"),
        .notAllowedOnNonLeaf: Text(
            name: "notAllowedOnNonLeaf", reason: "the entry has others below it",
            remedy: "delete or move those first"),
        .notAllowedOnRDN: Text(
            name: "notAllowedOnRDN", reason: "the value is part of the entry's name",
            remedy: "rename the entry instead"),
        .entryAlreadyExists: Text(
            name: "entryAlreadyExists", reason: "an entry of this name exists", remedy: "use another name"),
        .objectClassModsProhibited: Text(
            name: "objectClassModsProhibited", reason: "the structural object class cannot be changed",
            remedy: "delete the entry and add a new one"),
        .affectsMultipleDSAs: Text(
            name: "affectsMultipleDSAs", reason: "the change would touch another server's entries",
            remedy: "change each server's entries on their own"),
        .operationCanceled: Text(
            name: "operationCanceled", reason: "the operation was cancelled at the server",
            remedy: "try again if the answer is still wanted"),
        .assertionFailed: Text(
            name: "assertionFailed", reason: "the entry is not in the state that was asserted",
            remedy: "read the entry and decide anew"),
    ]
}
