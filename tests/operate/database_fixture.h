#ifndef PGS_TESTS_DATABASE_FIXTURE_H
#define PGS_TESTS_DATABASE_FIXTURE_H

#include "ledger/database.h"
#include "operate/backup.h"
#include "server_fixture.h"

#include <string.h>

/* A database of a throwaway server as if it were somebody's. */
typedef struct {
    PgsDatabase target;
    PgsEnvironment *environment;
    GString *told;
} DatabaseFixture;

static inline void
database_fixture_hear(const char *text, gpointer data)
{
    g_string_append_printf(data, "%s\n", text);
}

static inline DatabaseFixture *
database_fixture_new(PgsServer *server, const char *database, const char *folder)
{
    DatabaseFixture *fixture = g_new0(DatabaseFixture, 1);
    fixture->environment = pgs_environment_new("test");
    fixture->environment->backup_folder = g_strdup(folder);
    fixture->told = g_string_new(NULL);
    fixture->target = (PgsDatabase){
        .server = server,
        .database = g_strdup(database),
        .place = g_strdup_printf("%s on the throwaway server", database),
        .environment = fixture->environment,
        .retry = {.attempts = 1},
        .told = database_fixture_hear,
        .told_data = fixture->told,
    };
    return fixture;
}

static inline void
database_fixture_free(DatabaseFixture *fixture)
{
    g_free(fixture->target.database);
    g_free(fixture->target.place);
    pgs_environment_free(fixture->environment);
    g_string_free(fixture->told, TRUE);
    g_free(fixture);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DatabaseFixture, database_fixture_free)

/* Statements in a database of the server. */
static inline void
database_fixture_run(PgsServer *server, const char *database, const char *sql)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsConnection) connection =
        pgs_connection_open(pgs_server_conninfo(server), database, 60000, NULL, &error);
    if (connection == NULL || !pgs_connection_run(connection, sql, &error))
        fprintf(stderr, "%s\n", error->message);
    assert_null(error);
}

/* One value; "" for NULL. */
static inline char *
database_fixture_ask(PgsServer *server, const char *database, const char *sql)
{
    g_autoptr(GError) error = NULL;
    char *value = NULL;
    g_autoptr(PgsConnection) connection =
        pgs_connection_open(pgs_server_conninfo(server), database, 60000, NULL, &error);
    if (connection == NULL || !pgs_connection_value(connection, sql, &value, &error))
        fprintf(stderr, "%s\n", error->message);
    assert_null(error);
    return value != NULL ? value : g_strdup("");
}

#define ASSERT_ASK(server, database, sql, expected)                                                \
    do {                                                                                           \
        g_autofree char *asked_ = database_fixture_ask(server, database, sql);                     \
        assert_string_equal(asked_, expected);                                                     \
    } while (0)

#endif
