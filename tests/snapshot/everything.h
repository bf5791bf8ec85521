#ifndef PGS_TESTS_SNAPSHOT_EVERYTHING_H
#define PGS_TESTS_SNAPSHOT_EVERYTHING_H

#include "cmocka_all.h"

#include "pg/connection.h"
#include "server/server.h"
#include "snapshot/query.h"
#include "snapshot/snapshot.h"

#include <string.h>

/* A server with a database that everything.sql filled, and how to read all of it at once. */
typedef struct {
    PgsServer *server;
    char *database;
    PgsConnection *connection;
    GPtrArray *queries; /* PgsCatalogQuery, those of the cluster too; prepared on connection */
} Everything;

static inline void
everything_prepare(Everything *everything)
{
    for (guint i = 0; i < everything->queries->len; i++) {
        const PgsCatalogQuery *query = g_ptr_array_index(everything->queries, i);
        g_autofree char *whole = g_strdup_printf("PREPARE whole_%u AS %s", i, query->whole);
        g_autoptr(GError) error = NULL;
        if (!pgs_connection_run(everything->connection, whole, &error))
            g_error("%s: %s", query->name, error->message);
        if (query->scoped == NULL)
            continue;
        g_autofree char *scoped =
            g_strdup_printf("PREPARE scoped_%u (oid[]) AS %s", i, query->scoped);
        if (!pgs_connection_run(everything->connection, scoped, &error))
            g_error("%s, scoped: %s", query->name, error->message);
    }
}

static inline void
everything_run(Everything *everything, const char *sql)
{
    g_autoptr(GError) error = NULL;
    if (!pgs_connection_run(everything->connection, sql, &error))
        g_error("%s: %s", sql, error->message);
}

/* Makes a database and connects to it, in place of the one that it was connected to. */
static inline void
everything_connect(Everything *everything, const char *hint)
{
    g_autoptr(GError) error = NULL;
    g_clear_pointer(&everything->connection, pgs_connection_close);
    g_free(everything->database);
    everything->database = pgs_server_create_database(everything->server, hint, NULL, &error);
    if (everything->database == NULL)
        g_error("%s", error->message);
    everything->connection = pgs_connection_open(pgs_server_conninfo(everything->server),
                                                 everything->database, 60 * 1000, NULL, &error);
    if (everything->connection == NULL)
        g_error("%s", error->message);
    everything_run(everything, "SET search_path = ''; SET jit = off;"
                               "SET plan_cache_mode = force_generic_plan");
    everything_prepare(everything);
}

/* A server with an empty database; everything_fill() fills it. */
static inline Everything *
everything_new(void)
{
    g_autoptr(GError) error = NULL;
    Everything *everything = g_new0(Everything, 1);
    everything->server = pgs_server_start(&(PgsServerOptions){.spec = "local"}, NULL, &error);
    if (everything->server == NULL)
        g_error("%s", error->message);
    everything->queries = pgs_catalog_queries(pgs_server_version_number(everything->server), TRUE);
    everything_connect(everything, "everything");
    return everything;
}

/* Once more, in another database of the server, only what is not the server's. */
static inline void
everything_fill_database(Everything *everything, gboolean again)
{
    g_autofree char *text = NULL;
    if (!g_file_get_contents(PGS_TEST_DIR "/everything.sql", &text, NULL, NULL))
        g_error("no everything.sql");
    g_autofree char *sql = pgs_query_expand(text, pgs_connection_version(everything->connection));
    everything_run(everything, "SET search_path = public");
    everything_run(everything, again ? strstr(sql, "-- The database itself.") : sql);
    if (pgs_connection_version(everything->connection) >= 150000) {
        if (!again) {
            everything_run(everything, "SET allow_in_place_tablespaces = on");
            everything_run(everything, "CREATE TABLESPACE pgs_space OWNER pgs_owner LOCATION ''"
                                       " WITH (random_page_cost = 2)");
            everything_run(everything, "COMMENT ON TABLESPACE pgs_space IS 'here';"
                                       "GRANT CREATE ON TABLESPACE pgs_space TO pgs_app");
        }
        everything_run(everything,
                       "CREATE TABLE app.placed (a integer) TABLESPACE pgs_space;"
                       "CREATE INDEX placed_idx ON app.placed (a) TABLESPACE pgs_space");
    }
    everything_run(everything, "SET search_path = ''");
}

static inline void
everything_fill(Everything *everything)
{
    everything_fill_database(everything, FALSE);
}

/* The files of expectations hold for this version. */
static inline gboolean
everything_is_15(const Everything *everything)
{
    return pgs_connection_version(everything->connection) / 10000 == 15;
}

static inline void
everything_free(Everything *everything)
{
    g_ptr_array_unref(everything->queries);
    pgs_connection_close(everything->connection);
    pgs_server_stop(everything->server);
    g_free(everything->database);
    g_free(everything);
}

static inline void
everything_take(G_GNUC_UNUSED guint32 anchor, PgsObject *object, gpointer objects)
{
    g_ptr_array_add(objects, object);
}

/* The whole catalog, as it is now. */
static inline PgsSnapshot *
everything_read(Everything *everything)
{
    GPtrArray *objects = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_object_unref);
    for (guint i = 0; i < everything->queries->len; i++) {
        const PgsCatalogQuery *query = g_ptr_array_index(everything->queries, i);
        g_autofree char *execute = g_strdup_printf("EXECUTE whole_%u", i);
        g_autoptr(GError) error = NULL;
        g_autoptr(PGresult) result = pgs_connection_query(everything->connection, PGS_SHAPE_ANY,
                                                          execute, 0, NULL, NULL, &error);
        if (result == NULL)
            g_error("%s: %s", query->name, error->message);
        if (!pgs_query_rows(result, everything_take, objects))
            g_error("%s: not the columns of a catalog query", query->name);
    }
    return pgs_snapshot_new(objects, "15");
}

#endif
