/// Something that the person who started a measurement can put right.
struct Mistake: Error {
    /// What, and how.
    let message: String

    init(_ message: String) {
        self.message = message
    }
}
