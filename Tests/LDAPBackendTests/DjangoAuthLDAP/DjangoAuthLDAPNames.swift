/// Everything django-auth-ldap can be told and everything it offers, by name: each has a row at least. From its reference documentation and
/// source, version 5.2.
enum DjangoAuthLDAPNames {
    static let all: [(part: SettingRow.Part, names: [String])] = [
        (.settings, settings), (.searches, searches), (.groupTypes, groupTypes), (.queries, queries), (.api, api),
        (.failures, failures), (.caches, caches),
    ]

    static let settings = [
        "SERVER_URI", "START_TLS", "CONNECTION_OPTIONS", "GLOBAL_OPTIONS", "BIND_DN", "BIND_PASSWORD",
        "USER_DN_TEMPLATE", "USER_SEARCH", "USER_ATTRLIST", "USER_ATTR_MAP", "USER_QUERY_FIELD",
        "USER_FLAGS_BY_GROUP", "ALWAYS_UPDATE_USER", "NO_NEW_USERS", "PERMIT_EMPTY_PASSWORD",
        "BIND_AS_AUTHENTICATING_USER", "REFRESH_DN_ON_BIND", "REQUIRE_GROUP", "DENY_GROUP", "GROUP_SEARCH",
        "GROUP_TYPE", "FIND_GROUP_PERMS", "MIRROR_GROUPS", "MIRROR_GROUPS_EXCEPT", "AUTHORIZE_ALL_USERS",
        "CACHE_TIMEOUT",
    ]

    static let searches = [
        "LDAPSearch", "search_with_additional_terms", "search_with_additional_term_string", "LDAPSearchUnion",
    ]

    static let groupTypes = [
        "LDAPGroupType", "PosixGroupType", "MemberDNGroupType", "NestedMemberDNGroupType", "GroupOfNamesType",
        "NestedGroupOfNamesType", "GroupOfUniqueNamesType", "NestedGroupOfUniqueNamesType",
        "ActiveDirectoryGroupType", "NestedActiveDirectoryGroupType", "OrganizationalRoleGroupType",
        "NestedOrganizationalRoleGroupType",
    ]

    static let queries = ["LDAPGroupQuery", "&", "|", "~", "resolve", "is_member_of"]

    static let api = [
        "authenticate", "the order of steps", "get_user", "has_perm", "has_module_perms", "get_all_permissions",
        "get_group_permissions", "aauthenticate", "populate_user", "authenticate_ldap_user", "get_or_build_user",
        "get_user_model", "ldap_to_django_username", "django_to_ldap_username", "unusable password",
        "settings_prefix", "default_settings", "ldap_user", "pickle", "the signal populate_user",
        "the signal ldap_error", "AuthenticationFailed", "the logger", "import without apps",
    ]

    static let failures = [
        "wrong password", "server unreachable", "server silent", "mirror search fails", "REQUIRE group missing",
        "DENY group missing", "configuration missing", "empty username", "hostile username", "entry unreadable",
        "inactive user",
    ]

    static let caches = [
        "cached DNs", "cached group names", "negative answers", "created after a failure", "colliding keys",
        "shared by backends", "moved entry", "no invalidation",
    ]
}
