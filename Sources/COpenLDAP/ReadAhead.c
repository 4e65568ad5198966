/* A layer right above the socket that takes what the socket has with one system call. Without it, liblber reads the head
   and the rest of each message for itself, and an entry and the result that follows it are four reads instead of one.

   Not liblber's own ber_sockbuf_io_readahead, which is never freed if something is left in it when the handle ends.

   It sits below TLS: what a server sends in clear text ahead of a handshake can never pass for what comes after it. */

#include "COpenLDAP.h"

#include <string.h>

struct read_ahead {
    /* Octets start..<end have been read from the socket, and nobody has asked for them. */
    size_t start, end;
    char octets[8192];
};

static int set_up(Sockbuf_IO_Desc *layer, void *argument) {
    (void)argument;
    struct read_ahead *ahead = ber_memalloc(sizeof *ahead);
    if (ahead == NULL) return -1;
    ahead->start = ahead->end = 0;
    layer->sbiod_pvt = ahead;
    return 0;
}

static int tear_down(Sockbuf_IO_Desc *layer) {
    ber_memfree(layer->sbiod_pvt);
    layer->sbiod_pvt = NULL;
    return 0;
}

static int control(Sockbuf_IO_Desc *layer, int option, void *argument) {
    const struct read_ahead *ahead = layer->sbiod_pvt;
    if (option == LBER_SB_OPT_DATA_READY && ahead != NULL && ahead->start < ahead->end) return 1;
    return LBER_SBIOD_CTRL_NEXT(layer, option, argument);
}

static ber_slen_t read_octets(Sockbuf_IO_Desc *layer, void *buffer, ber_len_t length) {
    struct read_ahead *ahead = layer->sbiod_pvt;
    if (ahead->start == ahead->end) {
        /* What is longer goes where it is wanted at once. */
        if (length >= sizeof ahead->octets) return LBER_SBIOD_READ_NEXT(layer, buffer, length);
        ber_slen_t count = LBER_SBIOD_READ_NEXT(layer, ahead->octets, sizeof ahead->octets);
        if (count <= 0) return count;
        ahead->start = 0;
        ahead->end = (size_t)count;
    }
    size_t held = ahead->end - ahead->start, taken = held < length ? held : length;
    memcpy(buffer, ahead->octets + ahead->start, taken);
    ahead->start += taken;
    if (taken == length) return (ber_slen_t)taken;
    /* An end or an error after what there was shows when the caller asks for more. */
    ber_slen_t more = read_octets(layer, (char *)buffer + taken, length - taken);
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
