import Foundation

/// The folder that holds `Package.swift`, `Sources`, `Tests`, `ldif` and `scripts`.
public let repositoryRoot: String =
    URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

/// The path of a program of this package, built with the tests, so that a test can run it as a person would.
/// - Parameter name: The name of the product, for instance `dirbridge`.
/// - Throws: ``TestSupportError`` if it has not been built: the test target must depend on the program's target.
public func builtProduct(_ name: String) throws -> String {
    let bundle = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let path = URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent(name).path
    guard FileManager.default.isExecutableFile(atPath: path) else {
        throw TestSupportError("\(path) has not been built; let the test target depend on \(name).")
    }
    return path
}
