import Testing

/// The order of the modules: each may depend on modules of lower floors only.
private let floors = [
    "COpenLDAP": 0, "CArgon2": 0, "CCrypt": 0,
    "LDAPClient": 1, "AuthCore": 1,
    "LDAPBackend": 2, "LocalBackend": 2, "RemoteUserBackend": 2, "SQLiteStore": 2, "AuthTesting": 2,
    "LDAPDiagnostics": 2,
    "DirectorySync": 3,
    "DirectoryBridge": 4,
    "dirbridge": 5, "dirbridge-bench": 5,
]

/// What comes with the toolchain, so that no target declares it.
private let systemModules: Set = ["Dispatch", "Foundation", "Glibc", "Synchronization", "Testing"]

@Test func theManifestIsUnderstood() throws {
    let dependencies = try Manifest().dependencies
    #expect(dependencies["COpenLDAP"] == [])
    #expect(dependencies["LDAPClient"] == ["COpenLDAP", "CoreMetrics", "Logging", "SwiftASN1"])
    #expect(dependencies["LocalBackend"] == ["AuthCore", "CArgon2", "CCrypt", "Crypto", "CryptoExtras"])
}

@Test func everyFormOfImportIsUnderstood() {
    let text = [
        "import A", "public import B", "  @testable import C", "@_spi(Testing) @preconcurrency internal import D.Part",
        "import struct E.Thing", "// import F", "let text = \"import G\"",
        "let script = \"\"\"", "import H", "\"\"\"",
    ].joined(separator: "\n")
    #expect(Manifest.imports(in: text) == ["A", "B", "C", "D", "E"])
}

@Test func everyFolderOfSourcesIsATargetWithAFloor() throws {
    let declared = try Manifest().dependencies.keys
    for folder in try Repository.names(in: "Sources") {
        #expect(declared.contains(folder), "\(folder) is not in Package.swift")
        #expect(floors[folder] != nil, "\(folder) has no floor")
    }
}

@Test func dependenciesPointDown() throws {
    for (target, dependencies) in try Manifest().dependencies {
        guard let floor = floors[target] else { continue }
        for dependency in dependencies {
            guard let other = floors[dependency] else { continue }
            #expect(other < floor, "\(target) must not depend on \(dependency)")
        }
    }
}

@Test(arguments: ["Sources", "Tests"]) func everyImportIsADeclaredDependency(_ folder: String) throws {
    let dependencies = try Manifest().dependencies
    var checked = 0
    for file in try Repository.files(below: folder) where file.hasSuffix(".swift") {
        let target = String(file.split(separator: "/")[1])
        let allowed = try #require(dependencies[target], "\(file) belongs to no target").union(systemModules)
        let undeclared = try Manifest.imports(in: Repository.text(file)).subtracting(allowed)
        #expect(undeclared.isEmpty, "\(file) imports \(undeclared.sorted())")
        checked += 1
    }
    #expect(checked > 0)
}

@Test(arguments: [
    ("COpenLDAP", "Sources/LDAPClient/OpenLDAP/"), ("CArgon2", "Sources/LocalBackend/Hashers/Native/"),
    ("CCrypt", "Sources/LocalBackend/Hashers/Native/"),
])
func onlyOneFolderImportsACLibrary(_ library: String, _ folder: String) throws {
    let importers = try Repository.files(below: "Sources")
        .filter { try $0.hasSuffix(".swift") && Manifest.imports(in: Repository.text($0)).contains(library) }
    #expect(!importers.isEmpty)
    #expect(importers.filter { !$0.hasPrefix(folder) } == [])
}

@Test func testSupportKnowsNoneOfTheModulesUnderTest() throws {
    #expect(try Manifest().dependencies["TestSupport"] == [])
}
