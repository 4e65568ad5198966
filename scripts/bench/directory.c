#include "directory.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PAGE_SIZE 500

/* ---- Memory: everything a sync reads is kept until it ends ---- */

struct block {
    struct block *next;
    size_t used;
    char bytes[1 << 20];
};

static struct block *blocks;

static char *keep(const char *bytes, size_t length) {
    if (!blocks || blocks->used + length + 1 > sizeof blocks->bytes) {
        struct block *block = malloc(sizeof *block);
        if (!block || length + 1 > sizeof block->bytes) fail("out of memory");
        block->next = blocks;
        block->used = 0;
        blocks = block;
    }
    char *copy = blocks->bytes + blocks->used;
    memcpy(copy, bytes, length);
    copy[length] = 0;
    blocks->used += length + 1;
    return copy;
}

static void forget_everything(void) {
    while (blocks) {
        struct block *next = blocks->next;
        free(blocks);
        blocks = next;
    }
}

void *with_room(void *array, size_t count, size_t size) {
    if (count & (count - 1)) return array;
    array = realloc(array, (count ? 2 * count : 1) * size);
    if (!array) fail("out of memory");
    return array;
}

static size_t slot(const struct table *table, const char *key) {
    size_t hash = 14695981039346656037u;
    for (const char *c = key; *c; c++) hash = (hash ^ (size_t)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c)) * 1099511628211u;
    size_t index = (hash ^ hash >> 32) & table->mask;
    while (table->keys[index] && strcasecmp(table->keys[index], key)) index = (index + 1) & table->mask;
    return index;
}

static void put(struct table *table, const char *key, size_t value) {
    if (2 * table->count >= table->mask) {
        struct table larger = {.mask = table->mask ? 2 * table->mask + 1 : 1023};
        larger.keys = calloc(larger.mask + 1, sizeof *larger.keys);
        larger.values = calloc(larger.mask + 1, sizeof *larger.values);
        if (!larger.keys || !larger.values) fail("out of memory");
        for (size_t i = 0; table->keys && i <= table->mask; i++)
            if (table->keys[i]) put(&larger, table->keys[i], table->values[i]);
        free(table->keys);
        free(table->values);
        *table = larger;
    }
    size_t index = slot(table, key);
    if (!table->keys[index]) table->count++;
    table->keys[index] = key;
    table->values[index] = value;
}

const size_t *get(const struct table *table, const char *key) {
    if (!table->keys) return NULL;
    size_t index = slot(table, key);
    return table->keys[index] ? &table->values[index] : NULL;
}

/* ---- The directory ---- */

static char *keep_value(LDAP *ld, LDAPMessage *entry, const char *attribute) {
    struct berval **values = ldap_get_values_len(ld, entry, attribute);
    char *copy = values && values[0] ? keep(values[0]->bv_val, values[0]->bv_len) : keep("", 0);
    ldap_value_free_len(values);
    return copy;
}

static char *keep_dn(LDAP *ld, LDAPMessage *entry) {
    char *dn = ldap_get_dn(ld, entry), *copy = keep(dn, strlen(dn));
    ldap_memfree(dn);
    return copy;
}

static void add_person(struct directory *directory, LDAP *ld, LDAPMessage *entry) {
    directory->people = with_room(directory->people, directory->person_count, sizeof *directory->people);
    struct person *person = &directory->people[directory->person_count];
    *person = (struct person){
        .dn = keep_dn(ld, entry), .id = keep_value(ld, entry, "entryUUID"), .name = keep_value(ld, entry, "uid"),
        .first = keep_value(ld, entry, "givenName"), .last = keep_value(ld, entry, "sn"),
        .mail = keep_value(ld, entry, "mail"), .department = keep_value(ld, entry, "departmentNumber"),
        .title = keep_value(ld, entry, "title")};
    put(&directory->people_by_dn, person->dn, directory->person_count);
    put(&directory->people_by_id, person->id, directory->person_count++);
}

static void add_group(struct directory *directory, LDAP *ld, LDAPMessage *entry) {
    directory->groups = with_room(directory->groups, directory->group_count, sizeof *directory->groups);
    struct group *group = &directory->groups[directory->group_count];
    *group = (struct group){
        .dn = keep_dn(ld, entry), .id = keep_value(ld, entry, "entryUUID"), .name = keep_value(ld, entry, "cn")};
    struct berval **members = ldap_get_values_len(ld, entry, "member");
    group->member_count = (size_t)ldap_count_values_len(members);
    group->members = calloc(group->member_count + 1, sizeof *group->members);
    if (!group->members) fail("out of memory");
    for (size_t i = 0; i < group->member_count; i++) group->members[i] = keep(members[i]->bv_val, members[i]->bv_len);
    ldap_value_free_len(members);
    put(&directory->groups_by_dn, group->dn, directory->group_count);
    put(&directory->groups_by_id, group->id, directory->group_count++);
}

/* Reads all entries page by page (RFC 2696). */
static void read_all(struct directory *directory, LDAP *ld, const char *base, const char *filter, char **attributes,
                     void (*add)(struct directory *, LDAP *, LDAPMessage *)) {
    struct berval cookie = {0, NULL};
    do {
        LDAPControl *paged = NULL, **answered = NULL;
        LDAPMessage *result = NULL;
        struct berval next = {0, NULL};
        int total;
        if (ldap_create_page_control(ld, PAGE_SIZE, &cookie, 1, &paged)) fail("out of memory");
        LDAPControl *controls[] = {paged, NULL};
        int code = ldap_search_ext_s(
            ld, base, LDAP_SCOPE_SUBTREE, filter, attributes, 0, controls, NULL, NULL, 0, &result);
        if (code) fail("search %s: %s", filter, ldap_err2string(code));
        ldap_control_free(paged);
        for (LDAPMessage *entry = ldap_first_entry(ld, result); entry; entry = ldap_next_entry(ld, entry))
            add(directory, ld, entry);
        ldap_parse_result(ld, result, NULL, NULL, NULL, NULL, &answered, 1);
        LDAPControl *page = ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, answered, NULL);
        if (!page || ldap_parse_pageresponse_control(ld, page, &total, &next)) fail("the server does not page");
        ldap_controls_free(answered);
        ber_memfree(cookie.bv_val);
        cookie = next;
    } while (cookie.bv_len);
    ber_memfree(cookie.bv_val);
}

int has(const uint64_t *bits, size_t index) { return bits[index / 64] >> (index % 64) & 1; }
static void set(uint64_t *bits, size_t index) { bits[index / 64] |= (uint64_t)1 << (index % 64); }

static uint64_t *no_bits(const struct directory *directory) {
    uint64_t *bits = calloc(directory->words, sizeof *bits);
    if (!bits) fail("out of memory");
    return bits;
}

/* Notes that whatever is below a group is in everything above it, until nothing new is found; groups may be circular. */
static void close_groups(struct directory *directory) {
    int changed = 1;
    for (size_t g = 0; g < directory->group_count; g++) set(directory->groups[g].above = no_bits(directory), g);
    while (changed) {
        changed = 0;
        for (size_t g = 0; g < directory->group_count; g++) {
            const struct group *group = &directory->groups[g];
            for (size_t m = 0; m < group->member_count; m++) {
                const size_t *child = get(&directory->groups_by_dn, group->members[m]);
                for (size_t word = 0; child && word < directory->words; word++) {
                    uint64_t *above = &directory->groups[*child].above[word];
                    changed |= (group->above[word] & ~*above) != 0;
                    *above |= group->above[word];
                }
            }
        }
    }
}

void read_directory(struct directory *directory, const char *uri) {
    char *person_attributes[] = {"entryUUID", "uid", "givenName", "sn", "mail", "departmentNumber", "title", NULL};
    char *group_attributes[] = {"cn", "entryUUID", "member", NULL};
    LDAP *ld = connect_to(uri, 1);
    read_all(directory, ld, PEOPLE, "(&(objectClass=inetOrgPerson)(uid=*))", person_attributes, add_person);
    read_all(directory, ld, GROUPS, "(objectClass=groupOfNames)", group_attributes, add_group);
    ldap_unbind_ext(ld, NULL, NULL);

    directory->words = directory->group_count / 64 + 1;
    close_groups(directory);
    for (size_t p = 0; p < directory->person_count; p++) directory->people[p].groups = no_bits(directory);
    for (size_t g = 0; g < directory->group_count; g++) {
        const struct group *group = &directory->groups[g];
        for (size_t m = 0; m < group->member_count; m++) {
            const size_t *person = get(&directory->people_by_dn, group->members[m]);
            for (size_t word = 0; person && word < directory->words; word++)
                directory->people[*person].groups[word] |= group->above[word];
        }
    }
}

void free_directory(struct directory *directory) {
    struct table *tables[] = {&directory->people_by_dn, &directory->people_by_id, &directory->groups_by_dn,
                              &directory->groups_by_id};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        free(tables[i]->keys);
        free(tables[i]->values);
    }
    for (size_t p = 0; p < directory->person_count; p++) free(directory->people[p].groups);
    for (size_t g = 0; g < directory->group_count; g++) {
        free(directory->groups[g].above);
        free(directory->groups[g].members);
    }
    free(directory->people);
    free(directory->groups);
    forget_everything();
}
