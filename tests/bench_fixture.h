#ifndef PGS_TESTS_BENCH_FIXTURE_H
#define PGS_TESTS_BENCH_FIXTURE_H

#include "inventory/bench.h"
#include "server/server.h"

#include <stdio.h>
#include <string.h>

/*
 * One server for a program's tests, a database for each of them.  PGSTAIR_TEST_SERVER: another
 * server than the one that "auto" finds ("docker:17").
 */
typedef struct {
    PgsServer *server;
    char *database;
    PgsConnection *connection; /* to it */
    PgsInventory *inventory;   /* of read_inventory() */
    PgsBench *bench;           /* of open_bench() */
    GPtrArray *results;        /* of set_up_results() (exercise_fixture.h), or NULL */
} Fixture;

static inline int
set_up_group(void **state)
{
    g_autoptr(GError) error = NULL;
    PgsServerOptions options = {.spec = g_getenv("PGSTAIR_TEST_SERVER")};
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->server = pgs_server_start(&options, NULL, &error);
    *state = fixture;
    if (fixture->server == NULL)
        fprintf(stderr, "%s\n", error->message);
    return fixture->server != NULL ? 0 : -1;
}

static inline int
tear_down_group(void **state)
{
    Fixture *fixture = *state;
    pgs_server_stop(fixture->server);
    g_free(fixture);
    return 0;
}

static inline PgsConnection *
connect_again(const Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    PgsConnection *connection = pgs_connection_open(pgs_server_conninfo(fixture->server),
                                                    fixture->database, 60 * 1000, NULL, &error);
    if (connection == NULL)
        fprintf(stderr, "%s\n", error->message);
    return connection;
}

static inline int
set_up(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    fixture->database = pgs_server_create_database(fixture->server, "exercise", NULL, &error);
    if (fixture->database != NULL)
        fixture->connection = connect_again(fixture);
    else
        fprintf(stderr, "%s\n", error->message);
    return fixture->connection != NULL ? 0 : -1;
}

static inline int
tear_down(void **state)
{
    Fixture *fixture = *state;
    g_clear_pointer(&fixture->results, g_ptr_array_unref);
    g_clear_pointer(&fixture->bench, pgs_bench_free);
    g_clear_pointer(&fixture->inventory, pgs_inventory_free);
    g_clear_pointer(&fixture->connection, pgs_connection_close);
    if (fixture->database != NULL)
        pgs_server_drop_database(fixture->server, fixture->database, NULL);
    g_clear_pointer(&fixture->database, g_free);
    return 0;
}

static inline void
run_sql(const Fixture *fixture, const char *sql)
{
    g_autoptr(GError) error = NULL;
    if (!pgs_connection_run(fixture->connection, sql, &error))
        fail_msg("%s", error->message);
}

/* The query's one value as text; "NULL" for NULL. */
static inline void
assert_value(const Fixture *fixture, const char *sql, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *value = NULL;
    if (!pgs_connection_value(fixture->connection, sql, &value, &error))
        fail_msg("%s", error->message);
    assert_string_equal(value != NULL ? value : "NULL", expected);
}

static inline const PgsInventory *
read_inventory(Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    g_clear_pointer(&fixture->inventory, pgs_inventory_free);
    fixture->inventory = pgs_inventory_read(fixture->connection, &error);
    if (fixture->inventory == NULL)
        fail_msg("%s", error->message);
    return fixture->inventory;
}

static inline PgsBench *
open_bench(Fixture *fixture, guint64 seed)
{
    g_autoptr(GError) error = NULL;
    g_clear_pointer(&fixture->bench, pgs_bench_free);
    fixture->bench = pgs_bench_new(fixture->connection, seed, &error);
    if (fixture->bench == NULL)
        fail_msg("%s", error->message);
    return fixture->bench;
}

#endif
