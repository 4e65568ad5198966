import Foundation
import Glibc
import TestSupport

/// What this process holds open, to show that a client leaves nothing behind.
enum OpenFiles {
    /// How many sockets of this process are connected to this port of 127.0.0.1.
    ///
    /// Counted per port, since other tests run at the same time.
    static func connections(toPort port: Int) throws -> Int {
        let inodes = try Set(
            FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { name -> String? in
                let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")
                guard let target, target.hasPrefix("socket:[") else { return nil }
                return String(target.dropFirst(8).dropLast())
            })
        let peer = "0100007F:" + String(format: "%04X", port)
        let table = try procFile("/proc/self/net/tcp")
        return table.split(separator: "\n").count { line in
            let fields = line.split(separator: " ")
            return fields.count > 9 && fields[2] == peer && inodes.contains(String(fields[9]))
        }
    }

    /// Waits until none is left.
    static func expectNone(toPort port: Int) async throws {
        try await eventually("no socket is connected to port \(port)", timeout: .seconds(5)) {
            try connections(toPort: port) == 0
        }
    }
}

/// The text of a file of proc(5). Foundation stops after the first page of these, since their size is said to be 0.
func procFile(_ path: String) throws -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw TestSupportError("cannot read \(path)") }
    defer { close(descriptor) }
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = read(descriptor, &buffer, buffer.count), count > 0 { text += buffer[..<count] }
    return String(decoding: text, as: UTF8.self)
}
