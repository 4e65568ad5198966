public import AuthCore
public import LDAPBackend

extension Bridge {
    /// Asks the directories with `preset: auto` what they are, where that is not known yet.
    ///
    /// - Parameter limit: How long all of them may take.
    /// - Returns: By name, the preset and what told it, or why that is not known. Directories with a named preset are not here.
    public func recognitions(within limit: Duration) async -> [String: Result<
        RecognisedDirectory, AuthenticationOutage
    >] {
        let context = AuthenticationContext(deadline: .now + limit)
        var recognitions: [String: Result<RecognisedDirectory, AuthenticationOutage>] = [:]
        for (directory, description) in zip(directories, configuration.directories) where description.preset == nil {
            do {
                recognitions[directory.name] = try await directory.recognised(context).map { .success($0) }
            } catch let outage as AuthenticationOutage {
                recognitions[directory.name] = .failure(outage)
            } catch {
                recognitions[directory.name] = .failure(AuthenticationOutage(.searchRefused, "\(error)"))
            }
        }
        return recognitions
    }
}
