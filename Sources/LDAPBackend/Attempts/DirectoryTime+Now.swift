import Foundation
import LDAPClient

extension DirectoryTime {
    /// The present, by the wall clock.
    static var now: DirectoryTime {
        DirectoryTime(secondsSince1970: Int64(Date().timeIntervalSince1970.rounded(.down)))
    }
}
