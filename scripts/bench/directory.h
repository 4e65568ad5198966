/* A whole directory in memory: everybody, every group, and who is in which group, nesting included. */
#ifndef BENCH_DIRECTORY_H
#define BENCH_DIRECTORY_H

#include "common.h"

/* From texts, compared without regard to ASCII case as DNs are, to numbers. */
struct table {
    const char **keys;
    size_t *values, count, mask;
};

struct person {
    char *dn, *id, *name, *first, *last, *mail, *department, *title;
    uint64_t *groups; /* A bit for each group. */
    sqlite3_int64 account;
};

struct group {
    char *dn, *id, *name, **members;
    size_t member_count;
    uint64_t *above; /* A bit for itself and each group that it is in. */
    sqlite3_int64 account;
};

struct directory {
    struct person *people;
    struct group *groups;
    size_t person_count, group_count, words;
    struct table people_by_dn, people_by_id, groups_by_dn, groups_by_id;
};

void read_directory(struct directory *directory, const char *uri);
void free_directory(struct directory *directory);

/* The number under a key, or NULL. */
const size_t *get(const struct table *table, const char *key);

/* Whether a bit is set. */
int has(const uint64_t *bits, size_t index);

/* Makes room for one more element of an array whose capacity is the next power of two. */
void *with_room(void *array, size_t count, size_t size);

#endif
