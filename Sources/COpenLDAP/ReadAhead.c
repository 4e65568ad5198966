/* A layer right above the socket that takes what the socket has with one system call. Without it, libldap asks poll(2)
   whether there is something, then reads the head and the rest of each message for themselves: an entry and the result
   that follows it are six calls instead of one.

   Not liblber's own ber_sockbuf_io_readahead, which is never freed if something is left in it when the handle ends.

   It sits below TLS: what a server sends in clear text ahead of a handshake can never pass for what comes after it. */

#include "COpenLDAP.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

struct read_ahead {
    /* Octets start..<end have been read from the socket, and nobody has asked for them. */
    size_t start, end;
    /* The first octet of all, -1 before there is one. */
    int first;
    /* Whether the socket has ended, and with which error; 0 is an orderly end. */
    bool has_ended;
    int error;
    char octets[8192];
};

/* Beside the options of liblber: writes the first octet to an int. */
enum { FIRST_OCTET = 0x10000 };

static int set_up(Sockbuf_IO_Desc *layer, void *argument) {
    (void)argument;
    struct read_ahead *ahead = ber_memcalloc(1, sizeof *ahead);
    if (ahead == NULL) return -1;
    ahead->first = -1;
    layer->sbiod_pvt = ahead;
    return 0;
}

static int tear_down(Sockbuf_IO_Desc *layer) {
    ber_memfree(layer->sbiod_pvt);
    layer->sbiod_pvt = NULL;
    return 0;
}

/* Whether a read has an answer other than "not yet". Reads from the socket, which does not block, if nothing is held. */
static bool is_ready(Sockbuf_IO_Desc *layer) {
    struct read_ahead *ahead = layer->sbiod_pvt;
    if (ahead->start < ahead->end || ahead->has_ended) return true;
    ber_slen_t count = LBER_SBIOD_READ_NEXT(layer, ahead->octets, sizeof ahead->octets);
    if (count > 0) {
        ahead->start = 0;
        ahead->end = (size_t)count;
        if (ahead->first < 0) ahead->first = (unsigned char)ahead->octets[0];
        return true;
    }
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) return false;
    ahead->has_ended = true;
    ahead->error = count < 0 ? errno : 0;
    return true;
}

static int control(Sockbuf_IO_Desc *layer, int option, void *argument) {
    const struct read_ahead *ahead = layer->sbiod_pvt;
    if (ahead != NULL && option == LBER_SB_OPT_DATA_READY) return is_ready(layer) ? 1 : 0;
    if (ahead != NULL && option == FIRST_OCTET) {
        if (ahead->first < 0) is_ready(layer);
        *(int *)argument = ahead->first;
        return 1;
    }
    return LBER_SBIOD_CTRL_NEXT(layer, option, argument);
}

static ber_slen_t read_octets(Sockbuf_IO_Desc *layer, void *buffer, ber_len_t length) {
    struct read_ahead *ahead = layer->sbiod_pvt;
    if (!is_ready(layer)) return -1;
    if (ahead->start == ahead->end) {
        errno = ahead->error;
        return ahead->error != 0 ? -1 : 0;
    }
    size_t held = ahead->end - ahead->start, taken = held < length ? held : length;
    memcpy(buffer, ahead->octets + ahead->start, taken);
    ahead->start += taken;
    length -= taken;
    if (length == 0) return (ber_slen_t)taken;
    /* What is long goes where it is wanted at once. An end or an error shows when the caller asks for more. */
    char *rest = (char *)buffer + taken;
    ber_slen_t more = length >= sizeof ahead->octets ? LBER_SBIOD_READ_NEXT(layer, rest, length)
                                                     : read_octets(layer, rest, length);
    return (ber_slen_t)taken + (more > 0 ? more : 0);
}

static ber_slen_t write_octets(Sockbuf_IO_Desc *layer, void *buffer, ber_len_t length) {
    return LBER_SBIOD_WRITE_NEXT(layer, buffer, length);
}

int cldap_read_ahead(LDAP *ld) {
    static Sockbuf_IO io = {set_up, tear_down, control, read_octets, write_octets, NULL};
    Sockbuf *sb = cldap_sockbuf(ld);
    return sb != NULL && ber_sockbuf_add_io(sb, &io, LBER_SBIOD_LEVEL_PROVIDER, NULL) == 0;
}

int cldap_first_octet(LDAP *ld) {
    Sockbuf *sb = cldap_sockbuf(ld);
    int octet = -1;
    if (sb != NULL) ber_sockbuf_ctrl(sb, FIRST_OCTET, &octet);
    return octet;
}
