#ifndef PGS_TESTS_SEED_FIXTURE_H
#define PGS_TESTS_SEED_FIXTURE_H

#include "base/fs.h"
#include "pg/connection.h"
#include "server_fixture.h"

#include <string.h>

/* One server for a program's tests; a database and a folder for each test. */
typedef struct {
    PgsServer *server;
    char *database;
    PgsConnection *connection; /* to it */
    char *folder;
} Fixture;

static inline int
set_up_group(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    void *server;
    if (pgs_fixture_start_server(&server) != 0)
        return -1;
    fixture->server = server;
    *state = fixture;
    return 0;
}

static inline int
tear_down_group(void **state)
{
    Fixture *fixture = *state;
    pgs_server_stop(fixture->server);
    g_free(fixture);
    return 0;
}

static inline int
set_up(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    fixture->folder = g_dir_make_tmp("pgstair-seed-XXXXXX", NULL);
    fixture->database = pgs_server_create_database(fixture->server, "seed", NULL, &error);
    if (fixture->database != NULL)
        fixture->connection = pgs_connection_open(pgs_server_conninfo(fixture->server),
                                                  fixture->database, 60000, NULL, &error);
    if (error != NULL)
        fprintf(stderr, "%s\n", error->message);
    return fixture->connection != NULL && fixture->folder != NULL ? 0 : -1;
}

static inline int
tear_down(void **state)
{
    Fixture *fixture = *state;
    g_clear_pointer(&fixture->connection, pgs_connection_close);
    if (fixture->database != NULL)
        pgs_server_drop_database(fixture->server, fixture->database, NULL);
    g_clear_pointer(&fixture->database, g_free);
    if (fixture->folder != NULL)
        pgs_fs_remove_tree(fixture->folder, NULL);
    g_clear_pointer(&fixture->folder, g_free);
    return 0;
}

static inline void
run_sql(const Fixture *fixture, const char *sql)
{
    g_autoptr(GError) error = NULL;
    pgs_connection_run(fixture->connection, sql, &error);
    if (error != NULL)
        fprintf(stderr, "%s\n", error->message);
    assert_null(error);
}

/* The query's one value as text; "NULL" for NULL. */
static inline void
assert_value(const Fixture *fixture, const char *sql, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *value = NULL;
    pgs_connection_value(fixture->connection, sql, &value, &error);
    if (error != NULL)
        fprintf(stderr, "%s\n", error->message);
    assert_null(error);
    assert_string_equal(value != NULL ? value : "NULL", expected);
}

#endif
