#include "inventory/sandbox.h"

#include "base/text.h"
#include "inventory/value.h"

enum {
    MAX_SCHEMAS = 20, /* that are added to the search_path */
};

/* All said, since a database's or a role's settings may say otherwise. */
#define BEGIN_SQL "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; "
#define SAVEPOINT_SQL "SAVEPOINT pgstair_sandbox; "
#define BACK_SQL "ROLLBACK TO SAVEPOINT pgstair_sandbox; RELEASE SAVEPOINT pgstair_sandbox"

gboolean
pgs_sandbox_begin(PgsSandbox *sandbox, PgsConnection *connection, const char *prelude,
                  GError **error)
{
    sandbox->connection = connection;
    sandbox->is_embedded = PQtransactionStatus(pgs_connection_raw(connection)) != PQTRANS_IDLE;
    g_autofree char *sql =
        g_strconcat(sandbox->is_embedded ? SAVEPOINT_SQL : BEGIN_SQL, prelude, NULL);
    if (pgs_connection_run(connection, sql, error))
        return TRUE;
    pgs_sandbox_rollback(sandbox);
    return FALSE;
}

void
pgs_sandbox_rollback(PgsSandbox *sandbox)
{
    PgsConnection *connection = g_steal_pointer(&sandbox->connection);
    if (connection != NULL && pgs_connection_is_alive(connection))
        pgs_connection_run(connection, sandbox->is_embedded ? BACK_SQL : "ROLLBACK", NULL);
}

/* ---- what it begins with ---- */

/* A catalog's text, or "" for NULL. */
static char *
look_up(PgsConnection *connection, const char *sql, GError **error)
{
    char *text;
    if (!pgs_connection_value(connection, sql, &text, error))
        return NULL;
    return text != NULL ? text : g_strdup("");
}

/*
 * The session's own search_path, and behind it the schemas that there are: functions of triggers
 * and rules name things as their users' sessions find them, and which path those have is not known.
 */
static gboolean
add_search_path(PgsConnection *connection, const PgsInventory *inventory, GString *prelude,
                GError **error)
{
    g_autofree char *own =
        look_up(connection, "SELECT pg_catalog.current_setting('search_path')", error);
    if (own == NULL)
        return FALSE;
    g_autoptr(GString) path = g_string_new(own);
    g_autoptr(GHashTable) schemas = g_hash_table_new(g_str_hash, g_str_equal);
    const GPtrArray *relations = pgs_inventory_relations(inventory);
    for (guint i = 0; i < relations->len && g_hash_table_size(schemas) < MAX_SCHEMAS; i++) {
        const PgsRelation *relation = relations->pdata[i];
        if (!g_hash_table_add(schemas, relation->schema))
            continue;
        g_autofree char *quoted = pgs_connection_quote(connection, relation->schema);
        g_string_append_printf(path, "%s%s", path->len > 0 ? ", " : "", quoted);
    }
    /* What it says need not be what SET would read: set_config() takes any text. */
    g_string_append(prelude, "SELECT pg_catalog.set_config('search_path', ");
    pgs_text_append_literal(prelude, path->str);
    g_string_append(prelude, ", true); ");
    return TRUE;
}

/* An event trigger would see each rule that is dropped and put back. */
static gboolean
add_event_triggers(PgsConnection *connection, GString *prelude, GError **error)
{
    if (pgs_connection_version(connection) >= 170000) {
        g_string_append(prelude, "SET LOCAL event_triggers = off; ");
        return TRUE;
    }
    g_autofree char *statements =
        look_up(connection,
                "SELECT pg_catalog.string_agg(pg_catalog.format('ALTER EVENT TRIGGER %I DISABLE; ',"
                " evtname), '' ORDER BY evtname) FROM pg_catalog.pg_event_trigger "
                "WHERE evtenabled <> 'D'",
                error);
    if (statements != NULL)
        g_string_append(prelude, statements);
    return statements != NULL;
}

char *
pgs_sandbox_prelude(PgsConnection *connection, const PgsInventory *inventory, GError **error)
{
    g_autoptr(GString) prelude =
        g_string_new("SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL jit = off; ");
    if (pgs_connection_version(connection) >= 170000)
        g_string_append(prelude, "SET LOCAL transaction_timeout = 0; ");
    if (!add_search_path(connection, inventory, prelude, error))
        return NULL;
    if (pgs_connection_is_superuser(connection)) {
        /* A database's or a role's own is told once (exercise.settings), not by each rule. */
        g_string_append(prelude, "SET LOCAL session_replication_role = origin; ");
        if (!add_event_triggers(connection, prelude, error))
            return NULL;
    }
    g_string_append(prelude, "SET CONSTRAINTS ALL DEFERRED; ");
    return g_string_free(g_steal_pointer(&prelude), FALSE);
}
