/* A sync of a whole directory: reads everybody and every group, works out who is in which group, nesting included, and
 * either fills an empty copy of the account database with all that DirectoryBridge writes (fresh), or compares with a
 * full one, row by row, and writes that it has run (again, -a). One operation is one sync. */
#include "directory.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

/* How long a transaction may hold the write lock. */
#define BATCH_SECONDS 0.1

/* ---- Writing ---- */

struct writer {
    const struct options *options;
    sqlite3 *database;
    sqlite3_stmt *user, *folded, *link, *profile, *group, *group_link, *membership, *origin, *grant, *grant_origin, *audit;
    char time[32];
    double batch_began;
};

static void begin_batch(struct writer *writer) {
    execute(writer->database, "BEGIN IMMEDIATE");
    writer->batch_began = now();
    sqlite3_stmt *clock = prepare(writer->database, "SELECT strftime('%Y-%m-%d %H:%M:%f000', 'now')");
    next_row(clock);
    snprintf(writer->time, sizeof writer->time, "%s", sqlite3_column_text(clock, 0));
    sqlite3_finalize(clock);
}

static void end_batch_if_due(struct writer *writer) {
    if (now() - writer->batch_began < BATCH_SECONDS) return;
    execute(writer->database, "COMMIT");
    begin_batch(writer);
}

static void open_writer(struct writer *writer) {
    sqlite3 *database = writer->database;
    writer->user = prepare(
        database, "INSERT INTO auth_user (password, last_login, is_superuser, username, first_name, last_name, email, "
                  "is_staff, is_active, date_joined) VALUES (?, NULL, 0, ?, ?, ?, ?, 0, 1, ?)");
    writer->folded = prepare(database, "INSERT INTO bridge_folded_name (user_id, folded, username) VALUES (?1, lower(?2), ?2)");
    writer->link = prepare(
        database, "INSERT INTO bridge_user_link (user_id, source, external_id, dn) VALUES (?, '" SOURCE "', ?, ?)");
    writer->profile = prepare(database, "INSERT INTO bridge_profile (user_id, key, value) VALUES (?, ?, ?)");
    writer->group = prepare(database, "INSERT INTO auth_group (name) VALUES (?)");
    writer->group_link = prepare(
        database, "INSERT INTO bridge_group_link (group_id, source, external_id, dn) VALUES (?, '" SOURCE "', ?, ?)");
    writer->membership = prepare(database, "INSERT INTO auth_user_groups (user_id, group_id) VALUES (?, ?)");
    writer->origin = prepare(
        database, "INSERT INTO bridge_membership_origin (membership_id, source) VALUES (?, '" SOURCE "')");
    writer->grant = prepare(
        database, "INSERT INTO auth_user_user_permissions (user_id, permission_id) SELECT ?, p.id FROM auth_permission p "
                  "JOIN django_content_type c ON c.id = p.content_type_id WHERE c.app_label || '.' || p.codename = ?");
    writer->grant_origin = prepare(
        database, "INSERT INTO bridge_grant_origin (grant_id, source, rule) VALUES (?, '" SOURCE "', ?)");
    writer->audit = prepare(
        database, "INSERT INTO bridge_audit (time, event, user_id, username, cause, details) "
                  "VALUES (?, ?, ?, ?, 'sync:" SOURCE "', ?)");
}

static void close_writer(struct writer *writer) {
    sqlite3_stmt *statements[] = {writer->user,       writer->folded,     writer->link,  writer->profile,
                                  writer->group,      writer->group_link, writer->membership, writer->origin,
                                  writer->grant,      writer->grant_origin, writer->audit};
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) sqlite3_finalize(statements[i]);
}

/* Runs an insertion whose parameters are a number and texts. */
static sqlite3_int64 insert(struct writer *writer, sqlite3_stmt *statement, sqlite3_int64 id, const char *first,
                            const char *second) {
    sqlite3_bind_int64(statement, 1, id);
    if (first) bind_text(statement, 2, first);
    if (second) bind_text(statement, 3, second);
    run_once(statement);
    return sqlite3_last_insert_rowid(writer->database);
}

/* A JSON object of texts, from names and values in turn. */
static void write_json(char *text, size_t size, const char *const *words) {
    size_t used = 0;
    text[used++] = '{';
    for (size_t i = 0; words[i]; i++) {
        if (i) text[used++] = i % 2 ? ':' : ',';
        text[used++] = '"';
        for (const char *c = words[i]; *c; c++) {
            if (used + 16 > size) fail("a text is longer than %zu bytes", size);
            if ((unsigned char)*c < 32) {
                used += (size_t)snprintf(text + used, size - used, "\\u%04x", (unsigned)*c);
                continue;
            }
            if (*c == '"' || *c == '\\') text[used++] = '\\';
            text[used++] = *c;
        }
        text[used++] = '"';
    }
    text[used++] = '}';
    text[used] = 0;
}

static void audit(struct writer *writer, const char *event, const struct person *person, const char *const *details) {
    char json[4096];
    write_json(json, sizeof json, details);
    bind_text(writer->audit, 1, writer->time);
    bind_text(writer->audit, 2, event);
    if (person) {
        sqlite3_bind_int64(writer->audit, 3, person->account);
        bind_text(writer->audit, 4, person->name);
    } else {
        sqlite3_bind_null(writer->audit, 3);
        sqlite3_bind_null(writer->audit, 4);
    }
    bind_text(writer->audit, 5, json);
    run_once(writer->audit);
}

/* A password that nobody has: ! and 40 random characters. */
static void unusable_password(char password[42]) {
    static const char alphabet[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    unsigned char bytes[40];
    if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes) fail("no random numbers");
    password[0] = '!';
    for (size_t i = 0; i < sizeof bytes; i++) password[i + 1] = alphabet[bytes[i] % 64];
    password[41] = 0;
}

static void write_group(struct writer *writer, struct group *group) {
    bind_text(writer->group, 1, group->name);
    run_once(writer->group);
    group->account = sqlite3_last_insert_rowid(writer->database);
    insert(writer, writer->group_link, group->account, group->id, group->dn);
    audit(writer, "group.create", NULL, (const char *[]){"dn", group->dn, "external_id", group->id, "group", group->name,
                                                         "source", SOURCE, NULL});
}

static void write_account(struct writer *writer, struct person *person) {
    char password[42];
    unusable_password(password);
    bind_text(writer->user, 1, password);
    bind_text(writer->user, 2, person->name);
    bind_text(writer->user, 3, person->first);
    bind_text(writer->user, 4, person->last);
    bind_text(writer->user, 5, person->mail);
    bind_text(writer->user, 6, writer->time);
    run_once(writer->user);
    person->account = sqlite3_last_insert_rowid(writer->database);
    insert(writer, writer->folded, person->account, person->name, NULL);
    audit(writer, "user.create", person,
          (const char *[]){"email", person->mail, "first_name", person->first, "last_name", person->last, "password",
                           "unusable", "username", person->name, NULL});
    insert(writer, writer->link, person->account, person->id, person->dn);
    audit(writer, "user.link", person,
          (const char *[]){"dn", person->dn, "external_id", person->id, "source", SOURCE, NULL});
    insert(writer, writer->profile, person->account, "department", person->department);
    audit(writer, "user.profile", person, (const char *[]){"key", "department", "to", person->department, NULL});
    insert(writer, writer->profile, person->account, "title", person->title);
    audit(writer, "user.profile", person, (const char *[]){"key", "title", "to", person->title, NULL});
}

static void write_membership(struct writer *writer, const struct person *person, const struct group *group) {
    char rule[256];
    sqlite3_bind_int64(writer->membership, 2, group->account);
    insert(writer, writer->origin, insert(writer, writer->membership, person->account, NULL, NULL), NULL, NULL);
    audit(writer, "membership.add", person, (const char *[]){"group", group->name, "source", SOURCE, NULL});
    if (!writer->options->group || strcmp(group->name, writer->options->group)) return;
    snprintf(rule, sizeof rule, "group '%s'", group->name);
    insert(writer, writer->grant_origin,
           insert(writer, writer->grant, person->account, writer->options->permission, NULL), rule, NULL);
    audit(writer, "permission.grant", person,
          (const char *[]){"permission", writer->options->permission, "rule", rule, "source", SOURCE, NULL});
}

static void write_run(sqlite3 *database, const struct directory *directory) {
    sqlite3_stmt *run = prepare(
        database, "INSERT INTO bridge_sync_run (source, mode, started, finished, outcome, counts) VALUES "
                  "('" SOURCE "', 'full', strftime('%Y-%m-%d %H:%M:%f000', 'now'), "
                  "strftime('%Y-%m-%d %H:%M:%f000', 'now'), 'applied', '{}')");
    sqlite3_stmt *cursor = prepare(
        database, "INSERT OR REPLACE INTO bridge_sync_cursor (source, run_id, completed, people, groups, conditions) VALUES "
                  "('" SOURCE "', ?, strftime('%Y-%m-%d %H:%M:%f000', 'now'), ?, ?, '{}')");
    run_once(run);
    sqlite3_bind_int64(cursor, 1, sqlite3_last_insert_rowid(database));
    sqlite3_bind_int64(cursor, 2, (sqlite3_int64)directory->person_count);
    sqlite3_bind_int64(cursor, 3, (sqlite3_int64)directory->group_count);
    run_once(cursor);
    sqlite3_finalize(run);
    sqlite3_finalize(cursor);
}

static void fill(const struct options *options, sqlite3 *database) {
    struct directory directory = {0};
    struct writer writer = {.options = options, .database = database};
    read_directory(&directory, options->uri);
    open_writer(&writer);
    begin_batch(&writer);
    for (size_t g = 0; g < directory.group_count; g++) write_group(&writer, &directory.groups[g]);
    for (size_t p = 0; p < directory.person_count; p++) {
        write_account(&writer, &directory.people[p]);
        for (size_t g = 0; g < directory.group_count; g++)
            if (has(directory.people[p].groups, g)) write_membership(&writer, &directory.people[p], &directory.groups[g]);
        end_batch_if_due(&writer);
    }
    write_run(database, &directory);
    execute(database, "COMMIT");
    close_writer(&writer);
    free_directory(&directory);
}

/* ---- Comparing ---- */

static const char *text(sqlite3_stmt *statement, int column) {
    const char *value = (const char *)sqlite3_column_text(statement, column);
    return value ? value : "";
}

/* From primary keys, which are dense, to what has them. */
struct by_account {
    size_t *indexes, count;
};

static void note_account(struct by_account *accounts, sqlite3_int64 id, size_t index) {
    size_t place = (size_t)id;
    while (accounts->count <= place) {
        accounts->indexes = with_room(accounts->indexes, accounts->count, sizeof *accounts->indexes);
        accounts->indexes[accounts->count++] = SIZE_MAX;
    }
    accounts->indexes[place] = index;
}

static size_t index_of(const struct by_account *accounts, sqlite3_int64 id) {
    return id >= 0 && (size_t)id < accounts->count ? accounts->indexes[id] : SIZE_MAX;
}

static size_t compare_groups(sqlite3 *database, const struct directory *directory, struct by_account *accounts) {
    sqlite3_stmt *rows = prepare(
        database, "SELECT g.id, g.name, l.external_id, l.dn FROM bridge_group_link l JOIN auth_group g ON g.id = l.group_id "
                  "WHERE l.source = '" SOURCE "'");
    size_t equal = 0, different = 0;
    while (next_row(rows)) {
        const size_t *index = get(&directory->groups_by_id, text(rows, 2));
        const struct group *group = index ? &directory->groups[*index] : NULL;
        int same = group && column_equals(rows, 1, group->name) && column_equals(rows, 3, group->dn);
        if (group) note_account(accounts, sqlite3_column_int64(rows, 0), *index);
        if (same) equal++;
        else different++;
    }
    sqlite3_finalize(rows);
    return different + directory->group_count - equal;
}

static size_t compare_people(sqlite3 *database, const struct directory *directory, struct by_account *accounts) {
    sqlite3_stmt *rows = prepare(
        database, "SELECT u.id, u.username, u.first_name, u.last_name, u.email, l.external_id, l.dn, f.username "
                  "FROM bridge_user_link l JOIN auth_user u ON u.id = l.user_id JOIN bridge_folded_name f ON f.user_id = u.id "
                  "WHERE l.source = '" SOURCE "' AND u.is_active");
    size_t equal = 0, different = 0;
    while (next_row(rows)) {
        const size_t *index = get(&directory->people_by_id, text(rows, 5));
        const struct person *person = index ? &directory->people[*index] : NULL;
        int same = person && column_equals(rows, 1, person->name) && column_equals(rows, 2, person->first) &&
                   column_equals(rows, 3, person->last) && column_equals(rows, 4, person->mail) &&
                   column_equals(rows, 6, person->dn) && column_equals(rows, 7, person->name);
        if (person) note_account(accounts, sqlite3_column_int64(rows, 0), *index);
        if (same) equal++;
        else different++;
    }
    sqlite3_finalize(rows);
    return different + directory->person_count - equal;
}

static size_t compare_profiles(sqlite3 *database, const struct directory *directory, const struct by_account *people) {
    sqlite3_stmt *rows = prepare(database, "SELECT user_id, key, value FROM bridge_profile");
    size_t equal = 0, different = 0;
    while (next_row(rows)) {
        size_t index = index_of(people, sqlite3_column_int64(rows, 0));
        const struct person *person = index < directory->person_count ? &directory->people[index] : NULL;
        if (person && column_equals(rows, 2, column_equals(rows, 1, "title") ? person->title : person->department)) equal++;
        else different++;
    }
    sqlite3_finalize(rows);
    return different + 2 * directory->person_count - equal;
}

static size_t compare_memberships(sqlite3 *database, const struct directory *directory, const struct by_account *people,
                                  const struct by_account *groups) {
    sqlite3_stmt *rows = prepare(
        database, "SELECT m.user_id, m.group_id FROM auth_user_groups m "
                  "JOIN bridge_membership_origin o ON o.membership_id = m.id WHERE o.source = '" SOURCE "'");
    size_t wanted = 0, equal = 0, different = 0;
    for (size_t p = 0; p < directory->person_count; p++)
        for (size_t word = 0; word < directory->words; word++)
            wanted += (size_t)__builtin_popcountll(directory->people[p].groups[word]);
    while (next_row(rows)) {
        size_t person = index_of(people, sqlite3_column_int64(rows, 0));
        size_t group = index_of(groups, sqlite3_column_int64(rows, 1));
        if (person < directory->person_count && group < directory->group_count &&
            has(directory->people[person].groups, group))
            equal++;
        else different++;
    }
    sqlite3_finalize(rows);
    return different + wanted - equal;
}

static size_t compare_grants(const struct options *options, sqlite3 *database, const struct directory *directory,
                             const struct by_account *people) {
    sqlite3_stmt *rows = prepare(
        database, "SELECT g.user_id, c.app_label || '.' || p.codename FROM auth_user_user_permissions g "
                  "JOIN bridge_grant_origin o ON o.grant_id = g.id JOIN auth_permission p ON p.id = g.permission_id "
                  "JOIN django_content_type c ON c.id = p.content_type_id WHERE o.source = '" SOURCE "'");
    size_t group = directory->group_count, wanted = 0, equal = 0, different = 0;
    for (size_t g = 0; g < directory->group_count; g++)
        if (options->group && strcmp(directory->groups[g].name, options->group) == 0) group = g;
    if (group < directory->group_count)
        for (size_t p = 0; p < directory->person_count; p++) wanted += (size_t)has(directory->people[p].groups, group);
    while (next_row(rows)) {
        size_t person = index_of(people, sqlite3_column_int64(rows, 0));
        if (person < directory->person_count && group < directory->group_count &&
            has(directory->people[person].groups, group) && column_equals(rows, 1, options->permission))
            equal++;
        else different++;
    }
    sqlite3_finalize(rows);
    return different + wanted - equal;
}

/* Answers how many rows differ. */
static size_t compare(const struct options *options, sqlite3 *database) {
    struct directory directory = {0};
    struct by_account people = {0}, groups = {0};
    read_directory(&directory, options->uri);
    execute(database, "BEGIN");
    size_t different = compare_groups(database, &directory, &groups) + compare_people(database, &directory, &people) +
                       compare_profiles(database, &directory, &people) +
                       compare_memberships(database, &directory, &people, &groups) +
                       compare_grants(options, database, &directory, &people);
    execute(database, "COMMIT; BEGIN IMMEDIATE");
    write_run(database, &directory);
    execute(database, "COMMIT");
    free(people.indexes);
    free(groups.indexes);
    free_directory(&directory);
    return different;
}

/* ---- Rounds ---- */

static void copy_database(const char *from, const char *to) {
    sqlite3 *source = open_database(from), *target;
    if (sqlite3_open(to, &target)) fail("%s cannot be made", to);
    sqlite3_backup *backup = sqlite3_backup_init(target, "main", source, "main");
    if (!backup || sqlite3_backup_step(backup, -1) != SQLITE_DONE) fail("%s cannot be copied", from);
    sqlite3_backup_finish(backup);
    sqlite3_close(target);
    sqlite3_close(source);
}

int main(int argc, char **argv) {
    struct options options = parse_options(argc, argv);
    struct histogram *durations = calloc(1, sizeof *durations);
    char copy[4096];
    uint64_t errors = 0;
    double elapsed = 0, cpu = 0;
    if (!options.database || !durations) fail("the database (-d), which must have no accounts, is missing");
    snprintf(copy, sizeof copy, "%s.copy", options.database);
    for (int round = 0; round < options.rounds; round++) {
        if (!options.again || round == 0) copy_database(options.database, copy);
        sqlite3 *database = open_database(copy);
        /* What is compared with was filled before, and that does not count. */
        if (options.again && round == 0) fill(&options, database);
        double time = now(), used = cpu_microseconds();
        if (!options.again) fill(&options, database);
        else if (compare(&options, database)) errors++;
        add_duration(durations, now() - time);
        elapsed += now() - time;
        cpu += cpu_microseconds() - used;
        sqlite3_close(database);
        if (!options.again || round == options.rounds - 1) unlink(copy);
    }
    print_result(durations, errors, elapsed, cpu, open_sockets());
    free(durations);
    return errors ? 1 : 0;
}
