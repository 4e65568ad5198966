import Foundation

/// The targets that `Package.swift` declares, read from its text: asking SwiftPM would wait for the lock on the build
/// folder, which the running `swift test` holds.
struct Manifest {
    /// The names of the modules that each target may import: other targets and products of packages.
    let dependencies: [String: Set<String>]

    init() throws {
        let text = try Repository.text("Package.swift")
        let declaration = /\.(?:target|executableTarget|systemLibrary|testTarget)\(\s*name: "(?<name>[^"]+)"/
        let matches = text.matches(of: declaration)
        let ends = matches.dropFirst().map(\.range.lowerBound) + [text.endIndex]
        var dependencies: [String: Set<String>] = [:]
        for (match, end) in zip(matches, ends) {
            let rest = text[match.range.upperBound..<end]
            let list = rest.firstMatch(of: /dependencies: \[(?<list>[^\]]*)\]/)?.output.list ?? ""
            // A module has the name of its target, with _ for what no identifier may hold.
            let names = list.replacing(/package: "[^"]*"/, with: "").matches(of: /"([^"]+)"/).map {
                $0.output.1.replacing("-", with: "_")
            }
            dependencies[String(match.output.name)] = Set(names.map { String($0) })
        }
        self.dependencies = dependencies
    }

    /// The modules that a Swift file imports, given its text.
    static func imports(in text: String) -> Set<String> {
        let declaration =
            #/
            ^ [\ \t]* (?: @\w+ (?: \( [^)]* \) )? \s+ )*
            (?: (?: public | package | internal | fileprivate | private ) \s+ )?
            import \s+ (?: (?: struct | class | enum | protocol | func | var | let | typealias ) \s+ )?
            (?<module> \w+ )
            /#
            .anchorsMatchLineEndings()
        // Other languages import too, in the texts of a test.
        let code = text.replacing(/"""(?s:.*?)"""/, with: "")
        return Set(code.matches(of: declaration).map { String($0.output.module) })
    }
}
