/// All that is provoked.
enum Suite {
    static let faults: [Fault] =
        reachability + silence + interruptions + names + badPeers + tls + resultCodes + credentials + process
}
