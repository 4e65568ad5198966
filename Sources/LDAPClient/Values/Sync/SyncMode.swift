/// How long a synchronization lasts (RFC 4533, 2.2). The raw values are those of the protocol.
public enum SyncMode: Int, Sendable, Hashable, CaseIterable {
    /// It ends when the copy is up to date.
    case refreshOnly = 1
    /// It goes on with changes as they happen.
    case refreshAndPersist = 3
}
