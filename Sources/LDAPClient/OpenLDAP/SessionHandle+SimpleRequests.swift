internal import COpenLDAP

extension SessionHandle {
    /// Sends a request that has one response. Its texts must be free of NUL.
    borrowing func send(_ request: SimpleRequest) throws(SessionFailure) -> Sent {
        var id: Int32 = -1
        let status = withControls(request.controls) { controls in
            switch request.operation {
            case .change(let dn, .add(let attributes)):
                let values = attributes.map { Modification(.add, $0.name, $0.values) }
                return withModifications(values) { ldap_add_ext(ld, dn.description, $0, controls, nil, &id) }
            case .change(let dn, .modify(let modifications)):
                return withModifications(modifications) {
                    ldap_modify_ext(ld, dn.description, $0, controls, nil, &id)
                }
            case .change(let dn, .modifyDN(let newRDN, let deleteOldRDN, let newSuperior)):
                return ldap_rename(
                    ld, dn.description, newRDN.description, newSuperior?.description, deleteOldRDN ? 1 : 0, controls,
                    nil, &id)
            case .change(let dn, .delete):
                return ldap_delete_ext(ld, dn.description, controls, nil, &id)
            case .compare(let dn, let attribute, let value):
                return withOctets(value) {
                    ldap_compare_ext(ld, dn.description, attribute, &$0, controls, nil, &id)
                }
            case .extended(let oid, nil):
                return ldap_extended_operation(ld, oid, nil, controls, nil, &id)
            case .extended(let oid, let value?):
                return withOctets(value) { ldap_extended_operation(ld, oid, &$0, controls, nil, &id) }
            }
        }
        return try sent(status, id)
    }

    /// Lends the octets as a `berval`, which libldap only reads.
    private borrowing func withOctets(_ value: [UInt8], _ body: (inout berval) -> Int32) -> Int32 {
        // An empty array has no base address, and NULL would mean that there is no value.
        (value.isEmpty ? [0] : value).withUnsafeBytes { octets in
            var value = berval(
                bv_len: ber_len_t(value.count),
                bv_val: UnsafeMutablePointer(mutating: octets.bindMemory(to: CChar.self).baseAddress))
            return body(&value)
        }
    }

    /// Lends the modifications as the NULL-terminated array that libldap takes and only reads.
    private borrowing func withModifications(
        _ modifications: [Modification], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<LDAPMod>?>) -> Int32
    ) -> Int32 {
        let list = ModificationList(modifications)
        return body(list.pointers)
    }
}

/// Modifications in libldap's own form, which end with this value.
///
/// `LDAPMod` is a structure of pointers to pointers. All octets lie in one block and all structures in one block each,
/// so that five allocations are all there is to free.
private struct ModificationList: ~Copyable {
    let pointers: UnsafeMutablePointer<UnsafeMutablePointer<LDAPMod>?>
    private let modifications: UnsafeMutablePointer<LDAPMod>
    private let values: UnsafeMutablePointer<berval>
    private let valuePointers: UnsafeMutablePointer<UnsafeMutablePointer<berval>?>
    private let octets: UnsafeMutablePointer<CChar>

    init(_ list: [Modification]) {
        let valueCount = list.reduce(0) { $0 + $1.values.count }
        let octetCount = list.reduce(0) { sum, modification in
            modification.values.reduce(sum + modification.attribute.utf8.count + 1) { $0 + $1.bytes.count + 1 }
        }
        pointers = .allocate(capacity: list.count + 1)
        modifications = .allocate(capacity: max(1, list.count))
        values = .allocate(capacity: max(1, valueCount))
        valuePointers = .allocate(capacity: valueCount + list.count)
        octets = .allocate(capacity: max(1, octetCount))

        var (nextValue, nextPointer, nextOctet) = (values, valuePointers, octets)
        func store(_ bytes: some Sequence<UInt8>) -> UnsafeMutablePointer<CChar> {
            let start = nextOctet
            for byte in bytes {
                nextOctet.initialize(to: CChar(bitPattern: byte))
                nextOctet += 1
            }
            nextOctet.initialize(to: 0)
            nextOctet += 1
            return start
        }
        for (index, modification) in list.enumerated() {
            let name = store(modification.attribute.utf8)
            let first = nextPointer
            for value in modification.values {
                nextValue.initialize(to: berval(bv_len: ber_len_t(value.bytes.count), bv_val: store(value.bytes)))
                nextPointer.initialize(to: nextValue)
                nextValue += 1
                nextPointer += 1
            }
            nextPointer.initialize(to: nil)
            nextPointer += 1
            var entry = LDAPMod()
            entry.mod_op = modification.kind.number | LDAP_MOD_BVALUES
            entry.mod_type = name
            // NULL, not an empty list, is how libldap writes "no values".
            entry.mod_vals.modv_bvals = modification.values.isEmpty ? nil : first
            (modifications + index).initialize(to: entry)
            (pointers + index).initialize(to: modifications + index)
        }
        (pointers + list.count).initialize(to: nil)
    }

    deinit {
        pointers.deallocate()
        modifications.deallocate()
        values.deallocate()
        valuePointers.deallocate()
        octets.deallocate()
    }
}

extension Modification.Kind {
    fileprivate var number: Int32 {
        switch self {
        case .add: LDAP_MOD_ADD
        case .delete: LDAP_MOD_DELETE
        case .replace: LDAP_MOD_REPLACE
        case .increment: LDAP_MOD_INCREMENT
        }
    }
}
