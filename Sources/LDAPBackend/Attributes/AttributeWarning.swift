/// That a value of somebody's entry could not be used, and what was done instead. It never holds the value.
public struct AttributeWarning: Sendable, Hashable {
    /// What is wrong.
    public enum Problem: Sendable, Hashable {
        /// It is no UTF-8.
        case notText
        /// It is text with a NUL character in it.
        case holdsNUL
        /// It is nothing of the type that the rule says.
        case notOfType(AttributeType)
        /// It has more than a field or the profile holds.
        case tooLong
        /// There is none, and the rule requires one.
        case missing
    }

    /// What was done about it.
    public enum Outcome: Sendable, Hashable {
        /// The field or profile attribute was left as it was.
        case leftAsItWas
        /// The others of several values were used.
        case leftOut
    }

    /// What several warnings have in common, for counting them.
    public struct Kind: Sendable, Hashable {
        /// The attribute, or the template.
        public var source: String
        /// The field or the key of the profile.
        public var target: String
        /// What is wrong.
        public var problem: Problem
        /// What was done about it.
        public var outcome: Outcome
    }

    /// What is wrong with what.
    public var kind: Kind
    /// Whose entry it is.
    public var dn: String
    /// How long a value is that is too long, and how long it may be.
    var measure: String?

    /// A warning.
    init(_ kind: Kind, dn: String, measure: String? = nil) {
        self.kind = kind
        self.dn = dn
        self.measure = measure
    }
}

extension AttributeWarning: CustomStringConvertible {
    /// The warning as a sentence.
    public var description: String {
        let what = measure ?? kind.problem.words
        return kind.problem == .missing
            ? "\(kind.source) of \(dn) is missing and required: \(kind.consequence)."
            : "\(kind.source) of \(dn) \(what); \(kind.consequence)."
    }
}

extension AttributeWarning.Kind {
    /// What was done, in words.
    var consequence: String {
        switch (problem, outcome) {
        case (.missing, _): "no account is made without \(target), and one that is there keeps it"
        case (_, .leftAsItWas): "\(target) was left as it was"
        case (_, .leftOut): "\(target) was made of the other values"
        }
    }
}

extension AttributeWarning.Problem {
    var words: String {
        switch self {
        case .notText: "is not valid UTF-8"
        case .holdsNUL: "holds a NUL character"
        case .notOfType(let type): "is not of type \(type.rawValue)"
        case .tooLong: "is too long"
        case .missing: "is missing"
        }
    }
}
