// swift-tools-version: 6.2
import PackageDescription

/// What every target of ours is compiled with: Swift 6 mode (strict concurrency) comes with the tools version.
let settings: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    // A nonisolated async function stays on its caller's executor: no hop on the path of a login.
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// What only the trait NativeHashers needs; without it neither libargon2 nor libcrypt has to be there.
let nativeHashers: TargetDependencyCondition? = .when(traits: ["NativeHashers"])

let package = Package(
    name: "DirectoryBridge",
    products: [
        .library(name: "DirectoryBridge", targets: ["DirectoryBridge"]),
        .library(name: "AuthCore", targets: ["AuthCore"]),
        .library(name: "AuthTesting", targets: ["AuthTesting"]),
        .library(name: "LDAPClient", targets: ["LDAPClient"]),
        .library(name: "LDAPDiagnostics", targets: ["LDAPDiagnostics"]),
        .library(name: "RemoteUserBackend", targets: ["RemoteUserBackend"]),
        .executable(name: "dirbridge", targets: ["dirbridge"]),
        .executable(name: "dirbridge-bench", targets: ["dirbridge-bench"]),
    ],
    traits: [
        .trait(
            name: "NativeHashers",
            description: "Passwords in Argon2 and bcrypt, by libargon2 and libcrypt (libargon2-dev, libcrypt-dev).")
    ],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // Floor 0
        .target(
            name: "COpenLDAP",
            linkerSettings: [.linkedLibrary("ldap"), .linkedLibrary("lber"), .linkedLibrary("resolv")]),
        .systemLibrary(name: "CArgon2"),
        .systemLibrary(name: "CCrypt"),

        // Floor 1
        .target(
            name: "LDAPClient",
            dependencies: [
                "COpenLDAP",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
            ],
            swiftSettings: settings),
        .target(
            name: "AuthCore",
            dependencies: [
                .product(name: "Crypto", package: "swift-crypto"), .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),

        // Floor 2
        .target(
            name: "LDAPBackend",
            dependencies: [
                "AuthCore", "LDAPClient", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),
        .target(
            name: "LocalBackend",
            dependencies: [
                "AuthCore",
                .byName(name: "CArgon2", condition: nativeHashers),
                .byName(name: "CCrypt", condition: nativeHashers),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ],
            swiftSettings: settings),
        .target(name: "RemoteUserBackend", dependencies: ["AuthCore"], swiftSettings: settings),
        .target(
            name: "SQLiteStore",
            dependencies: [
                "AuthCore", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: settings),
        .target(
            name: "LDAPDiagnostics",
            dependencies: [
                "LDAPClient",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ],
            swiftSettings: settings),
        .target(name: "AuthTesting", dependencies: ["AuthCore"], swiftSettings: settings),

        // Floor 3
        .target(
            name: "DirectorySync",
            dependencies: [
                "AuthCore", "LDAPBackend", "LDAPClient", "SQLiteStore",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),

        // Floor 4
        .target(
            name: "DirectoryBridge",
            dependencies: [
                "AuthCore", "DirectorySync", "LDAPClient", "LDAPBackend", "LDAPDiagnostics", "LocalBackend",
                "SQLiteStore",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: settings),

        // Floor 5
        .executableTarget(
            name: "dirbridge",
            dependencies: [
                "DirectoryBridge", "AuthCore", "DirectorySync", "LDAPBackend", "LDAPClient",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            exclude: ["Documents/Schemas"],
            swiftSettings: settings),
        .executableTarget(
            name: "dirbridge-bench",
            dependencies: [
                "DirectoryBridge", "AuthCore", "DirectorySync", "LDAPBackend", "LDAPClient",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            exclude: ["measurement.schema.json"],
            swiftSettings: settings),

        // Tests
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
        .executableTarget(
            name: "FaultSuite",
            dependencies: ["LDAPClient", "TestSupport", .product(name: "Logging", package: "swift-log")],
            path: "Tests/FaultSuite", swiftSettings: settings),
        .testTarget(
            name: "LDAPClientTests",
            dependencies: [
                "LDAPClient", "TestSupport",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "MetricsTestKit", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "LDAPDiagnosticsTests", dependencies: ["LDAPDiagnostics", "LDAPClient", "TestSupport"],
            swiftSettings: settings),
        .testTarget(name: "AuthCoreTests", dependencies: ["AuthCore", "AuthTesting"], swiftSettings: settings),
        .testTarget(
            name: "LocalBackendTests", dependencies: ["LocalBackend", "AuthCore", "AuthTesting"],
            swiftSettings: settings),
        .testTarget(
            name: "RemoteUserBackendTests", dependencies: ["RemoteUserBackend", "AuthCore", "AuthTesting"],
            swiftSettings: settings),
        .testTarget(
            name: "SQLiteStoreTests",
            dependencies: [
                "SQLiteStore", "LocalBackend", "AuthCore", "AuthTesting", "TestSupport",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "LDAPBackendTests",
            dependencies: [
                "LDAPBackend", "LDAPClient", "AuthCore", "AuthTesting", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "DirectorySyncTests",
            dependencies: [
                "DirectorySync", "LDAPBackend", "LDAPClient", "LocalBackend", "AuthCore", "SQLiteStore", "TestSupport",
                .product(name: "GRDB", package: "GRDB.swift"), .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "DirectoryTests",
            dependencies: [
                "DirectoryBridge", "DirectorySync", "LDAPBackend", "LDAPClient", "AuthCore", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ],
            exclude: ["RevealedStates.md"],
            swiftSettings: settings),
        .testTarget(
            name: "DirectoryBridgeTests",
            dependencies: [
                "DirectoryBridge", "AuthCore", "LDAPBackend", "LDAPClient", "LocalBackend", "SQLiteStore",
                "TestSupport",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "CommandTests",
            dependencies: ["dirbridge", "AuthCore", "DirectoryBridge", "DirectorySync", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "BenchTests", dependencies: ["dirbridge-bench", "TestSupport"], swiftSettings: settings),
        .testTarget(name: "PackageTests", swiftSettings: settings),
        // Run by scripts/soak, under sanitizers.
        .executableTarget(
            name: "Soak",
            dependencies: ["LDAPClient", "TestSupport", .product(name: "Logging", package: "swift-log")],
            path: "Tests/Soak", swiftSettings: settings),
    ]
)
