/* DNS service records, asked for with a resolver state of the call's own, so that threads do not share one. */

#include "COpenLDAP.h"

#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <string.h>

int cldap_query_services(
    const char *name, const struct sockaddr *server, unsigned char *answer, int size, int *problem) {
    struct __res_state state;
    memset(&state, 0, sizeof state);
    *problem = NO_RECOVERY;
    if (res_ninit(&state) != 0) return -1;
    if (server != NULL && server->sa_family == AF_INET) {
        memcpy(&state.nsaddr_list[0], server, sizeof(struct sockaddr_in));
        state.nscount = 1;
    }
    int length = res_nquery(&state, name, ns_c_in, ns_t_srv, answer, size);
    if (length < 0) *problem = state.res_h_errno;
    res_nclose(&state);
    /* What did not fit is counted, but not written. */
    return length > size ? size : length;
}

const char *cldap_resolver_error(int problem) { return hstrerror(problem); }
