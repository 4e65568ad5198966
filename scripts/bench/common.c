#include "common.h"

#include <dirent.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define SERVICE_DN "cn=bridge,ou=services,dc=example,dc=org"
#define SERVICE_PASSWORD "bridge-secret"

void fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(2);
}

/* ---- Options and users ---- */

static int starts_tls;

/* One TLS context for all connections, which verifies names and certificates. */
static void use_tls(const char *ca_file) {
    int demand = LDAP_OPT_X_TLS_DEMAND, client = 0;
    if (ldap_set_option(NULL, LDAP_OPT_X_TLS_CACERTFILE, ca_file) ||
        ldap_set_option(NULL, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand) ||
        ldap_set_option(NULL, LDAP_OPT_X_TLS_NEWCTX, &client))
        fail("the CA certificates in %s cannot be used", ca_file);
    starts_tls = 1;
}

struct options parse_options(int argc, char **argv) {
    struct options options = {.threads = 32, .rounds = 3, .seconds = 10};
    int letter;
    while ((letter = getopt(argc, argv, "H:u:c:s:d:g:p:r:C:a")) != -1) {
        switch (letter) {
        case 'H': options.uri = optarg; break;
        case 'u': options.users = optarg; break;
        case 'c': options.threads = atoi(optarg); break;
        case 's': options.seconds = atof(optarg); break;
        case 'd': options.database = optarg; break;
        case 'g': options.group = optarg; break;
        case 'p': options.permission = optarg; break;
        case 'r': options.rounds = atoi(optarg); break;
        case 'C': options.ca_file = optarg; break;
        case 'a': options.again = 1; break;
        default:
            fail("usage: %s -H URI [-u USERS] [-c THREADS] [-s SECONDS] [-d DATABASE] [-g GROUP -p APP.CODENAME] "
                 "[-r ROUNDS] [-C CA-FILE] [-a]", argv[0]);
        }
    }
    if (!options.uri || options.threads < 1 || options.rounds < 1) fail("%s: an option is missing or wrong", argv[0]);
    if (options.ca_file) use_tls(options.ca_file);
    return options;
}

struct users read_users(const char *file) {
    struct users users = {0};
    char *line = NULL;
    size_t size = 0, capacity = 0;
    FILE *stream = file ? fopen(file, "r") : NULL;
    if (!stream) fail("the list of users (-u) cannot be read");
    while (getline(&line, &size, stream) > 0) {
        char *name = strtok(line, "\t\n"), *password = strtok(NULL, "\t\n");
        if (!name || !password) fail("%s, line %zu: not a username, one tab and a password", file, users.count + 1);
        if (users.count == capacity) {
            capacity = capacity ? 2 * capacity : 1024;
            users.all = realloc(users.all, capacity * sizeof *users.all);
            if (!users.all) fail("out of memory");
        }
        users.all[users.count].name = strdup(name);
        users.all[users.count++].password = strdup(password);
    }
    free(line);
    fclose(stream);
    if (!users.count) fail("%s is empty", file);
    return users;
}

/* ---- Measuring ---- */

double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

double cpu_microseconds(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return 1e6 * (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

unsigned open_sockets(void) {
    DIR *directory = opendir("/proc/self/fd");
    unsigned count = 0;
    struct stat status;
    struct dirent *entry;
    if (!directory) return 0;
    while ((entry = readdir(directory)))
        if (!fstatat(dirfd(directory), entry->d_name, &status, 0) && S_ISSOCK(status.st_mode)) count++;
    closedir(directory);
    return count;
}

void add_duration(struct histogram *histogram, double seconds) {
    uint64_t nanoseconds = seconds > 0 ? (uint64_t)(seconds * 1e9) : 0;
    unsigned shift = nanoseconds < 128 ? 0 : 57 - (unsigned)__builtin_clzll(nanoseconds);
    histogram->counts[shift * 64 + (nanoseconds >> shift)]++;
    histogram->count++;
}

static double milliseconds_within(const struct histogram *histogram, double share) {
    uint64_t seen = 0;
    for (size_t bucket = 0; bucket < sizeof histogram->counts / sizeof *histogram->counts; bucket++) {
        seen += histogram->counts[bucket];
        if (seen > 0 && (double)seen >= share * (double)histogram->count) {
            size_t shift = bucket < 128 ? 0 : bucket / 64 - 1;
            return (double)(((bucket - shift * 64 + 1) << shift) - 1) / 1e6;
        }
    }
    return 0;
}

void print_result(
    const struct histogram *durations, uint64_t errors, double elapsed, double cpu, unsigned sockets) {
    struct rusage usage;
    double count = durations->count ? (double)durations->count : 1;
    getrusage(RUSAGE_SELF, &usage);
    printf("{\"ops\":%llu,\"errors\":%llu,\"per_s\":%.3f,\"p50_ms\":%.3f,\"p95_ms\":%.3f,\"p99_ms\":%.3f,"
           "\"cpu_us\":%.3f,\"rss_mib\":%.3f,\"sockets\":%u}\n",
           (unsigned long long)durations->count, (unsigned long long)errors, (double)durations->count / elapsed,
           milliseconds_within(durations, 0.5), milliseconds_within(durations, 0.95),
           milliseconds_within(durations, 0.99), cpu / count, (double)usage.ru_maxrss / 1024,
           sockets);
}

struct worker {
    const struct load *load;
    pthread_barrier_t *start;
    pthread_t thread;
    size_t first;
    uint64_t errors;
    struct histogram durations;
};

static void *work(void *argument) {
    struct worker *worker = argument;
    const struct load *load = worker->load;
    size_t count = load->users->count, index = worker->first % count;
    void *context = load->open(load->options);
    /* The first one does not count: connections warm up. */
    if (load->run(context, &load->users->all[index], index)) worker->errors++;
    pthread_barrier_wait(worker->start);
    double time = now(), end = time + load->options->seconds;
    while (time < end) {
        index = (index + (size_t)load->options->threads) % count;
        if (load->run(context, &load->users->all[index], index)) worker->errors++;
        double done = now();
        add_duration(&worker->durations, done - time);
        time = done;
    }
    load->close(context);
    return NULL;
}

void measure(const struct load *load) {
    size_t threads = (size_t)load->options->threads;
    struct worker *workers = calloc(threads, sizeof *workers);
    struct histogram *sum = calloc(1, sizeof *sum);
    pthread_barrier_t start;
    uint64_t errors = 0;
    if (!workers || !sum) fail("out of memory");
    pthread_barrier_init(&start, NULL, (unsigned)threads + 1);
    for (size_t i = 0; i < threads; i++) {
        workers[i].load = load;
        workers[i].start = &start;
        workers[i].first = i;
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i])) fail("no thread");
    }
    pthread_barrier_wait(&start);
    unsigned sockets = open_sockets();
    double time = now(), cpu = cpu_microseconds();
    for (size_t i = 0; i < threads; i++) {
        pthread_join(workers[i].thread, NULL);
        errors += workers[i].errors;
        sum->count += workers[i].durations.count;
        for (size_t bucket = 0; bucket < sizeof sum->counts / sizeof *sum->counts; bucket++)
            sum->counts[bucket] += workers[i].durations.counts[bucket];
    }
    print_result(sum, errors, now() - time, cpu_microseconds() - cpu, sockets);
    free(workers);
    free(sum);
    if (errors) exit(1);
}

/* ---- libldap ---- */

int bind_as(LDAP *ld, const char *dn, const char *password) {
    struct berval credentials = {strlen(password), (char *)password};
    return ldap_sasl_bind_s(ld, dn, LDAP_SASL_SIMPLE, &credentials, NULL, NULL, NULL);
}

LDAP *connect_to(const char *uri, int as_service_account) {
    LDAP *ld;
    int version = LDAP_VERSION3, code = ldap_initialize(&ld, uri);
    if (code) fail("%s: %s", uri, ldap_err2string(code));
    ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version);
    ldap_set_option(ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
    if (starts_tls && (code = ldap_start_tls_s(ld, NULL, NULL))) fail("%s: StartTLS: %s", uri, ldap_err2string(code));
    if (as_service_account && (code = bind_as(ld, SERVICE_DN, SERVICE_PASSWORD)))
        fail("%s: bind as the service account: %s", uri, ldap_err2string(code));
    return ld;
}

LDAPMessage *search(LDAP *ld, const char *base, const char *filter, char **attributes) {
    LDAPMessage *result = NULL;
    int code = ldap_search_ext_s(ld, base, LDAP_SCOPE_SUBTREE, filter, attributes, 0, NULL, NULL, NULL, 0, &result);
    if (code) fail("search %s: %s", filter, ldap_err2string(code));
    return result;
}

void append(char *text, size_t size, const char *more) {
    size_t length = strlen(text), added = strlen(more);
    if (length + added >= size) fail("a text is longer than %zu bytes", size);
    memcpy(text + length, more, added + 1);
}

void append_equal(char *filter, size_t size, const char *attribute, const char *value) {
    struct berval plain = {strlen(value), (char *)value}, escaped;
    if (ldap_bv2escaped_filter_value(&plain, &escaped)) fail("out of memory");
    append(filter, size, "(");
    append(filter, size, attribute);
    append(filter, size, "=");
    append(filter, size, escaped.bv_val);
    append(filter, size, ")");
    ldap_memfree(escaped.bv_val);
}

void copy_value(LDAP *ld, LDAPMessage *entry, const char *attribute, char *value, size_t size) {
    struct berval **values = ldap_get_values_len(ld, entry, attribute);
    value[0] = 0;
    if (values && values[0]) {
        if (values[0]->bv_len >= size) fail("a value of %s is longer than %zu bytes", attribute, size);
        memcpy(value, values[0]->bv_val, values[0]->bv_len);
        value[values[0]->bv_len] = 0;
    }
    ldap_value_free_len(values);
}

/* ---- SQLite ---- */

static void check(sqlite3 *database, int code, const char *what) {
    if (code != SQLITE_OK) fail("%s: %s", what, sqlite3_errmsg(database));
}

void execute(sqlite3 *database, const char *sql) {
    check(database, sqlite3_exec(database, sql, NULL, NULL, NULL), sql);
}

sqlite3 *open_database(const char *path) {
    sqlite3 *database;
    if (!path) fail("the database (-d) is missing");
    check(NULL, sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL), path);
    sqlite3_busy_timeout(database, 5000);
    execute(database, "PRAGMA foreign_keys = ON; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    return database;
}

sqlite3_stmt *prepare(sqlite3 *database, const char *sql) {
    sqlite3_stmt *statement;
    check(database, sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL), sql);
    return statement;
}

int next_row(sqlite3_stmt *statement) {
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW) return 1;
    if (code != SQLITE_DONE) fail("%s: %s", sqlite3_sql(statement), sqlite3_errmsg(sqlite3_db_handle(statement)));
    sqlite3_reset(statement);
    return 0;
}

void run_once(sqlite3_stmt *statement) {
    while (next_row(statement)) {}
}

void bind_text(sqlite3_stmt *statement, int index, const char *text) {
    sqlite3_bind_text(statement, index, text, -1, SQLITE_STATIC);
}

int column_equals(sqlite3_stmt *statement, int column, const char *text) {
    const char *value = (const char *)sqlite3_column_text(statement, column);
    return value && strcmp(value, text) == 0;
}
