import Foundation

/// Lets one run at a time work on a source of a database, on this machine. The lock goes with the process, however that ends.
struct RunLock: ~Copyable {
    private let descriptor: Int32
    private let path: String

    /// Takes the lock.
    /// - Parameters:
    ///   - database: The database file; the lock file stands beside it while the run goes on.
    ///   - source: The source.
    /// - Throws: ``SyncError`` if somebody else has it, or if no file can be made.
    init(database: String, source: String) throws {
        let word = source.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? source
        // One file for one database, by whatever name it is opened.
        path = "\(URL(fileURLWithPath: database).resolvingSymlinksInPath().path)-sync-\(word)"
        while true {
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else {
                throw SyncError(
                    .lockUnavailable,
                    "The lock file \(path) cannot be made (\(String(cString: strerror(errno)))); "
                        + "the user this runs as must be able to write there.")
            }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                close(descriptor)
                throw SyncError(
                    .alreadyRunning, "Another sync of '\(source)' is running; wait for it to end.")
            }
            if Self.isAt(path, descriptor) {
                self.descriptor = descriptor
                return
            }
            // Whoever had it took the file away between the two calls; what is locked is a file that nobody else will find.
            close(descriptor)
        }
    }

    deinit {
        unlink(path)
        close(descriptor)
    }

    private static func isAt(_ path: String, _ descriptor: Int32) -> Bool {
        var held = stat()
        var named = stat()
        return fstat(descriptor, &held) == 0 && stat(path, &named) == 0 && held.st_ino == named.st_ino
            && held.st_dev == named.st_dev
    }
}
