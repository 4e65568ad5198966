/// One thing that is wrong with a configuration.
public struct ConfigurationProblem: Sendable, Hashable, CustomStringConvertible {
    /// Where it is wrong.
    public var location: SourceLocation
    /// What is wrong, and the remedy, in one sentence.
    public var message: String

    /// A problem.
    public init(_ location: SourceLocation, _ message: String) {
        self.location = location
        self.message = message
    }

    /// `FILE:LINE: message`, the form that editors jump to.
    public var description: String { "\(location): \(message)" }
}

/// A place in a configuration file.
public struct SourceLocation: Sendable, Hashable, CustomStringConvertible {
    /// The file's path as it was given.
    public var file: String
    /// The line, counted from 1; `nil` for the file as a whole.
    public var line: Int?

    /// A place.
    public init(file: String, line: Int? = nil) {
        self.file = file
        self.line = line
    }

    public var description: String { line.map { "\(file):\($0)" } ?? file }
}

/// A configuration that cannot be used, with everything that is wrong with it at once.
public struct InvalidConfiguration: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, in the order of the file.
    public let problems: [ConfigurationProblem]

    /// A refusal for these problems.
    public init(_ problems: [ConfigurationProblem]) {
        self.problems = problems.inOrderOfTheFile
    }

    /// One problem a line.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}

extension [ConfigurationProblem] {
    /// By line; several of one line by what they say, so that the order is the same every time.
    var inOrderOfTheFile: Self {
        sorted { ($0.location.line ?? 0, $0.message) < ($1.location.line ?? 0, $1.message) }
    }
}
