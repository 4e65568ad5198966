/// Active Directory's change log (MS-ADTS, 3.1.1.3.4.1.3, LDAP_SERVER_DIRSYNC_OID): a search that returns what has
/// changed since a cookie.
///
/// The base must be a naming context. Only changed attributes come, and deleted entries only where the filter matches
/// what is left of them.
public struct DirSyncControl: LDAPResponseControl, Hashable {
    /// The request control, and the response control of the same OID.
    public static let oid = "1.2.840.113556.1.4.841"

    /// What kind of changes are wanted.
    public struct Flags: OptionSet, Sendable, Hashable {
        /// The bits of the protocol.
        public let rawValue: UInt32

        /// Creates a set of these bits.
        public init(rawValue: UInt32) {
            self.rawValue = rawValue
        }

        /// Entries and attributes that the caller may read. Without it the right to replicate is needed.
        public static let objectSecurity = Flags(rawValue: 0x1)
        /// Parents before children.
        public static let ancestorsFirst = Flags(rawValue: 0x800)
        /// No secret attributes.
        public static let publicDataOnly = Flags(rawValue: 0x2000)
        /// Of attributes with linked values only those that changed: `member;range=1-1` holds the ones added,
        /// `member;range=0-0` the ones removed. These are no parts of a longer list.
        public static let incrementalValues = Flags(rawValue: 0x8000_0000)
    }

    /// Whether there is more to fetch at once with ``cookie``.
    public var hasMore: Bool
    /// Where to go on.
    public var cookie: [UInt8]

    /// Asks for changes.
    ///
    /// - Parameters:
    ///   - flags: What kind of changes are wanted.
    ///   - maximumBytes: How large an answer the server may make, in bytes; 0 leaves it to the server.
    ///   - cookie: That of the last answer; empty for everything.
    /// - Returns: A critical control: without it this would be an ordinary search.
    public static func request(
        flags: Flags = .objectSecurity, maximumBytes: Int = 0, cookie: [UInt8] = []
    ) -> LDAPControl {
        // The flags are a signed integer of 32 bits on the wire.
        LDAPControl(
            oid: oid, isCritical: true,
            value: BERWriter.sequence([
                BERWriter.integer(Int(Int32(bitPattern: flags.rawValue))), BERWriter.integer(maximumBytes),
                BERWriter.octetString(cookie),
            ]))
    }

    /// Reads the value of a response.
    public init?(decoding value: [UInt8]) {
        guard var reader = BERReader(sequence: value), let more = reader.next(BERTag.integer)?.integer,
            reader.next(BERTag.integer)?.integer != nil, let cookie = reader.next(BERTag.octetString), reader.isAtEnd
        else {
            return nil
        }
        hasMore = more != 0
        self.cookie = Array(cookie.content)
    }
}
