import Glibc

/// The target that libFuzzer is to look at, named by the environment variable FUZZ_TARGET.
private let target: FuzzTarget = {
    guard let name = getenv("FUZZ_TARGET").map({ String(cString: $0) }),
        let target = FuzzTarget.all.first(where: { $0.name == name })
    else {
        complain("FUZZ_TARGET names none of: \(FuzzTarget.all.map(\.name).joined(separator: ", "))")
        exit(2)
    }
    return target
}()

/// What libFuzzer calls first: writes the corpus of the target into the folder FUZZ_CORPUS, from where it is read.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutableRawPointer?, _ arguments: UnsafeMutableRawPointer?) -> CInt {
    guard let folder = getenv("FUZZ_CORPUS").map({ String(cString: $0) }) else { return 0 }
    for (number, octets) in target.corpus.enumerated() {
        let file = open("\(folder)/\(number)", O_WRONLY | O_CREAT, 0o600)
        _ = write(file, octets, octets.count)
        close(file)
    }
    return 0
}

/// What libFuzzer calls for each input (https://llvm.org/docs/LibFuzzer.html); a crash is what it looks for.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let octets = Array(UnsafeBufferPointer(start: start, count: count))
    if let problem = target.check(octets) {
        complain(problem)
        abort()
    }
    return 0
}

private func complain(_ text: String) {
    let line = Array("\(text)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
}
