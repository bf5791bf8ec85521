#ifndef PGS_TESTS_PG_FIXTURE_H
#define PGS_TESTS_PG_FIXTURE_H

#include "pg/connection.h"
#include "server_fixture.h"

#include <string.h>

typedef struct {
    PgsServer *server;
    PgsConnection *connection;
    PgsConnection *other;
    GCancellable *cancellable;
} Fixture;

static inline PgsConnection *
open_connection(const Fixture *fixture, guint timeout, GCancellable *cancellable)
{
    g_autoptr(GError) error = NULL;
    PgsConnection *connection = pgs_connection_open(pgs_server_conninfo(fixture->server),
                                                    "postgres", timeout, cancellable, &error);
    if (error != NULL)
        fprintf(stderr, "%s\n", error->message);
    return connection;
}

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

/* Also a table whose first row waits for the other session, which does not end by itself. */
static inline int
set_up(void **state)
{
    Fixture *fixture = *state;
    fixture->cancellable = g_cancellable_new();
    fixture->connection = open_connection(fixture, 60 * 1000, fixture->cancellable);
    fixture->other = open_connection(fixture, 0, NULL);
    static const char sql[] =
        "DROP TABLE IF EXISTS t, blocked; CREATE TABLE t (a int PRIMARY KEY, b text);"
        "CREATE TABLE blocked (a int, b text);"
        "CREATE OR REPLACE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN PERFORM pg_advisory_xact_lock(1); RETURN new; END $$;"
        "CREATE TRIGGER wait BEFORE INSERT ON blocked FOR EACH ROW EXECUTE FUNCTION wait();"
        "SELECT pg_advisory_lock(1)";
    return fixture->connection != NULL && fixture->other != NULL &&
                   pgs_connection_run(fixture->other, sql, NULL)
               ? 0
               : -1;
}

static inline int
tear_down(void **state)
{
    Fixture *fixture = *state;
    g_clear_pointer(&fixture->connection, pgs_connection_close);
    g_clear_pointer(&fixture->other, pgs_connection_close);
    g_clear_object(&fixture->cancellable);
    return 0;
}

static inline void
run_sql(PgsConnection *connection, const char *sql)
{
    g_autoptr(GError) error = NULL;
    if (!pgs_connection_run(connection, sql, &error))
        fail_msg("%s", error->message);
}

static inline void
assert_value(PgsConnection *connection, const char *sql, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *value = NULL;
    if (!pgs_connection_value(connection, sql, &value, &error))
        fail_msg("%s", error->message);
    assert_string_equal(value, expected);
}

#endif
