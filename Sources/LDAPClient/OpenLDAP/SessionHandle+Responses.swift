internal import COpenLDAP

/// Owns one message until it is decoded.
private struct MessageHandle: ~Copyable {
    let message: OpaquePointer

    deinit {
        ldap_msgfree(message)
    }
}

extension SessionHandle {
    /// The next message that is wholly here, `nil` if there is none; never waits. Unfinished requests move on as well.
    borrowing func nextResponse() throws(SessionFailure) -> Response? {
        while true {
            var pointer: OpaquePointer?
            let type = cldap_result_now(ld, &pointer)
            if type < 0 { throw lastFailure() }
            if type > 0, let pointer { return decode(MessageHandle(message: pointer), type: type) }
            // libldap may stop early with a message of an abandoned operation: the next one may be in its TLS record
            // or in the socket already, of which no new event would tell.
            guard isReadable else { return nil }
        }
    }

    private borrowing func decode(_ handle: consuming MessageHandle, type: Int32) -> Response {
        let message = handle.message
        let content: Response.Content? =
            switch type {
            case cldap_res_search_entry: entryWithControls(message)
            case cldap_res_search_result: result(message).map { .searchDone($0) }
            case cldap_res_bind: bindResponse(message)
            case cldap_res_search_reference: reference(message).map { .reference($0) }
            case cldap_res_intermediate: intermediate(message)
            case cldap_res_extended: extended(message).map { .simple(.extended, $0) }
            case cldap_res_compare: result(message).map { .simple(.compare, $0) }
            case cldap_res_modify: result(message).map { .simple(.modify, $0) }
            case cldap_res_add: result(message).map { .simple(.add, $0) }
            case cldap_res_delete: result(message).map { .simple(.delete, $0) }
            case cldap_res_modify_dn: result(message).map { .simple(.modifyDN, $0) }
            default: nil
            }
        return Response(id: ldap_msgid(message), content: content ?? .unexpected(type: type))
    }

    private borrowing func result(_ message: OpaquePointer) -> OperationResult? {
        var code: Int32 = 0
        var matched: UnsafeMutablePointer<CChar>?
        var diagnostic: UnsafeMutablePointer<CChar>?
        var controls: ControlArray?
        let status = ldap_parse_result(ld, message, &code, &matched, &diagnostic, nil, &controls, 0)
        defer {
            ldap_memfree(matched)
            ldap_memfree(diagnostic)
            ldap_controls_free(controls)
        }
        guard status == LDAP_SUCCESS else { return nil }
        return OperationResult(
            code: code, matchedDN: matched.map { String(cString: $0) } ?? "",
            diagnosticMessage: diagnostic.map { String(cString: $0) } ?? "", controls: Self.copies(of: controls))
    }

    private borrowing func bindResponse(_ message: OpaquePointer) -> Response.Content? {
        var credentials: UnsafeMutablePointer<berval>?
        // What it returns and leaves on the handle is the result code, which is read below.
        ldap_parse_sasl_bind_result(ld, message, &credentials, 0)
        defer { ber_bvfree(credentials) }
        return result(message).map { .bindResponse($0, serverCredentials: credentials.map { Self.octets($0.pointee) }) }
    }

    private borrowing func extended(_ message: OpaquePointer) -> OperationResult? {
        guard var result = result(message) else { return nil }
        var oid: UnsafeMutablePointer<CChar>?
        var value: UnsafeMutablePointer<berval>?
        let status = ldap_parse_extended_result(ld, message, &oid, &value, 0)
        defer {
            ldap_memfree(oid)
            ber_bvfree(value)
        }
        guard status == LDAP_SUCCESS else { return nil }
        result.responseOID = oid.map { String(cString: $0) }
        result.responseValue = value.map { Self.octets($0.pointee) }
        return result
    }

    private borrowing func intermediate(_ message: OpaquePointer) -> Response.Content? {
        var oid: UnsafeMutablePointer<CChar>?
        var value: UnsafeMutablePointer<berval>?
        var controls: ControlArray?
        let status = ldap_parse_intermediate(ld, message, &oid, &value, &controls, 0)
        defer {
            ldap_memfree(oid)
            ber_bvfree(value)
            ldap_controls_free(controls)
        }
        guard status == LDAP_SUCCESS else { return nil }
        return .intermediate(oid: oid.map { String(cString: $0) }, value: value.map { Self.octets($0.pointee) })
    }

    private borrowing func entryWithControls(_ message: OpaquePointer) -> Response.Content? {
        // Before anything else: reading values terminates them in place, the last one where the controls begin, and
        // libldap then reports an entry without controls as success.
        var controls: ControlArray?
        guard ldap_get_entry_controls(ld, message, &controls) == LDAP_SUCCESS else { return nil }
        defer { ldap_controls_free(controls) }
        guard let entry = entry(message) else { return nil }
        return .entry(entry, controls: Self.copies(of: controls))
    }

    private borrowing func entry(_ message: OpaquePointer) -> LDAPEntry? {
        var ber: OpaquePointer?
        var dn = berval()
        guard ldap_get_dn_ber(ld, message, &ber, &dn) == LDAP_SUCCESS, let ber else { return nil }
        // The buffer belongs to the message; only the element is ours to free.
        defer { ber_free(ber, 0) }
        // A repaired DN could name another entry, so text that is no UTF-8 is refused (RFC 4511, 4.1.2).
        guard let name = String(validating: Self.view(of: dn), as: UTF8.self) else { return nil }
        var attributes: [LDAPEntry.Attribute] = []
        while true {
            var type = berval()
            var list: UnsafeMutablePointer<berval>?
            guard ldap_get_attribute_ber(ld, message, ber, &type, &list) == LDAP_SUCCESS else { return nil }
            // Only the array is ours; names and values lie in the message.
            defer { ber_memfree(list) }
            guard type.bv_val != nil else { break }
            var values: [LDAPValue] = []
            if var value = list {
                while value.pointee.bv_val != nil {
                    values.append(LDAPValue(Self.octets(value.pointee)))
                    value += 1
                }
            }
            attributes.append(
                LDAPEntry.Attribute(name: String(decoding: Self.view(of: type), as: UTF8.self), values: values))
        }
        return LDAPEntry(dn: name, attributes: attributes)
    }

    private borrowing func reference(_ message: OpaquePointer) -> [String]? {
        var list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        guard ldap_parse_reference(ld, message, &list, nil, 0) == LDAP_SUCCESS else { return nil }
        defer { ldap_memvfree(UnsafeMutableRawPointer(list)?.assumingMemoryBound(to: UnsafeMutableRawPointer?.self)) }
        var urls: [String] = []
        if var next = list {
            while let url = next.pointee {
                urls.append(String(cString: url))
                next += 1
            }
        }
        return urls
    }

    private static func copies(of controls: ControlArray?) -> [LDAPControl] {
        guard var next = controls else { return [] }
        var copies: [LDAPControl] = []
        while let control = next.pointee?.pointee {
            let value = control.ldctl_value.bv_val == nil ? nil : octets(control.ldctl_value)
            copies.append(
                LDAPControl(
                    oid: String(cString: control.ldctl_oid), isCritical: control.ldctl_iscritical != 0, value: value))
            next += 1
        }
        return copies
    }

    static func octets(_ value: berval) -> [UInt8] {
        Array(view(of: value))
    }

    /// The octets where they are, which is where libldap keeps them until it frees the message.
    private static func view(of value: berval) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: value.bv_val, count: value.bv_val == nil ? 0 : Int(value.bv_len))
    }
}
