import ArgumentParser
import AuthCore
import DirectoryBridge
import DirectorySync
import Foundation

/// Runs the command and turns what went wrong into a message on standard error and an exit status.
@main
enum Main {
    static func main() async {
        occupyStandardDescriptors()
        guard argumentsAreUTF8() else {
            fail("An argument is not valid UTF-8; write it in UTF-8.", .usage)
        }
        do {
            var command = try DirBridge.parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let status as ExitStatus {
            exit(status.rawValue)
        } catch let failure as CommandFailure {
            fail(failure.message, failure.status)
        } catch let invalid as InvalidConfiguration {
            fail(invalid.description, .usage)
        } catch let outage as AuthenticationOutage {
            fail(outage.message, .unavailable)
        } catch let refused as AccountStoreError {
            fail(refused.message, .usage)
        } catch let error as SyncError {
            fail(error.message, error.code == .noOpenPlan ? .usage : .failure)
        } catch let refused as AdministrationError {
            fail(refused.message, refused.status)
        } catch {
            finish(with: error)
        }
    }

    /// What the argument parser throws: help and usage. Its own status for usage is not ours.
    private static func finish(with error: any Error) -> Never {
        let text = DirBridge.fullMessage(for: error)
        switch DirBridge.exitCode(for: error) {
        case .success:
            Output.result(text)
            exit(ExitStatus.done.rawValue)
        case .validationFailure:
            fail(text, .usage)
        default:
            fail(text.isEmpty ? "\(error)" : text, .failure)
        }
    }

    private static func fail(_ message: String, _ status: ExitStatus) -> Never {
        Output.message(message)
        exit(status.rawValue)
    }

    /// Whatever was opened next would take the place of a standard stream that was closed, and results would be written into it.
    private static func occupyStandardDescriptors() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
            // The lowest number that is free is taken, and the ones below are not.
            _ = open("/dev/null", O_RDWR)
        }
    }

    /// Foundation repairs arguments that are not UTF-8, and a repaired name is another name.
    private static func argumentsAreUTF8() -> Bool {
        (0..<Int(CommandLine.argc)).allSatisfy { index in
            guard let argument = CommandLine.unsafeArgv[index] else { return true }
            return String(validatingCString: argument) != nil
        }
    }
}
