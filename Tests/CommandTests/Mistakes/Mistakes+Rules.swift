/// Mistakes in rules, and people whom rules keep out.
extension Mistake {
    static let rules: [Mistake] = [
        Mistake(
            name: "a letter of the required group", users: ["require: staf"], answer: "refused", step: "configuration",
            cause: "There is no group 'staf'", remedy: "did you mean 'staff'?"),
        Mistake(
            name: "a letter of the denied group", users: ["deny: suspendid"], answer: "refused", step: "configuration",
            cause: "There is no group 'suspendid'", remedy: "did you mean 'suspended'?"),
        Mistake(
            name: "a letter of a granting group",
            directory: ["permissions:", "  - {group: stafff, grant: payroll.view_payslip}"],
            preparation: [["permission", "register", "payroll.view_payslip"]], answer: "refused", step: "configuration",
            cause: "There is no group 'stafff'", remedy: "did you mean 'staff'?"),
        Mistake(
            name: "a letter of a flag's group",
            directory: [#"flags: {is_staff: {dn: "cn=sttaff,ou=groups,dc=example,dc=org"}}"#], answer: "refused",
            step: "configuration", cause: "There is no group cn=sttaff", remedy: "did you mean 'staff'?"),
        Mistake(
            name: "a permission that nobody registered",
            directory: ["permissions:", "  - {group: staff, grant: payroll.run_payroll}"], answer: "refused",
            step: "configuration", cause: "payroll.run_payroll is not registered",
            remedy: "dirbridge permission register payroll.run_payroll"),
        Mistake(
            name: "a rule's group that is not found any more", edits: ["base: ou=groups": "base: ou=roles"],
            users: ["require: staff"], preparation: [["login", "alice"]], answer: "denied ruleUnknown", step: "rules",
            cause: "cannot be found in 'corp' any more", remedy: "create the group"),
        Mistake(
            name: "a group that is named by a wrong DN",
            users: [#"require: {dn: "cn=staff,ou=groups,dc=example,dc=com"}"#], answer: "refused",
            step: "configuration", cause: "cn=staff,ou=groups,dc=example,dc=com is not below groups: base",
            remedy: "nobody's groups could hold it"),
        Mistake(
            name: "a rule on an attribute that is missing", user: "bob",
            users: [#"require: {attribute: businessCategory, equals: sales}"#], answer: "denied notInRequiredGroup",
            step: "rules", cause: "shows no businessCategory", remedy: "let the service account read these attributes"),
        Mistake(
            name: "a rule on an attribute of another value", users: [#"require: {attribute: l, equals: Brno}"#],
            answer: "denied notInRequiredGroup", step: "rules",
            cause: "uid=alice,ou=people,dc=example,dc=org has l: Prague", remedy: "or change users: require"),
        Mistake(
            name: "not in the required group", user: "suspect", users: ["require: staff"],
            answer: "denied notInRequiredGroup", step: "rules",
            cause: "users: require is not satisfied: group 'staff'. uid=suspect", remedy: "into group 'staff'"),
        Mistake(
            name: "in the denied group", user: "suspect", users: ["deny: suspended"], answer: "denied inDeniedGroup",
            step: "rules", cause: "users: deny is satisfied: group 'suspended'", remedy: "out of the group"),
        Mistake(
            name: "made inactive by a flag", user: "suspect", directory: ["flags: {is_active: staff}"],
            answer: "denied accountDisabled", step: "rules", cause: "flags: is_active is not satisfied: group 'staff'",
            remedy: "or change flags: is_active"),
    ]
}
