/// Something that a test needs could not be set up: a program is missing, a server did not start, a command failed.
///
/// It is thrown, not recorded as an expectation, so that the test ends where the trouble is.
public struct TestSupportError: Error, CustomStringConvertible {
    /// What failed, with the output of the program that failed.
    public let description: String

    /// Makes an error that says what failed.
    public init(_ description: String) {
        self.description = description
    }
}
