import Foundation
import Glibc
import Synchronization

/// TCP ports on the loopback address 127.0.0.1.
///
/// Ports are chosen below 32768, where Linux begins to choose the ports of outgoing connections: one of those, lingering
/// after its end, would keep a server from starting.
public enum LoopbackPort {
    private static let range = 10_000..<32_768
    /// Two servers that start at once could both take a port for theirs; so each is given out once.
    private static let givenOut = Mutex<Set<Int>>([])

    /// A port on which nobody listens. Somebody else may take it before it is used, so a failed start is tried again.
    public static func free() throws -> Int {
        let (socket, port) = try listen()
        close(socket)
        return port
    }

    /// A listening socket, on a free port unless one is given. The caller closes it.
    public static func listen(on given: Int? = nil) throws -> (socket: Int32, port: Int) {
        for _ in 0..<100 {
            let port = given ?? Int.random(in: range)
            guard given != nil || givenOut.withLock({ $0.insert(port).inserted }) else { continue }
            let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            guard socket >= 0 else { break }
            var yes: Int32 = 1
            setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout.size(ofValue: yes)))
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(port).bigEndian
            address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
            let bound = withUnsafeBytes(of: &address) { bytes in
                guard let start = bytes.bindMemory(to: sockaddr.self).baseAddress else { return false }
                return bind(socket, start, socklen_t(bytes.count)) == 0
            }
            if bound, Glibc.listen(socket, 128) == 0 { return (socket, port) }
            close(socket)
        }
        throw TestSupportError("Could not find a free port on 127.0.0.1: \(String(cString: strerror(errno))).")
    }

    /// A socket that is connected to a port; `nil` if nobody listens there.
    static func connect(to port: Int) -> Int32? {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        let isConnected = withUnsafeBytes(of: &address) { bytes in
            guard let start = bytes.bindMemory(to: sockaddr.self).baseAddress else { return false }
            return Glibc.connect(socket, start, socklen_t(bytes.count)) == 0
        }
        if !isConnected { close(socket) }
        return isConnected ? socket : nil
    }

    /// Whether somebody listens on a port, found out without connecting to it, so that a server's count of connections
    /// holds those of the test alone.
    static func isListening(_ port: Int) -> Bool {
        // Loopback address and port in host order as hexadecimal digits, then the peer, then state 0A: LISTEN (proc(5)).
        connectionTable().contains(String(format: "0100007F:%04X 00000000:0000 0A", port))
    }

    /// Whether something has arrived at a server's end of a connection that it has not read.
    static func hasUnread(_ port: Int) -> Bool {
        let address = String(format: "0100007F:%04X", port)
        return connectionTable().split(separator: "\n").contains { line in
            let fields = line.split(separator: " ")
            // State 01: ESTABLISHED; then the octets that wait to be sent and to be read.
            return fields.count > 4 && fields[1] == address && fields[3] == "01" && !fields[4].hasSuffix(":00000000")
        }
    }

    private static func connectionTable() -> String {
        // FileHandle reads to the end; Foundation's one-step readers stop early at files of /proc, whose size is said to be 0.
        guard let file = FileHandle(forReadingAtPath: "/proc/net/tcp"), let bytes = try? file.readToEnd() else {
            return ""
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
