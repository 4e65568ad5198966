/* The client half of Cyrus SASL (RFC 4422), looked up at run time: libldap brings libsasl2 along where it was built with
   it, and nobody else needs to have it. */

#ifndef CSASL_H
#define CSASL_H

/* One exchange with one server. Of all functions here one runs at a time, whatever the thread. */
typedef struct csasl_exchange csasl_exchange;

static const int CSASL_DONE = 0, CSASL_CONTINUE = 1, CSASL_NO_MECHANISM = -4;

/* Whether libsasl2 is there. The first call loads its plugins, which takes a while. */
int csasl_available(void);

/* Copies what it is given; NULL if that fails. The password may hold any octets. */
csasl_exchange *csasl_create(const char *host, const char *user, const void *password, unsigned long length);

/* The first message and every further one. Output belongs to the exchange and lives until its next call; NULL is none.
   CSASL_DONE means that this side is satisfied, CSASL_CONTINUE that it waits for more; below zero is a failure. */
int csasl_start(csasl_exchange *exchange, const char *mechanism, const char **output, unsigned *length);
int csasl_step(csasl_exchange *exchange, const void *input, unsigned length, const char **output, unsigned *out_length);

/* What went wrong last, never NULL. */
const char *csasl_error(csasl_exchange *exchange);

/* Overwrites the password. */
void csasl_free(csasl_exchange *exchange);

#endif
