import AuthCore
import DirectoryBridge
import Foundation

extension ChangeCause {
    /// Whoever runs the command, by the operating system's name for them.
    static var currentAdministrator: ChangeCause { .administrator(NSUserName()) }
}

extension AdministrationError {
    /// The exit status that follows.
    var status: ExitStatus {
        switch code {
        case .noSuchAccount, .noSuchEntry: .rejected
        case .ambiguousName: .denied
        default: .usage
        }
    }
}
