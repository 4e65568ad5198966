/* The types and numbers are those of sasl/sasl.h of Cyrus SASL 2.1, whose binary interface has been stable since 2003. */

#include "CSASL.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    unsigned long length;
    unsigned char data[];
} secret;

typedef struct {
    unsigned long id;
    int (*procedure)(void);
    void *context;
} callback;

enum { CB_LIST_END = 0, CB_LOG = 2, CB_USER = 0x4001, CB_AUTHNAME = 0x4002, CB_PASS = 0x4004, BAD_PARAMETER = -7 };

struct csasl_exchange {
    void *connection;
    char *user;
    secret *password;
    callback callbacks[4];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int available;

static int (*client_init)(const callback *);
static int (*client_new)(
    const char *, const char *, const char *, const char *, const callback *, unsigned, void **);
static int (*client_start)(void *, const char *, void *, const char **, unsigned *, const char **);
static int (*client_step)(void *, const char *, unsigned, void *, const char **, unsigned *);
static const char *(*error_detail)(void *);
static void (*dispose)(void **);

/* Without this, plugins write to the system's log about what they miss. */
static int say_nothing(void *context, int level, const char *message) { return 0; }

static int give_name(void *context, int id, const char **result, unsigned *length) {
    csasl_exchange *exchange = context;
    if (result == NULL) return BAD_PARAMETER;
    /* No authorization identity: the server takes the one of the user. */
    *result = id == CB_AUTHNAME ? exchange->user : "";
    if (length != NULL) *length = (unsigned)strlen(*result);
    return 0;
}

static int give_password(void *connection, void *context, int id, secret **result) {
    csasl_exchange *exchange = context;
    if (result == NULL || id != CB_PASS) return BAD_PARAMETER;
    *result = exchange->password;
    return 0;
}

static void load(void) {
    static const callback callbacks[] = {{CB_LOG, (int (*)(void))say_nothing, NULL}, {CB_LIST_END, NULL, NULL}};
    /* Kept for good, as plugins are. */
    void *library = dlopen("libsasl2.so.2", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) library = dlopen("libsasl2.so.3", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) return;
    *(void **)&client_init = dlsym(library, "sasl_client_init");
    *(void **)&client_new = dlsym(library, "sasl_client_new");
    *(void **)&client_start = dlsym(library, "sasl_client_start");
    *(void **)&client_step = dlsym(library, "sasl_client_step");
    *(void **)&error_detail = dlsym(library, "sasl_errdetail");
    *(void **)&dispose = dlsym(library, "sasl_dispose");
    if (!client_init || !client_new || !client_start || !client_step || !error_detail || !dispose) return;
    available = client_init(callbacks) == 0;
}

int csasl_available(void) {
    pthread_once(&once, load);
    return available;
}

csasl_exchange *csasl_create(const char *host, const char *user, const void *password, unsigned long length) {
    if (!csasl_available()) return NULL;
    csasl_exchange *exchange = calloc(1, sizeof *exchange);
    if (exchange == NULL) return NULL;
    exchange->user = strdup(user);
    exchange->password = calloc(1, sizeof(secret) + length + 1);
    if (exchange->user == NULL || exchange->password == NULL) {
        csasl_free(exchange);
        return NULL;
    }
    exchange->password->length = length;
    memcpy(exchange->password->data, password, length);
    exchange->callbacks[0] = (callback){CB_USER, (int (*)(void))give_name, exchange};
    exchange->callbacks[1] = (callback){CB_AUTHNAME, (int (*)(void))give_name, exchange};
    exchange->callbacks[2] = (callback){CB_PASS, (int (*)(void))give_password, exchange};
    pthread_mutex_lock(&lock);
    int status = client_new("ldap", host, NULL, NULL, exchange->callbacks, 0, &exchange->connection);
    pthread_mutex_unlock(&lock);
    if (status != 0) {
        csasl_free(exchange);
        return NULL;
    }
    return exchange;
}

int csasl_start(csasl_exchange *exchange, const char *mechanism, const char **output, unsigned *length) {
    const char *chosen = NULL;
    *output = NULL;
    *length = 0;
    pthread_mutex_lock(&lock);
    int status = client_start(exchange->connection, mechanism, NULL, output, length, &chosen);
    pthread_mutex_unlock(&lock);
    return status;
}

int csasl_step(csasl_exchange *exchange, const void *input, unsigned length, const char **output, unsigned *out_length) {
    *output = NULL;
    *out_length = 0;
    pthread_mutex_lock(&lock);
    int status = client_step(exchange->connection, input, length, NULL, output, out_length);
    pthread_mutex_unlock(&lock);
    return status;
}

const char *csasl_error(csasl_exchange *exchange) {
    const char *text = error_detail(exchange->connection);
    return text != NULL ? text : "";
}

void csasl_free(csasl_exchange *exchange) {
    if (exchange->connection != NULL) {
        pthread_mutex_lock(&lock);
        dispose(&exchange->connection);
        pthread_mutex_unlock(&lock);
    }
    if (exchange->password != NULL) explicit_bzero(exchange->password->data, exchange->password->length);
    free(exchange->password);
    free(exchange->user);
    free(exchange);
}
