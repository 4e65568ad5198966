import Foundation
import TestSupport
import Testing

/// A JSON document that the command printed.
struct Document: Encodable {
    /// The name of its schema's file, without `.schema.json`.
    let schema: String
    let text: String

    init(schema: String, text: String) {
        self.schema = schema
        self.text = text
    }

    /// The document that a run with these arguments printed.
    init(of arguments: [String], text: String) throws {
        switch arguments.first {
        case "login", "bind-test": schema = "attempt"
        case "audit", "sync": schema = arguments[0]
        case "user", "group", "permission", "password": schema = arguments.prefix(2).joined(separator: "-")
        default: throw TestSupportError("\(arguments) has no schema.")
        }
        self.text = text
    }
}

/// Checks documents against their schemas.
/// - Throws: ``TestSupportError`` that says what is wrong with which document.
func requireValid(_ documents: [Document]) async throws {
    guard !documents.isEmpty else { return }
    // The system's own Python, because that is the one which Debian's python3-jsonschema belongs to.
    try await runSuccessfully(
        "/usr/bin/python3", ["-c", validator, "\(repositoryRoot)/Sources/dirbridge/Documents/Schemas"],
        input: Array(JSONEncoder().encode(documents)))
}

private let validator = """
    import json, pathlib, sys
    from jsonschema import Draft202012Validator, RefResolver

    def unique(pairs):
        if len(dict(pairs)) != len(pairs):
            raise ValueError("a key is there twice")
        return dict(pairs)

    folder = pathlib.Path(sys.argv[1])
    validators = {}
    for file in folder.glob("*.schema.json"):
        schema = json.loads(file.read_text())
        Draft202012Validator.check_schema(schema)
        resolver = RefResolver(file.as_uri(), schema)
        validators[file.name.removesuffix(".schema.json")] = Draft202012Validator(schema, resolver=resolver)

    wrong = False
    for item in json.load(sys.stdin):
        document = json.loads(item["text"], object_pairs_hook=unique)
        for error in validators[item["schema"]].iter_errors(document):
            wrong = True
            print(item["schema"], error.json_path, error.message, item["text"], sep="\\n")
    sys.exit(wrong)
    """

@Suite struct SchemaTests {
    private let list = #"{"permissions": [{"permission": "payroll.view_payslip", "name": "Can view payslip"}]}"#

    @Test func theSchemasAcceptWhatIsRight() async throws {
        try await requireValid([Document(schema: "permission-list", text: list)])
    }

    @Test(arguments: [
        ("\"name\"", "\"nome\""), ("payroll.view_payslip", "payroll"),
        ("{\"permissions\"", "{\"more\": 1, \"permissions\""),
        ("\"Can view payslip\"", "null"), ("\"name\"", "\"name\": \"twice\", \"name\""),
    ])
    func theSchemasRefuseWhatIsWrong(_ part: String, _ replacement: String) async throws {
        let wrong = list.replacingOccurrences(of: part, with: replacement)
        await #expect(throws: TestSupportError.self) {
            try await requireValid([Document(schema: "permission-list", text: wrong)])
        }
    }

    @Test(arguments: [
        (#""authenticated""#, #""denied""#), ("null", #""wrongPassword""#), (#""direct""#, #""somehow""#),
        (#""bind""#, #""dance""#), (#""id": 1"#, #""id": 0"#), (#""profile": {}"#, #""profile": {"a": 1}"#),
    ])
    func theSchemaOfAnAttemptTakesVerdictReasonAndPersonTogether(_ part: String, _ replacement: String) async throws {
        let attempt = """
            {"verdict": "authenticated", "reason": null, "backend": "corp", "permissions": [], "warnings": [],
             "diagnoses": [], "attributes": [], "grounds": {}, "changes": [],
             "cost": {"binds": 1, "service_binds": 1, "searches": 2, "diagnosis_searches": 0, "duration_ms": 1.5},
             "user": {"id": 1, "username": "alice", "first_name": "", "last_name": "", "email": "", "is_active": true,
              "is_staff": false, "is_superuser": false, "dn": "uid=alice", "external_id": "1", "profile": {}},
             "groups": [{"name": "staff", "dn": "cn=staff", "via": "direct"}],
             "steps": [{"backend": "corp", "name": "bind", "ok": true, "duration_ms": 0.5, "detail": "uid=alice"}]}
            """
        try await requireValid([Document(schema: "attempt", text: attempt)])
        let wrong = attempt.replacing(part, with: replacement, maxReplacements: 1)
        await #expect(throws: TestSupportError.self) {
            try await requireValid([Document(schema: "attempt", text: wrong)])
        }
    }
}
