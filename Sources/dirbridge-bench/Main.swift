import ArgumentParser
import AuthCore
import DirectoryBridge
import Foundation

/// Runs the command and turns what went wrong into a message on standard error and an exit status.
@main
enum Main {
    static func main() async {
        do {
            var command = try DirbridgeBench.parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let mistake as Mistake {
            fail(mistake.message, status: 2)
        } catch let invalid as InvalidConfiguration {
            fail(invalid.description, status: 2)
        } catch let outage as AuthenticationOutage {
            fail(outage.message, status: 5)
        } catch is MeasuredFailures {
            exit(1)
        } catch {
            let text = DirbridgeBench.fullMessage(for: error)
            switch DirbridgeBench.exitCode(for: error) {
            case .success:
                Output.result(text)
                exit(0)
            case .validationFailure: fail(text, status: 2)
            default: fail(text.isEmpty ? "\(error)" : text, status: 1)
            }
        }
    }

    private static func fail(_ message: String, status: Int32) -> Never {
        Output.message(message)
        exit(status)
    }
}
