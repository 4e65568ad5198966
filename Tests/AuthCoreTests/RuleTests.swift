import AuthCore
import Testing

@Suite struct RuleTests {
    private let yes = Rule.leaf(.name("yes"))
    private let no = Rule.leaf(.name("no"))
    private let unknown = Rule.leaf(.name("unknown"))

    private func decide(_ rule: Rule) -> Truth {
        rule.evaluate { leaf in
            switch leaf {
            case .name("yes"): .yes
            case .name("no"): .no
            default: .unknown
            }
        }
    }

    @Test func whatSettlesARuleSettlesItWhateverIsUnknown() {
        #expect(decide(.any([unknown, yes])) == .yes)
        #expect(decide(.all([unknown, no])) == .no)
    }

    @Test func whatIsUnknownStaysUnknown() {
        #expect(decide(.any([unknown, no])) == .unknown)
        #expect(decide(.all([unknown, yes])) == .unknown)
        #expect(decide(.not(unknown)) == .unknown)
        #expect(decide(.not(.all([yes, .any([no, unknown])]))) == .unknown)
    }

    @Test func notTurnsTheAnswerRound() {
        #expect(decide(.not(yes)) == .no)
        #expect(decide(.not(no)) == .yes)
    }

    @Test func leavesAreListedAsWritten() {
        let rule = Rule.all([yes, .not(.any([no, .leaf(.attribute("title", equals: "CEO"))]))])
        #expect(rule.leaves == [.name("yes"), .name("no"), .attribute("title", equals: "CEO")])
        #expect(rule.description == "all of (group 'yes', not (any of (group 'no', title = 'CEO')))")
    }

    @Test(arguments: [
        ("eng-*", "eng-platform", true), ("eng-*", "ENG-Platform", true), ("eng-*", "reng-x", false),
        ("*", "anything", true),
        ("*-admins", "db-admins", true), ("*-admins", "db-admins2", false), ("a*b*c", "a-b-b-c", true),
        ("a*b*c", "acb", false),
        ("ab*ba", "aba", false), ("staff", "staff", true), ("staff", "staffs", false), ("", "", true), ("", "x", false),
    ])
    func patternsMatchWholeNames(_ pattern: String, _ name: String, _ expected: Bool) {
        #expect(GlobPattern(pattern).matches(name) == expected)
    }
}
