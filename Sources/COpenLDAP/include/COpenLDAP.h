/* libldap and liblber as the system provides them, and one shim for each thing that Swift cannot import. */

#ifndef COPENLDAP_H
#define COPENLDAP_H

#include "CSASL.h"

#include <lber.h>
#include <ldap.h>
#include <openldap.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/time.h>

/* LDAP_OPT_ON and LDAP_OPT_OFF are pointer constants behind casts; a pointer to 0 would mean "on". */
static inline int cldap_set_boolean(LDAP *ld, int option, int on) {
    return ldap_set_option(ld, option, on ? LDAP_OPT_ON : LDAP_OPT_OFF);
}

/* The handle's Sockbuf, NULL when it has none. */
static inline Sockbuf *cldap_sockbuf(LDAP *ld) {
    Sockbuf *sb = NULL;
    return ldap_get_option(ld, LDAP_OPT_SOCKBUF, &sb) == LDAP_OPT_SUCCESS ? sb : NULL;
}

/* LBER_SB_OPT_SET_NONBLOCK takes "any pointer" for on and NULL for off. */
static inline int cldap_set_nonblocking(LDAP *ld) {
    Sockbuf *sb = cldap_sockbuf(ld);
    return sb != NULL && ber_sockbuf_ctrl(sb, LBER_SB_OPT_SET_NONBLOCK, sb) == 1;
}

/* Limits the size of one incoming message, in bytes; clients have no limit otherwise. */
static inline int cldap_set_max_incoming(LDAP *ld, ber_len_t limit) {
    Sockbuf *sb = cldap_sockbuf(ld);
    return sb != NULL && ber_sockbuf_ctrl(sb, LBER_SB_OPT_SET_MAX_INCOMING, &limit) == 1;
}

/* Has the handle read whatever the socket has at once. For a socket that does not block; after a TLS handshake, if there
   is one; once. */
int cldap_read_ahead(LDAP *ld);

/* The first octet that the socket has given since cldap_read_ahead, -1 if there has been none. */
int cldap_first_octet(LDAP *ld);

/* Whether there is something to read or the socket has ended, after cldap_read_ahead. */
static inline int cldap_data_ready(LDAP *ld) {
    Sockbuf *sb = cldap_sockbuf(ld);
    return sb != NULL && ber_sockbuf_ctrl(sb, LBER_SB_OPT_DATA_READY, NULL) > 0;
}

/* One message that is already here, never waiting for one. */
static inline int cldap_result_now(LDAP *ld, LDAPMessage **message) {
    struct timeval now = {0, 0};
    return ldap_result(ld, LDAP_RES_ANY, LDAP_MSG_ONE, &now, message);
}

/* These macros hold casts, which Swift does not import. */
static const int cldap_res_bind = (int)LDAP_RES_BIND;
static const int cldap_res_search_entry = (int)LDAP_RES_SEARCH_ENTRY;
static const int cldap_res_search_reference = (int)LDAP_RES_SEARCH_REFERENCE;
static const int cldap_res_search_result = (int)LDAP_RES_SEARCH_RESULT;
static const int cldap_res_extended = (int)LDAP_RES_EXTENDED;
static const int cldap_res_intermediate = (int)LDAP_RES_INTERMEDIATE;
static const int cldap_res_compare = (int)LDAP_RES_COMPARE;
static const int cldap_res_modify = (int)LDAP_RES_MODIFY;
static const int cldap_res_add = (int)LDAP_RES_ADD;
static const int cldap_res_delete = (int)LDAP_RES_DELETE;
static const int cldap_res_modify_dn = (int)LDAP_RES_MODDN;

/* epoll(7), which Swift's Glibc module leaves out; `key` comes back with each event. */
static inline int cldap_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

static inline int cldap_epoll_add(int epoll, int descriptor, uint64_t key) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data = {.u64 = key}};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}

static inline int cldap_epoll_remove(int epoll, int descriptor) {
    return epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, NULL);
}

/* Waits up to `timeout` ms and writes at most 64 keys; -1 and EINTR count as none. */
static inline int cldap_epoll_wait(int epoll, uint64_t *keys, int timeout) {
    struct epoll_event events[64];
    int count = epoll_wait(epoll, events, 64, timeout);
    for (int i = 0; i < count; i++) keys[i] = events[i].data.u64;
    return count < 0 ? 0 : count;
}

static inline int cldap_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

/* The DNS message with the SRV records of a name (RFC 2782), as res_nquery(3) gets it; blocks. `server` is an IPv4
   address to ask instead of the servers of resolv.conf(5), or NULL. Returns its length, or -1 and a code for
   `cldap_resolver_error` in `problem`. */
int cldap_query_services(
    const char *name, const struct sockaddr *server, unsigned char *answer, int size, int *problem);

/* The code in words, never NULL. */
const char *cldap_resolver_error(int problem);

#endif
