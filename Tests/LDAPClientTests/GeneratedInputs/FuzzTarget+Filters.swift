#if canImport(LDAPClient)
@testable import LDAPClient
#endif

extension FuzzTarget {
    private static let filters = [
        "(uid=alice)", "(&(objectClass=person)(|(uid=a*b*c)(mail=*@example.org))(!(cn~=x)))", "(cn:dn:2.4.6.8.10:=x)",
        "(:caseExactMatch:=x)", "(memberOf:1.2.840.113556.1.4.1941:=cn=x,dc=y)", "(cn;lang-de=\\2a\\28\\29\\5c\\00)",
        "(a>=1)", "(a<=1)",
        "(&)", "(|)", "(objectClass=*)", "( & (a=b) (c=d) )",
    ]
    private static let pieces = [
        "(", ")", "&", "|", "!", "=", "*", "**", "\\", "\\2a", "\\zz", "~=", ">=", "<=", ":=", ":dn:", ";", "(&", "(|",
        "(!", "(a=b)",
        "\0", " ", "é", "1.2.3", "(((((((((", "{username}", "{", "}", "\\7b",
    ]

    static let filter = FuzzTarget("filter", texts: filters, words: pieces) { text in
        let filter: Filter
        do throws(LDAPError) {
            filter = try Filter(parsing: text)
        } catch {
            return error.code == .filterInvalid ? nil : "refused with \(error.code)"
        }
        // Escapes may make it longer than what is read.
        guard filter.description.utf8.count <= FilterParser<[UInt8]>.maximumLength else { return nil }
        guard (try? Filter(parsing: filter.description)) == filter else {
            return "its own text is another filter: \(filter)"
        }
        return nil
    }

    static let filterTemplate = FuzzTarget(
        "template", texts: filters + ["(&(objectClass=person)(uid={username}))", "(mail={username}@{domain})"],
        words: pieces
    ) { text in
        let template: FilterTemplate
        do throws(LDAPError) {
            template = try FilterTemplate(text)
        } catch {
            return error.code == .filterInvalid ? nil : "refused with \(error.code)"
        }
        // Escapes may make it longer than what is read, and values do.
        guard template.description.utf8.count <= FilterParser<[UInt8]>.maximumLength / 2 else { return nil }
        guard (try? FilterTemplate(template.description)) == template else {
            return "its own text is another: \(template)"
        }
        let values = Dictionary(uniqueKeysWithValues: template.placeholders.map { ($0, "*)(uid=*") })
        guard let filter = try? template.filter(values) else { return "cannot be filled in" }
        guard filter.description.utf8.count <= FilterParser<[UInt8]>.maximumLength else { return nil }
        guard (try? Filter(parsing: filter.description)) == filter else {
            return "filled in it is another filter: \(filter)"
        }
        // A value adds no structure: the parentheses are those of the template.
        let isSame = filter.description.utf8.count { $0 == 0x28 } == template.description.utf8.count { $0 == 0x28 }
        guard isSame else { return "a value changed its structure: \(filter)" }
        guard (try? Filter(parsing: template.everybody.description)) == template.everybody else {
            return "everybody is no filter"
        }
        return nil
    }
}
