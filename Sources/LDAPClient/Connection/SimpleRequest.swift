/// A request with exactly one response: everything but searches and binds.
struct SimpleRequest {
    enum Operation {
        case change(DistinguishedName, DirectoryChange)
        case compare(DistinguishedName, attribute: String, value: [UInt8])
        case extended(oid: String, value: [UInt8]?)
    }

    var operation: Operation
    var controls: [LDAPControl] = []

    /// Why it cannot be sent, `nil` if it can.
    var problem: String? {
        if let problem = controls.lazy.compactMap(\.problem).first { return problem }
        switch operation {
        case .change(let dn, let change):
            return dn.relativeNames.isEmpty ? "the DN is empty" : change.problem
        case .compare(_, let attribute, _):
            return AttributeDescription.problem(attribute)
        case .extended(let oid, _):
            if !LDAPControl.isOID(oid) { return "“\(LDAPError.printable(oid))” is no OID" }
            // It changes what the bytes after it mean, which only the handshake can deal with.
            return oid == "1.3.6.1.4.1.1466.20037" ? "StartTLS is an option of the connection" : nil
        }
    }

    /// Whether the directory may be different afterwards.
    var isWrite: Bool {
        switch operation {
        case .change: true
        case .compare: false
        case .extended(let oid, _): oid != WhoAmI.oid && oid != CancelOperation.oid
        }
    }

    var step: LDAPStep {
        switch operation {
        case .change: .write
        case .compare: .compare
        case .extended: .extended
        }
    }

    /// The request in words, without any value.
    var description: String {
        switch operation {
        case .change(let dn, .add): "add “\(dn)”"
        case .change(let dn, .modify(let modifications)):
            "modify \(Set(modifications.map(\.attribute)).sorted().joined(separator: ", ")) of “\(dn)”"
        case .change(let dn, .modifyDN(let newRDN, _, nil)): "rename “\(dn)” to “\(newRDN)”"
        case .change(let dn, .modifyDN(let newRDN, _, let superior?)): "move “\(dn)” to “\(newRDN),\(superior)”"
        case .change(let dn, .delete): "delete “\(dn)”"
        case .compare(let dn, let attribute, _): "compare \(attribute) of “\(dn)”"
        case .extended(let oid, _): Self.names[oid] ?? "carry out the extended operation \(oid)"
        }
    }

    private static let names = [
        WhoAmI.oid: "ask who I am", PasswordModify.oid: "change a password", CancelOperation.oid: "cancel an operation",
    ]
}

extension SimpleRequest {
    /// The one kind of response that answers it.
    var expectedResponse: SimpleResponse {
        switch operation {
        case .change(_, .add): .add
        case .change(_, .modify): .modify
        case .change(_, .modifyDN): .modifyDN
        case .change(_, .delete): .delete
        case .compare: .compare
        case .extended: .extended
        }
    }
}
