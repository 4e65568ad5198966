import Foundation
import Glibc
import Synchronization

/// Makes a folder for the duration of a closure, and deletes it with all it holds, also when the closure throws.
/// - Parameter body: Receives the path of the folder, which nobody else may enter.
public func withTemporaryFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let folder = try makeTemporaryFolder()
    defer { deleteFolder(folder) }
    return try await body(folder)
}

/// Makes a folder that only this user may enter. The caller deletes it.
func makeTemporaryFolder() throws -> String {
    var template = Array((NSTemporaryDirectory() as NSString).appendingPathComponent("dirbridge-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else {
        throw TestSupportError("Could not make a temporary folder: \(String(cString: strerror(errno))).")
    }
    return template.withUnsafeBufferPointer {
        String(decoding: $0.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

/// Makes a folder that is deleted when the test process ends.
func makeFolderUntilExit() throws -> String {
    let folder = try makeTemporaryFolder()
    foldersUntilExit.withLock { folders in
        if folders.isEmpty {
            atexit {
                for folder in foldersUntilExit.withLock({ $0 }) { deleteFolder(folder) }
            }
        }
        folders.append(folder)
    }
    return folder
}

/// Deletes a folder and all it holds, as far as possible.
func deleteFolder(_ folder: String) {
    try? FileManager.default.removeItem(atPath: folder)
}

private let foldersUntilExit = Mutex<[String]>([])
