/* A login of somebody who has an account: the account by name, the search that finds the person, the bind, the groups
 * level by level, and the comparison with what the account database holds, which must come out equal. Nothing is
 * written but the time of the last login, in a batch each second. */
#include "common.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define MAXIMUM_GROUPS 256

struct group {
    char dn[256], name[128], id[64];
};

struct context {
    const struct options *options;
    LDAP *searching, *binding;
    sqlite3 *database;
    sqlite3_stmt *begin, *commit, *account, *memberships, *grants, *profile;
    struct group groups[MAXIMUM_GROUPS];
    size_t group_count;
};

struct account {
    sqlite3_int64 id;
    char first[256], last[256], mail[256], external_id[64], dn[256];
};

struct person {
    char dn[256], id[64], name[256], first[256], last[256], mail[256], department[64], title[128];
};

/* For each user the account's id, once somebody came in since the last batch. */
static _Atomic sqlite3_int64 *came_in;

static void *open_context(const struct options *options) {
    struct context *context = calloc(1, sizeof *context);
    if (!context) fail("out of memory");
    context->options = options;
    context->searching = connect_to(options->uri, 1);
    context->binding = connect_to(options->uri, 0);
    sqlite3 *database = context->database = open_database(options->database);
    context->begin = prepare(database, "BEGIN");
    context->commit = prepare(database, "COMMIT");
    context->account = prepare(
        database, "SELECT u.id, u.first_name, u.last_name, u.email, l.external_id, l.dn FROM auth_user u "
                  "JOIN bridge_user_link l ON l.user_id = u.id "
                  "WHERE u.username = ? AND u.is_active AND l.source = '" SOURCE "'");
    context->memberships = prepare(
        database, "SELECT l.external_id FROM auth_user_groups m "
                  "JOIN bridge_membership_origin o ON o.membership_id = m.id "
                  "JOIN bridge_group_link l ON l.group_id = m.group_id "
                  "WHERE m.user_id = ? AND o.source = '" SOURCE "'");
    context->grants = prepare(
        database, "SELECT c.app_label || '.' || p.codename FROM auth_user_user_permissions g "
                  "JOIN auth_permission p ON p.id = g.permission_id "
                  "JOIN django_content_type c ON c.id = p.content_type_id "
                  "JOIN bridge_grant_origin o ON o.grant_id = g.id WHERE g.user_id = ? AND o.source = '" SOURCE "'");
    context->profile = prepare(database, "SELECT key, value FROM bridge_profile WHERE user_id = ?");
    return context;
}

static void close_context(void *argument) {
    struct context *context = argument;
    sqlite3_stmt *statements[] = {context->begin,       context->commit, context->account,
                                  context->memberships, context->grants, context->profile};
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) sqlite3_finalize(statements[i]);
    sqlite3_close(context->database);
    ldap_unbind_ext(context->searching, NULL, NULL);
    ldap_unbind_ext(context->binding, NULL, NULL);
    free(context);
}

/* ---- The directory ---- */

static int find_person(struct context *context, const char *name, struct person *person) {
    LDAP *ld = context->searching;
    char *attributes[] = {"entryUUID", "uid", "givenName", "sn", "mail", "departmentNumber", "title", NULL};
    char filter[256] = "(&(objectClass=inetOrgPerson)";
    append_equal(filter, sizeof filter, "uid", name);
    append(filter, sizeof filter, ")");
    LDAPMessage *result = search(ld, PEOPLE, filter, attributes);
    int found = ldap_count_entries(ld, result) == 1;
    if (found) {
        LDAPMessage *entry = ldap_first_entry(ld, result);
        char *dn = ldap_get_dn(ld, entry);
        person->dn[0] = 0;
        append(person->dn, sizeof person->dn, dn);
        ldap_memfree(dn);
        copy_value(ld, entry, "entryUUID", person->id, sizeof person->id);
        copy_value(ld, entry, "uid", person->name, sizeof person->name);
        copy_value(ld, entry, "givenName", person->first, sizeof person->first);
        copy_value(ld, entry, "sn", person->last, sizeof person->last);
        copy_value(ld, entry, "mail", person->mail, sizeof person->mail);
        copy_value(ld, entry, "departmentNumber", person->department, sizeof person->department);
        copy_value(ld, entry, "title", person->title, sizeof person->title);
    }
    ldap_msgfree(result);
    return found;
}

static int is_known(const struct context *context, const char *id) {
    for (size_t i = 0; i < context->group_count; i++)
        if (strcmp(context->groups[i].id, id) == 0) return 1;
    return 0;
}

static void find_groups(struct context *context, const char *filter) {
    LDAP *ld = context->searching;
    char *attributes[] = {"cn", "entryUUID", NULL};
    LDAPMessage *result = search(ld, GROUPS, filter, attributes);
    for (LDAPMessage *entry = ldap_first_entry(ld, result); entry; entry = ldap_next_entry(ld, entry)) {
        if (context->group_count == MAXIMUM_GROUPS) fail("somebody is in more than %d groups", MAXIMUM_GROUPS);
        struct group *group = &context->groups[context->group_count];
        copy_value(ld, entry, "entryUUID", group->id, sizeof group->id);
        if (is_known(context, group->id)) continue;
        char *dn = ldap_get_dn(ld, entry);
        group->dn[0] = 0;
        append(group->dn, sizeof group->dn, dn);
        ldap_memfree(dn);
        copy_value(ld, entry, "cn", group->name, sizeof group->name);
        context->group_count++;
    }
    ldap_msgfree(result);
}

/* The groups that name the person, then those that name these, until a level brings no new ones. */
static void find_all_groups(struct context *context, const char *dn) {
    char filter[32768] = "(&(objectClass=groupOfNames)";
    size_t level = 0;
    context->group_count = 0;
    append_equal(filter, sizeof filter, "member", dn);
    append(filter, sizeof filter, ")");
    find_groups(context, filter);
    while (level < context->group_count) {
        size_t end = context->group_count;
        strcpy(filter, "(&(objectClass=groupOfNames)(|");
        for (; level < end; level++) append_equal(filter, sizeof filter, "member", context->groups[level].dn);
        append(filter, sizeof filter, "))");
        find_groups(context, filter);
    }
}

/* ---- The account ---- */

static void copy_column(sqlite3_stmt *statement, int column, char *text, size_t size) {
    const char *value = (const char *)sqlite3_column_text(statement, column);
    text[0] = 0;
    if (value) append(text, size, value);
}

static int read_account(struct context *context, const char *name, struct account *account) {
    bind_text(context->account, 1, name);
    if (!next_row(context->account)) return 0;
    account->id = sqlite3_column_int64(context->account, 0);
    copy_column(context->account, 1, account->first, sizeof account->first);
    copy_column(context->account, 2, account->last, sizeof account->last);
    copy_column(context->account, 3, account->mail, sizeof account->mail);
    copy_column(context->account, 4, account->external_id, sizeof account->external_id);
    copy_column(context->account, 5, account->dn, sizeof account->dn);
    sqlite3_reset(context->account);
    return 1;
}

static int memberships_are_equal(struct context *context, sqlite3_int64 id) {
    size_t count = 0, known = 0;
    sqlite3_bind_int64(context->memberships, 1, id);
    for (; next_row(context->memberships); count++)
        known += (size_t)is_known(context, (const char *)sqlite3_column_text(context->memberships, 0));
    return count == context->group_count && known == count;
}

static int grants_are_equal(struct context *context, sqlite3_int64 id) {
    size_t wanted = 0, count = 0, known = 0;
    for (size_t i = 0; i < context->group_count; i++)
        wanted += context->options->group && strcmp(context->groups[i].name, context->options->group) == 0;
    sqlite3_bind_int64(context->grants, 1, id);
    for (; next_row(context->grants); count++)
        known += (size_t)column_equals(context->grants, 0, context->options->permission);
    return count == wanted && known == count;
}

static int profile_is_equal(struct context *context, sqlite3_int64 id, const struct person *person) {
    int count = 0, equal = 0;
    sqlite3_bind_int64(context->profile, 1, id);
    for (; next_row(context->profile); count++)
        equal += column_equals(context->profile, 0, "department")
                     ? column_equals(context->profile, 1, person->department)
                     : column_equals(context->profile, 0, "title") && column_equals(context->profile, 1, person->title);
    return count == 2 && equal == 2;
}

/* Whether there is nothing to write: what the directory says is what the database holds. */
static int is_unchanged(struct context *context, const struct account *account, const struct person *person) {
    run_once(context->begin);
    int equal = memberships_are_equal(context, account->id) & grants_are_equal(context, account->id) &
                profile_is_equal(context, account->id, person);
    run_once(context->commit);
    return equal && strcmp(account->external_id, person->id) == 0 && strcmp(account->dn, person->dn) == 0 &&
           strcmp(account->first, person->first) == 0 && strcmp(account->last, person->last) == 0 &&
           strcmp(account->mail, person->mail) == 0;
}

static int log_in(void *argument, const struct user *user, size_t index) {
    struct context *context = argument;
    struct account account;
    struct person person;
    if (!read_account(context, user->name, &account)) return 1;
    if (!find_person(context, user->name, &person) || strcmp(person.name, user->name)) return 1;
    if (bind_as(context->binding, person.dn, user->password)) return 1;
    find_all_groups(context, person.dn);
    if (!is_unchanged(context, &account, &person)) return 1;
    atomic_store(&came_in[index], account.id);
    return 0;
}

/* ---- Last logins, in batches ---- */

struct batches {
    const struct options *options;
    size_t count;
    pthread_mutex_t mutex;
    pthread_cond_t over;
    int is_over;
};

static void write_batch(sqlite3 *database, sqlite3_stmt *update, size_t count) {
    execute(database, "BEGIN IMMEDIATE");
    for (size_t i = 0; i < count; i++) {
        sqlite3_int64 id = atomic_exchange(&came_in[i], 0);
        if (!id) continue;
        sqlite3_bind_int64(update, 1, id);
        run_once(update);
    }
    execute(database, "COMMIT");
}

static void *write_batches(void *argument) {
    struct batches *batches = argument;
    sqlite3 *database = open_database(batches->options->database);
    sqlite3_stmt *update =
        prepare(database, "UPDATE auth_user SET last_login = strftime('%Y-%m-%d %H:%M:%f000', 'now') WHERE id = ?");
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    pthread_mutex_lock(&batches->mutex);
    while (!batches->is_over) {
        time.tv_sec++;
        pthread_cond_timedwait(&batches->over, &batches->mutex, &time);
        write_batch(database, update, batches->count);
    }
    pthread_mutex_unlock(&batches->mutex);
    sqlite3_finalize(update);
    sqlite3_close(database);
    return NULL;
}

int main(int argc, char **argv) {
    struct options options = parse_options(argc, argv);
    struct users users = read_users(options.users);
    struct batches batches = {&options, users.count, PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0};
    pthread_t writer;
    if (options.group && !options.permission) fail("-g needs -p");
    came_in = calloc(users.count, sizeof *came_in);
    if (!came_in || pthread_create(&writer, NULL, write_batches, &batches)) fail("out of memory");
    measure(&(struct load){&options, &users, open_context, log_in, close_context});
    pthread_mutex_lock(&batches.mutex);
    batches.is_over = 1;
    pthread_cond_signal(&batches.over);
    pthread_mutex_unlock(&batches.mutex);
    pthread_join(writer, NULL);
    return 0;
}
