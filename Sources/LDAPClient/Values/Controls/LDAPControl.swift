/// A control that accompanies a request or a response (RFC 4511, 4.1.11).
public struct LDAPControl: Sendable, Hashable {
    /// The control's object identifier.
    public var oid: String
    /// Whether the server must refuse the operation if it does not know the control.
    public var isCritical: Bool
    /// The control's value, BER for nearly all of them; `nil` if there is none.
    public var value: [UInt8]?

    /// Creates a control.
    public init(oid: String, isCritical: Bool = false, value: [UInt8]? = nil) {
        self.oid = oid
        self.isCritical = isCritical
        self.value = value
    }

    /// Why it cannot be sent, `nil` if it can: libldap takes OIDs as C strings.
    var problem: String? {
        Self.isOID(oid) ? nil : "“\(LDAPError.printable(oid))” is no OID of a control"
    }

    /// `numericoid` of RFC 4512, 1.4.
    static func isOID(_ text: String) -> Bool {
        text.utf8.first.map(ASCII.isDigit) == true
            && ASCII.isAttributeDescription(Array(text.utf8)[...], allowOptions: false)
    }
}

/// A control of a response whose value this module can read.
public protocol LDAPResponseControl: Sendable {
    /// The control's object identifier.
    static var oid: String { get }

    /// Reads a value, in any length form that BER allows; `nil` if it is malformed.
    ///
    /// - Parameter value: The octets of the value, none if the control has no value.
    init?(decoding value: [UInt8])
}

extension [LDAPControl] {
    /// The control of this kind, `nil` if there is none.
    ///
    /// - Throws: ``LDAPError/Code/unexpectedResponse`` if it cannot be read or is there twice: what it has to say may
    ///   matter, so it is not passed over.
    public func first<Control: LDAPResponseControl>(_ type: Control.Type) throws(LDAPError) -> Control? {
        guard let index = firstIndex(where: { $0.oid == Control.oid }) else { return nil }
        let control = self[index]
        let isAlone = !self[(index + 1)...].contains { $0.oid == Control.oid }
        guard isAlone, let decoded = Control(decoding: control.value ?? []) else {
            throw LDAPError(
                .unexpectedResponse, operation: "read the control \(Control.oid) of the answer",
                reason: isAlone ? "its value is malformed" : "it is there more than once")
        }
        return decoded
    }
    /// The control of this kind in the answer to an operation, which the error names.
    func first<Control: LDAPResponseControl>(
        _ type: Control.Type, _ step: LDAPStep, _ operation: String
    ) throws(LDAPError) -> Control? {
        do throws(LDAPError) {
            return try first(type)
        } catch {
            throw LDAPError(
                error.code, step: step, operation: operation, reason: "the control \(Control.oid): \(error.reason)")
        }
    }
}
