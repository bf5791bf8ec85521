#ifndef PGS_TESTS_CLI_MIGRATE_FIXTURE_H
#define PGS_TESTS_CLI_MIGRATE_FIXTURE_H

#include "cmocka_all.h"

#include "base/fs.h"
#include "cli/run_program.h"
#include "pg/connection.h"
#include "server/conninfo.h"
#include "server_fixture.h"

/* A folder of migrations and a database of somebody's on a throwaway server; "pgstair migrate" is
 * run on them. */
typedef struct {
    PgsServer *server; /* of the group */
    guint n;           /* databases made so far */
    char *folder, *url, *database;
    const char *format; /* "--format=…"; NULL: none is said */
} Field;

#define FIELD_FORMAT "--format=golang-migrate"

static inline int
field_start(void **state)
{
    void *server;
    if (pgs_fixture_start_server(&server) != 0)
        return -1;
    Field *field = g_new0(Field, 1);
    field->server = server;
    g_unsetenv("DATABASE_URL");
    g_unsetenv("PGSTAIR_URL");
    *state = field;
    return 0;
}

static inline int
field_stop(void **state)
{
    Field *field = *state;
    pgs_server_stop(field->server);
    g_free(field);
    return 0;
}

/* As its superuser, unless database is NULL: then in the server's own. */
static inline char *
field_ask(const Field *field, const char *database, const char *sql)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsConnection) connection =
        pgs_connection_open(pgs_server_conninfo(field->server),
                            database != NULL ? database : "postgres", 60000, NULL, &error);
    if (connection == NULL)
        fail_msg("%s", error->message);
    g_autoptr(PGresult) result =
        pgs_connection_query(connection, PGS_SHAPE_ANY, sql, 0, NULL, NULL, &error);
    if (result == NULL)
        fail_msg("%s: %s", sql, error->message);
    return g_strdup(PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "");
}

static inline void
field_do(const Field *field, const char *sql)
{
    g_free(field_ask(field, field->database, sql));
}

static inline void
field_write(const Field *field, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(field->folder, name, NULL);
    assert_true(g_file_set_contents(path, text, -1, NULL));
}

/* Three pairs of golang-migrate's in a folder, and an empty database. */
static inline int
field_set_up(void **state)
{
    Field *field = *state;
    field->format = FIELD_FORMAT;
    field->folder = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    field->database = g_strdup_printf("somebodys_%u", ++field->n);
    g_autofree char *make = g_strdup_printf("CREATE DATABASE %s", field->database);
    g_free(field_ask(field, NULL, make));
    field->url = pgs_conninfo_with(pgs_server_conninfo(field->server), "dbname", field->database);
    field_write(field, "000001_users.up.sql",
                "CREATE TABLE users (id int PRIMARY KEY, name text);");
    field_write(field, "000001_users.down.sql", "DROP TABLE users;");
    field_write(field, "000002_mail.up.sql", "ALTER TABLE users ADD mail text;");
    field_write(field, "000002_mail.down.sql", "ALTER TABLE users DROP mail;");
    field_write(field, "000003_index.up.sql", "CREATE INDEX users_mail ON users (mail);");
    field_write(field, "000003_index.down.sql", "DROP INDEX users_mail;");
    return 0;
}

static inline int
field_tear_down(void **state)
{
    Field *field = *state;
    pgs_fs_remove_tree(field->folder, NULL);
    g_clear_pointer(&field->folder, g_free);
    g_clear_pointer(&field->url, g_free);
    g_clear_pointer(&field->database, g_free);
    return 0;
}

/* "pgstair migrate" with words (NULL-terminated) on the folder and the database; *output: both
 * streams.  The exit code. */
static inline int
field_migrate(const Field *field, char **output, const char *const *words)
{
    g_autoptr(GPtrArray) arguments = g_ptr_array_new();
    g_ptr_array_add(arguments, (gpointer) "migrate");
    for (; *words != NULL; words++)
        g_ptr_array_add(arguments, (gpointer)*words);
    if (field->format != NULL)
        g_ptr_array_add(arguments, (gpointer)field->format);
    g_ptr_array_add(arguments, (gpointer) "--folder");
    g_ptr_array_add(arguments, field->folder);
    g_ptr_array_add(arguments, NULL);
    g_free(*output);
    *output = NULL;
    return run_program(output, (const char *const *)arguments->pdata);
}

#define ON_URL(field) "--url", (field)->url
/* Runs it on the database and holds exit code and words of the output to what they should be. */
#define assert_migrate(field, wanted, said, ...)                                                   \
    do {                                                                                           \
        g_autofree char *output_ = NULL;                                                           \
        int status_ = field_migrate(field, &output_,                                               \
                                    (const char *const[]){__VA_ARGS__, ON_URL(field), NULL});      \
        if (status_ != (wanted) || strstr(output_, said) == NULL)                                  \
            fail_msg("exit code %d, and said:\n%s", status_, output_);                             \
    } while (0)

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* The same without --url. */
static inline void
assert_said(const Field *field, int wanted, const char *said, const char *const *words)
{
    g_autofree char *output = NULL;
    int status = field_migrate(field, &output, words);
    if (status != wanted || strstr(output, said) == NULL)
        fail_msg("exit code %d, and said:\n%s", status, output);
}

static inline void
assert_usage(const Field *field, const char *said, const char *const *words)
{
    assert_said(field, 2, said, words);
}

static inline void
assert_value(const Field *field, const char *sql, const char *wanted)
{
    g_autofree char *value = field_ask(field, field->database, sql);
    assert_string_equal(value, wanted);
}

#endif
