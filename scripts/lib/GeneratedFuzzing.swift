import Glibc

/// Feeds a target the inputs that it generates: `fuzz TARGET FIRST COUNT SEED`. Prints what was found, and then the rate and the memory.
///
/// Ends with 1 after an input that was read wrongly. A crash, or an input that takes more than ten seconds, ends it by a signal; the file
/// named by FUZZ_PROGRESS then holds the number of that input.
@main struct GeneratedFuzzing {
    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count == 5, let target = FuzzTarget.all.first(where: { $0.name == arguments[1] }),
            let first = Int(arguments[2]), let count = Int(arguments[3]), let seed = UInt64(arguments[4])
        else {
            print(
                "usage: fuzz TARGET FIRST COUNT SEED, with a target of: \(FuzzTarget.all.map(\.name).joined(separator: ", "))"
            )
            exit(2)
        }
        let progress = getenv("FUZZ_PROGRESS").map { open($0, O_WRONLY | O_CREAT | O_TRUNC, 0o600) } ?? -1
        let start = ContinuousClock.now
        var bytes = 0
        for number in first..<(first + count) {
            note(number, in: progress)
            // Ends the process, unless the next input comes in time.
            alarm(10)
            let octets = target.input(number, seed: seed)
            bytes += octets.count
            guard let problem = target.check(octets) else { continue }
            print("input \(number), “\(String(decoding: octets.prefix(300), as: UTF8.self))”: \(problem.prefix(300))")
            print("again with: scripts/fuzz \(target.name) --seed \(seed) --only \(number)")
            exit(1)
        }
        let seconds = max(1, (ContinuousClock.now - start).components.seconds)
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        print(
            "\(target.name): \(count) inputs, \(bytes >> 20) MiB, \(Int64(count) / seconds) a second, peak memory \(usage.ru_maxrss >> 10) MiB"
        )
    }

    private static func note(_ number: Int, in file: Int32) {
        guard file >= 0 else { return }
        let line = Array("\(number)\n".utf8)
        _ = pwrite(file, line, line.count, 0)
    }
}
