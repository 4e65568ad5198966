/// Gathers what is wrong while a file is read, so that all of it can be said at once.
final class ProblemCollector {
    private let file: String
    private(set) var problems: [ConfigurationProblem] = []
    /// What rules grant, also those of a directory that cannot be used: it can be checked all the same.
    var grantedPermissions: [GrantedPermission] = []

    init(file: String) {
        self.file = file
    }

    func location(line: Int?) -> SourceLocation {
        SourceLocation(file: file, line: line)
    }

    func report(line: Int?, _ message: String) {
        problems.append(ConfigurationProblem(location(line: line), message))
    }
}
