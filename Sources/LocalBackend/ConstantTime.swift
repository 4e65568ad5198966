internal import Crypto
import Foundation

/// Whether two texts or digests are the same, in a time that does not tell where they differ.
func isEqualInConstantTime(_ one: some ContiguousBytes, _ other: some ContiguousBytes) -> Bool {
    // Keys compare so.
    SymmetricKey(data: one) == SymmetricKey(data: other)
}
