import AuthCore
import LDAPBackend
import LDAPClient
import TestSupport
import Testing

/// Rules for attributes on a real server: at logins, and in scans, which read entries by the same rules.
@Suite struct AttributeLoginTests {
    private static let bob = "uid=bob,ou=sales,ou=people,dc=example,dc=org"

    /// One rule of each kind.
    private static func map() throws -> AttributeMap {
        AttributeMap(
            fields: [
                .firstName: .template(try AttributeTemplate("{givenName} {sn}")),
                .lastName: AttributeRule(.attribute("sn"), values: .joined(separator: " / ")), .email: "mail",
            ],
            profile: [
                "phones": AttributeRule(.attribute("telephoneNumber"), values: .all),
                "number": AttributeRule(.attribute("employeeNumber"), type: .integer, whenMissing: .keep),
                "photo": AttributeRule(.attribute("jpegPhoto"), type: .binary),
                "since": AttributeRule(.attribute("createTimestamp"), type: .date),
                "seen": AttributeRule(.attribute("createTimestamp"), type: .generalizedTime),
                "handle": .template(try AttributeTemplate("{{{uid}}}")),
            ])
    }

    private static func set(_ slapd: Slapd, _ changes: String...) async throws {
        try await slapd.modify(
            ldif: (["dn: \(bob)", "changetype: modify"] + changes.map { $0 + "\n-" }).joined(separator: "\n") + "\n")
    }

    @Test func eachKindOfRuleIsMirroredAndASecondLoginWritesNothing() async throws {
        try await withSlapd(loading: .company) { slapd async throws in
            try await Self.set(
                slapd, "replace: givenName\ngivenName: Bob", "replace: sn\nsn: Young\nsn: Older",
                "replace: telephoneNumber\ntelephoneNumber: +49 2\ntelephoneNumber: +49 1",
                "replace: employeeNumber\nemployeeNumber: 0042", "replace: jpegPhoto\njpegPhoto:: /9gA")
            let map = try Self.map()
            try await Company.on(slapd, adjust: { $0.attributes = map }) { company async throws in
                let first = await company.logIn("bob", traced: true)
                let user = try #require(first.outcome.user)
                #expect(user.firstName == "Bob Older" && user.lastName == "Older / Young")
                let entry = try #require(try await slapd.entries("(uid=bob)", ["createTimestamp"]).first)
                let time = try #require(entry["createTimestamp"]?.first)
                let profile = try await company.store.profile(of: user.id)
                #expect(profile["phones"] == #"["+49 1","+49 2"]"#)
                #expect(profile["number"] == "42" && profile["photo"] == "/9gA" && profile["handle"] == "{bob}")
                #expect(profile["since"]?.filter { $0 != "-" } == String(time.prefix(8)))
                #expect(profile["seen"]?.filter(\.isNumber) == time.filter(\.isNumber))
                #expect(profile["seen"]?.hasSuffix("Z") == true && first.warnings == [])

                let second = await company.logIn("bob", traced: true)
                #expect(second.outcome.user == user && second.changes == [] && second.warnings == [])

                // A scan comes to the same values.
                let scanned = try #require(try await Scan(company.backend).person("bob"))
                let external = try #require(second.external)
                #expect(scanned.fields == external.fields && scanned.profile == external.profile)
                #expect(ScannedPerson(encoded: scanned.encoded) == scanned)
            }
        }
    }

    @Test func whatIsRemovedIsClearedOrKeptAsTheRuleSays() async throws {
        try await withSlapd(loading: .company) { slapd async throws in
            try await Self.set(
                slapd, "replace: givenName\ngivenName: Bob", "replace: telephoneNumber\ntelephoneNumber: 1",
                "replace: employeeNumber\nemployeeNumber: 42", "replace: mail\nmail: bob@example.org")
            let map = try Self.map()
            try await Company.on(slapd, adjust: { $0.attributes = map }) { company async throws in
                let user = try #require(await company.outcome("bob").user)
                #expect(user.email == "bob@example.org" && user.firstName.hasPrefix("Bob "))
                try await Self.set(
                    slapd, "delete: givenName", "delete: telephoneNumber", "delete: employeeNumber", "delete: mail")
                let after = try #require(await company.outcome("bob").user)
                #expect(after.email == "" && after.firstName == "")
                let profile = try await company.store.profile(of: user.id)
                #expect(profile["phones"] == nil && profile["number"] == "42")
            }
        }
    }

    @Test func aValueThatCannotBeUsedChangesNothingAndIsReported() async throws {
        try await withSlapd(loading: .company) { slapd async throws in
            try await Self.set(slapd, "replace: employeeNumber\nemployeeNumber: 42", "replace: sn\nsn: Miller")
            let map = try Self.map()
            try await Company.on(slapd, adjust: { $0.attributes = map }) { company async throws in
                let user = try #require(await company.outcome("bob").user)
                let long = String(repeating: "x", count: 151)
                try await Self.set(slapd, "replace: employeeNumber\nemployeeNumber: E-42", "replace: sn\nsn: \(long)")
                let report = await company.logIn("bob", traced: true)
                #expect(report.outcome.user?.lastName == "Miller" && report.outcome.user?.id == user.id)
                #expect(try await company.store.profile(of: user.id)["number"] == "42")
                #expect(
                    report.warnings.contains(
                        "sn of \(Self.bob) has 151 characters, and last_name holds 150; last_name was left as it was."
                    ))
                #expect(
                    report.warnings.contains(
                        "employeeNumber of \(Self.bob) is not of type integer; number was left as it was."
                    ))
                #expect(!report.warnings.contains { $0.contains("E-42") || $0.contains("xxx") })
            }
        }
    }

    /// An attribute that the service account may not read looks like one that is gone, so people who have accounts are let in without it.
    @Test func whoLacksARequiredAttributeGetsNoAccountAndKeepsTheOneThereIs() async throws {
        try await withSlapd(loading: .company) { slapd async throws in
            try await Self.set(slapd, "replace: employeeNumber\nemployeeNumber: E-42")
            let required = AttributeRule(.attribute("employeeNumber"), whenMissing: .refuse)
            try await Company.on(slapd, adjust: { $0.attributes.profile["number"] = required }) {
                company async throws in
                let user = try #require(await company.outcome("bob").user)
                try await Self.set(slapd, "delete: employeeNumber")
                let report = await company.logIn("bob", traced: true)
                #expect(report.outcome.user == user && report.changes == [])
                #expect(
                    report.warnings.contains(
                        "employeeNumber of \(Self.bob) is missing and required: no account is made without number, and one that is there keeps it."
                    ))
                #expect(try await company.store.profile(of: user.id)["number"] == "E-42")
                let scanned = try #require(try await Scan(company.backend).person("bob"))
                #expect(scanned.creationObstacle != nil)
            }
            // The same person where nobody knows them yet.
            try await Company.on(slapd, adjust: { $0.attributes.profile["number"] = required }) {
                company async throws in
                let report = await company.logIn("bob", traced: true)
                #expect(report.outcome == .denied(.newUsersNotAllowed))
                #expect(
                    report.explanation
                        == "\(Self.bob) has no usable employeeNumber, and number is required of new accounts.")
                #expect(try await company.store.accounts().isEmpty)
            }
        }
    }

    @Test func aPhotoOfTenMebibytesIsReportedAndNobodyIsKeptOut() async throws {
        try await withSlapd(loading: .company, extraConfiguration: ["sockbuf_max_incoming_auth 33554432"]) {
            slapd async throws in
            let photo = String(repeating: "/9gA", count: (10 << 20) / 3)
            try await Self.set(slapd, "replace: jpegPhoto\njpegPhoto:: \(photo)")
            let map = try Self.map()
            try await Company.on(slapd, adjust: { $0.attributes = map }) { company async throws in
                let report = await company.logIn("bob", traced: true)
                let user = try #require(report.outcome.user)
                #expect(try await company.store.profile(of: user.id)["photo"] == nil)
                #expect(
                    report.warnings.contains(
                        "jpegPhoto of \(Self.bob) takes 13981012 bytes, at most 262144 are kept; photo was left as it was."
                    ))
            }
        }
    }

    @Test func threeHundredValuesAreOneListOrOneText() async throws {
        try await withSlapd(loading: .company) { slapd async throws in
            let values = (100..<400).map { "n\($0)" }
            try await Self.set(
                slapd, "replace: telephoneNumber\n" + values.map { "telephoneNumber: \($0)" }.joined(separator: "\n"))
            let map = try Self.map()
            try await Company.on(slapd, adjust: { $0.attributes = map }) { company async throws in
                let user = try #require(await company.outcome("bob").user)
                let phones = try #require(try await company.store.profile(of: user.id)["phones"])
                #expect(phones == "[" + values.map { "\"\($0)\"" }.joined(separator: ",") + "]")
                #expect(await company.logIn("bob").changes == [])
            }
        }
    }

    /// Whatever the configuration says, a hash is not asked for, so it is nowhere to be found.
    @Test func secretsAreNotAskedFor() async throws {
        try await withSlapd(loading: .company) { slapd async throws in
            try await Company.on(
                slapd,
                adjust: {
                    $0.attributes.profile = [
                        "a": "userPassword", "b": AttributeRule(.attribute("USERPASSWORD;x-a"), type: .binary),
                        "c": .template(try AttributeTemplate("{uid} {pwdHistory?}")),
                    ]
                }
            ) { company async throws in
                let user = try #require(await company.outcome("bob").user)
                #expect(try await company.store.profile(of: user.id) == ["c": "bob"])
                _ = try await Scan(company.backend)
                let asked = try slapd.log().split(separator: "\n").filter { $0.contains("SRCH attr=") }
                #expect(!asked.isEmpty)
                let secrets = asked.filter {
                    !Set($0.lowercased().split(separator: " ")).isDisjoint(with: [
                        "userpassword", "userpassword;x-a", "pwdhistory",
                    ])
                }
                #expect(secrets == [])
            }
        }
    }
}
