/* What the programs of this folder share: they do with libldap and SQLite alone what DirectoryBridge does, so that it
 * can be compared with the least that the same work costs. They know the directory that scripts/bench/compare starts,
 * take what they are given on trust, and end at the first thing that goes wrong. */
#ifndef BENCH_COMMON_H
#define BENCH_COMMON_H

#include <ldap.h>
#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define PEOPLE "ou=people,dc=example,dc=org"
#define GROUPS "ou=groups,dc=example,dc=org"
/* The name of the directory in the configuration, which is what accounts are linked to. */
#define SOURCE "corp"

struct options {
    const char *uri, *users, *database, *group, *permission, *ca_file;
    int threads, rounds;
    double seconds;
    int again;
};

struct user {
    char *name, *password;
};

struct users {
    struct user *all;
    size_t count;
};

/* Durations in buckets that grow with them: 64 for each power of two of nanoseconds. */
struct histogram {
    uint64_t counts[59 * 64], count;
};

/* User and system time of this process in microseconds, and a monotonic clock in seconds. */
double cpu_microseconds(void);
double now(void);

struct options parse_options(int argc, char **argv);
struct users read_users(const char *file);
void add_duration(struct histogram *histogram, double seconds);

/* How many sockets this process has open. */
unsigned open_sockets(void);

/* Prints the line that dirbridge-bench prints too. */
void print_result(
    const struct histogram *durations, uint64_t errors, double elapsed, double cpu, unsigned sockets);

/* Prints a message and ends the program. */
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A load: each thread opens what it works with, then logs everybody in, in turn. `run` answers 0 if all is well. */
struct load {
    const struct options *options;
    const struct users *users;
    void *(*open)(const struct options *options);
    int (*run)(void *context, const struct user *user, size_t index);
    void (*close)(void *context);
};
void measure(const struct load *load);

/* libldap: a connection, after StartTLS with a verified certificate if there is a CA file, bound as the service account
 * if that is asked for; a bind, which answers a result code; a search, whose result the caller frees; the filter
 * (attribute=value). */
LDAP *connect_to(const char *uri, int as_service_account);
int bind_as(LDAP *ld, const char *dn, const char *password);
LDAPMessage *search(LDAP *ld, const char *base, const char *filter, char **attributes);
void append_equal(char *filter, size_t size, const char *attribute, const char *value);
void append(char *text, size_t size, const char *more);

/* Copies an attribute's only value, or nothing if there is none. */
void copy_value(LDAP *ld, LDAPMessage *entry, const char *attribute, char *value, size_t size);

/* SQLite: a database as SQLiteAccountStore opens it; a statement; a step that gives a row or ends; one that only ends. */
sqlite3 *open_database(const char *path);
sqlite3_stmt *prepare(sqlite3 *database, const char *sql);
int next_row(sqlite3_stmt *statement);
void run_once(sqlite3_stmt *statement);
void execute(sqlite3 *database, const char *sql);
void bind_text(sqlite3_stmt *statement, int index, const char *text);
int column_equals(sqlite3_stmt *statement, int column, const char *text);

#endif
