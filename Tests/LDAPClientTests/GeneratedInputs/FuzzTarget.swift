#if canImport(LDAPClient)
@testable import LDAPClient
#endif

/// A reader of octets that come from outside, with what must hold for all of them.
///
/// `check` returns what is wrong, and `nil` where all is well, also for octets that are refused. `corpus` holds what generated inputs are made
/// of: what is read, and inputs that were once read wrongly. To have another reader tested, add its target to ``all``.
struct FuzzTarget: Sendable {
    var name: String
    var corpus: [[UInt8]]
    /// Pieces that mean something to this reader.
    var words: [[UInt8]]
    var check: @Sendable ([UInt8]) -> String?

    init(
        _ name: String, corpus: [[UInt8]], words: [String] = [], check: @escaping @Sendable ([UInt8]) -> String?
    ) {
        self.name = name
        self.corpus = corpus
        self.words = words.map { Array($0.utf8) }
        self.check = check
    }

    /// A target for text: octets that are no UTF-8 are none.
    init(
        _ name: String, texts: [String], words: [String] = [], check: @escaping @Sendable (String) -> String?
    ) {
        self.init(name, corpus: texts.map { Array($0.utf8) }, words: words) { octets in
            String(validating: octets, as: UTF8.self).flatMap(check)
        }
    }

    static let all: [FuzzTarget] = [
        distinguishedName, extendedName, filter, filterTemplate, url, control, sync, ldif, securityIdentifier, guid,
        time,
        subcode,
        preparation, serviceRecords,
    ]
}

extension FuzzTarget {
    /// The input of this number: the same for the same seed, whatever was made before.
    func input(_ number: Int, seed: UInt64) -> [UInt8] {
        var random = Splitmix(seed: seed &+ UInt64(number) &* 0x9E37_79B9_7F4A_7C15)
        var octets = corpus[Int.random(in: 0..<corpus.count, using: &random)]
        for _ in 0..<Int.random(in: 0...6, using: &random) { mutate(&octets, &random) }
        return octets
    }

    private func mutate(_ octets: inout [UInt8], _ random: inout Splitmix) {
        let place = Int.random(in: 0...octets.count, using: &random)
        switch Int.random(in: 0..<(words.isEmpty ? 8 : 11), using: &random) {
        case 0:
            octets.insert(UInt8.random(in: 0...255, using: &random), at: place)
        case 1:
            if place < octets.count { octets[place] ^= 1 << UInt8.random(in: 0...7, using: &random) }
        case 2:
            if place < octets.count { octets[place] = UInt8.random(in: 0...255, using: &random) }
        case 3:
            octets.removeSubrange(place..<Int.random(in: place...octets.count, using: &random))
        case 4:
            octets.removeLast(octets.count - place)
        case 5:
            octets.insert(contentsOf: corpus[Int.random(in: 0..<corpus.count, using: &random)], at: place)
        case 6:
            octets.insert(contentsOf: GeneratedText.unicode(&random, scalars: 1...4).utf8, at: place)
        case 7:
            // Now and then something long: what takes the square of its length is found this way.
            let count = Int.random(in: 0..<200, using: &random) == 0 ? 2000 : 3
            let piece = octets[place..<Int.random(in: place...min(octets.count, place + 8), using: &random)]
            octets.insert(contentsOf: (0..<count).flatMap { _ in piece }, at: place)
        default:
            octets.insert(contentsOf: words[Int.random(in: 0..<words.count, using: &random)], at: place)
        }
    }
}
