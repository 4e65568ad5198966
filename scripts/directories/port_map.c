// Lets Samba's LDAP server listen on ports of our choice: a library for LD_PRELOAD.
//
// Samba has no setting for its ports, and it decides by the number of the local port whether a connection speaks TLS. So
// bind(2) moves port 389 to $PORT_389 and 636 to $PORT_636, and getsockname(2) tells the number that Samba expects. Any
// other port becomes one of the kernel's choice, so that several servers run side by side without root's rights.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static const struct { in_port_t port; const char *variable; } moves[] = {{389, "PORT_389"}, {636, "PORT_636"}};
static const size_t count = sizeof moves / sizeof *moves;

static in_port_t target(size_t move) {
    const char *text = getenv(moves[move].variable);
    return text ? (in_port_t)atoi(text) : 0;
}

int bind(int fd, const struct sockaddr *address, socklen_t length) {
    int (*system_bind)(int, const struct sockaddr *, socklen_t) = dlsym(RTLD_NEXT, "bind");
    struct sockaddr_in moved;
    if (!address || address->sa_family != AF_INET || length < sizeof moved) return system_bind(fd, address, length);
    memcpy(&moved, address, sizeof moved);
    in_port_t port = 0;
    for (size_t move = 0; move < count; move++)
        if (ntohs(moved.sin_port) == moves[move].port) port = target(move);
    moved.sin_port = htons(port);
    return system_bind(fd, (const struct sockaddr *)&moved, sizeof moved);
}

int getsockname(int fd, struct sockaddr *address, socklen_t *length) {
    int (*system_getsockname)(int, struct sockaddr *, socklen_t *) = dlsym(RTLD_NEXT, "getsockname");
    int result = system_getsockname(fd, address, length);
    if (result != 0 || !address || address->sa_family != AF_INET) return result;
    struct sockaddr_in *local = (struct sockaddr_in *)address;
    for (size_t move = 0; move < count; move++)
        if (ntohs(local->sin_port) == target(move)) local->sin_port = htons(moves[move].port);
    return result;
}
