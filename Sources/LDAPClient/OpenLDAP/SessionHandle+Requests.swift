internal import COpenLDAP
internal import Glibc

extension SessionHandle {
    /// Whether the last request is wholly in the socket, or waits in libldap for the socket to take more.
    enum Sent {
        case flushed(id: Int32)
        case unfinished(id: Int32)
    }

    /// Sends a bind (RFC 4511, 4.2). The DN and the password must be free of NUL.
    borrowing func sendBind(_ credentials: BindCredentials, controls: [LDAPControl]) throws(SessionFailure) -> Sent {
        // The mechanism is NULL for a simple bind; the DN never is, or libldap would take one from elsewhere.
        let (dn, mechanism, message): (String, String?, [UInt8]?) =
            switch credentials {
            case .simple(let dn, let password): (dn, nil, password)
            case .sasl(let mechanism, let message): ("", mechanism, message)
            }
        var id: Int32 = -1
        let status = withControls(controls) { controls in
            guard let message else { return ldap_sasl_bind(ld, dn, mechanism, nil, controls, nil, &id) }
            // Never NULL, not even for an empty one: that would mean that there is no message.
            return CStringWriter.lend(capacity: message.count + 1) { writer in
                var value = berval(bv_len: ber_len_t(message.count), bv_val: writer.write(message))
                return ldap_sasl_bind(ld, dn, mechanism, &value, controls, nil, &id)
            }
        }
        return try sent(status, id)
    }

    /// Sends a search (RFC 4511, 4.5.1).
    borrowing func sendSearch(_ request: SearchRequest) throws(SessionFailure) -> Sent {
        var id: Int32 = -1
        let scope =
            switch request.scope {
            case .base: LDAP_SCOPE_BASE
            case .oneLevel: LDAP_SCOPE_ONELEVEL
            case .subtree: LDAP_SCOPE_SUBTREE
            }
        // The alias policy is no argument but an option of the handle, read while the request is made.
        var aliases =
            switch request.aliases {
            case .never: LDAP_DEREF_NEVER
            case .inSearching: LDAP_DEREF_SEARCHING
            case .findingBase: LDAP_DEREF_FINDING
            case .always: LDAP_DEREF_ALWAYS
            }
        guard ldap_set_option(ld, LDAP_OPT_DEREF, &aliases) == LDAP_OPT_SUCCESS else { throw lastFailure() }
        let status = withControls(request.controls) { controls in
            withCStrings(request.attributes.list) { attributes in
                withTimeLimit(request.timeLimit) { timeLimit in
                    ldap_search_ext(
                        ld, request.base.description, scope, request.filter.description, attributes,
                        request.typesOnly ? 1 : 0, controls, nil, timeLimit, Int32(clamping: request.sizeLimit), &id)
                }
            }
        }
        return try sent(status, id)
    }

    /// Lends the limit in whole seconds, rounded up; NULL sends 0, which is none.
    private borrowing func withTimeLimit(
        _ limit: Duration?, _ body: (UnsafeMutablePointer<timeval>?) -> Int32
    ) -> Int32 {
        guard let limit else { return body(nil) }
        var time = timeval(tv_sec: Int(limit.roundedUpToSeconds), tv_usec: 0)
        return body(&time)
    }

    /// Tells the server that nobody waits for this any more (RFC 4511, 4.11); `false` if that could not be sent.
    borrowing func abandon(_ id: Int32) -> Bool {
        ldap_abandon_ext(ld, id, nil, nil) == LDAP_SUCCESS
    }

    borrowing func sent(_ status: Int32, _ id: Int32) throws(SessionFailure) -> Sent {
        guard status == LDAP_SUCCESS, id > 0 else {
            var failure = lastFailure()
            failure.code = status
            throw failure
        }
        // libldap reports a request that is not flushed as success, and leaves this code behind.
        var code: Int32 = 0
        ldap_get_option(ld, LDAP_OPT_RESULT_CODE, &code)
        return code == LDAP_BUSY ? .unfinished(id: id) : .flushed(id: id)
    }

    typealias ControlArray = UnsafeMutablePointer<UnsafeMutablePointer<COpenLDAP.LDAPControl>?>

    /// Lends the controls as the NULL-terminated array that libldap takes, NULL if there are none.
    borrowing func withControls<Result>(
        _ controls: [LDAPControl], _ body: (ControlArray?) -> Result
    ) -> Result {
        if controls.isEmpty { return body(nil) }
        let capacity = controls.reduce(0) { $0 + $1.oid.utf8.count + ($1.value?.count ?? 0) + 2 }
        return CStringWriter.lend(capacity: capacity) { writer in
            withUnsafeTemporaryAllocation(of: COpenLDAP.LDAPControl.self, capacity: controls.count) { structures in
                withUnsafeTemporaryAllocation(of: ControlArray.Pointee.self, capacity: controls.count + 1) { list in
                    for (index, control) in controls.enumerated() {
                        var structure = COpenLDAP.LDAPControl()
                        structure.ldctl_oid = writer.write(control.oid.utf8)
                        structure.ldctl_iscritical = control.isCritical ? 1 : 0
                        if let value = control.value {
                            structure.ldctl_value = berval(
                                bv_len: ber_len_t(value.count), bv_val: writer.write(value))
                        }
                        structures.initializeElement(at: index, to: structure)
                        list.initializeElement(at: index, to: structures.baseAddress.map { $0 + index })
                    }
                    list.initializeElement(at: controls.count, to: nil)
                    return body(list.baseAddress)
                }
            }
        }
    }

    /// Lends the texts as a NULL-terminated array of C strings.
    private borrowing func withCStrings<Result>(
        _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> Result
    ) -> Result {
        CStringWriter.lend(capacity: strings.reduce(0) { $0 + $1.utf8.count + 1 }) { writer in
            withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<CChar>?.self, capacity: strings.count + 1) { list in
                for (index, string) in strings.enumerated() {
                    list.initializeElement(at: index, to: writer.write(string.utf8))
                }
                list.initializeElement(at: strings.count, to: nil)
                return body(list.baseAddress)
            }
        }
    }
}

extension Duration {
    /// Whole seconds as LDAP writes time limits: from 1 to 2147483647 (RFC 4511, 4.5.1.5).
    var roundedUpToSeconds: Int32 {
        Int32(clamping: max(1, components.seconds + (components.attoseconds > 0 ? 1 : 0)))
    }
}
