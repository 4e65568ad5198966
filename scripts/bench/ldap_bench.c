/* The search that finds a person and the bind that tests the password, on two kept connections for each thread. */
#include "common.h"

#include <stdlib.h>

struct connections {
    LDAP *searching, *binding;
};

static void *open_connections(const struct options *options) {
    struct connections *connections = calloc(1, sizeof *connections);
    if (!connections) fail("out of memory");
    connections->searching = connect_to(options->uri, 1);
    connections->binding = connect_to(options->uri, 0);
    return connections;
}

static void close_connections(void *context) {
    struct connections *connections = context;
    ldap_unbind_ext(connections->searching, NULL, NULL);
    ldap_unbind_ext(connections->binding, NULL, NULL);
    free(connections);
}

static int log_in(void *context, const struct user *user, size_t index) {
    struct connections *connections = context;
    char filter[256] = "(&(objectClass=inetOrgPerson)", *attributes[] = {"entryUUID", NULL};
    int code = LDAP_NO_SUCH_OBJECT;
    (void)index;
    append_equal(filter, sizeof filter, "uid", user->name);
    append(filter, sizeof filter, ")");
    LDAPMessage *result = search(connections->searching, PEOPLE, filter, attributes);
    if (ldap_count_entries(connections->searching, result) == 1) {
        LDAPMessage *entry = ldap_first_entry(connections->searching, result);
        char *dn = ldap_get_dn(connections->searching, entry), id[64];
        copy_value(connections->searching, entry, "entryUUID", id, sizeof id);
        code = bind_as(connections->binding, dn, user->password);
        ldap_memfree(dn);
    }
    ldap_msgfree(result);
    return code;
}

int main(int argc, char **argv) {
    struct options options = parse_options(argc, argv);
    struct users users = read_users(options.users);
    measure(&(struct load){&options, &users, open_connections, log_in, close_connections});
    return 0;
}
