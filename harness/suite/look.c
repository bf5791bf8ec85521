#include "suite/look.h"

#include "base/embedded.h"
#include "base/error.h"
#include "snapshot/query.h"
#include "suite/bracket.h"

#include <string.h>

extern const PgsEmbedded pgs_suite_files[];

/* States that are kept; a suite has a handful. */
#define MAX_STATES 32

struct _PgsLook {
    gboolean cluster;
    char *ledger;
    char *fingerprint;  /* the query; NULL until a server's version is known */
    GPtrArray *queries; /* PgsCatalogQuery, for that version */
    GHashTable *states; /* fingerprint → PgsSnapshot */
    char *moment;       /* when it was last looked, and what was seen then; or NULL */
    PgsSnapshot *at_moment;
};

PgsLook *
pgs_look_new(gboolean cluster, const char *const *ledger)
{
    PgsLook *look = g_new0(PgsLook, 1);
    look->cluster = cluster;
    look->ledger = ledger != NULL ? g_strjoinv(",", (char **)ledger) : g_strdup("");
    look->states =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)pgs_snapshot_unref);
    return look;
}

void
pgs_look_free(PgsLook *look)
{
    if (look == NULL)
        return;
    g_hash_table_unref(look->states);
    g_clear_pointer(&look->queries, g_ptr_array_unref);
    g_clear_pointer(&look->at_moment, pgs_snapshot_unref);
    g_free(look->moment);
    g_free(look->fingerprint);
    g_free(look->ledger);
    g_free(look);
}

static void
take_object(guint32 anchor, PgsObject *object, gpointer data)
{
    (void)anchor;
    g_ptr_array_add(data, object);
}

static gboolean
set_session(const PgsLook *look, PgsConnection *connection, GError **error)
{
    const char *params[] = {look->ledger};
    g_autoptr(PGresult) set =
        pgs_connection_query(connection, PGS_SHAPE_ROW,
                             "SELECT pg_catalog.set_config('pgstair.ledger', $1, true),"
                             " pg_catalog.set_config('jit', 'off', true)",
                             1, params, NULL, error);
    return set != NULL;
}

/* All queries in one message: a round trip each would cost more than most of them. */
static gboolean
send_queries(const PgsLook *look, PgsConnection *connection, GError **error)
{
    g_autoptr(GString) message = g_string_new(NULL);
    for (guint i = 0; i < look->queries->len; i++) {
        const PgsCatalogQuery *query = g_ptr_array_index(look->queries, i);
        g_string_append_printf(message, "%s;\n", query->whole);
    }
    return pgs_connection_send(connection, message->str, error);
}

static PgsSnapshot *
read_whole(const PgsLook *look, PgsConnection *connection, GError **error)
{
    if (!set_session(look, connection, error) || !send_queries(look, connection, error))
        return NULL;
    g_autoptr(GPtrArray) objects = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_object_unref);
    g_autoptr(GError) local = NULL;
    PGresult *next;
    while ((next = pgs_connection_next(connection, &local)) != NULL) {
        g_autoptr(PGresult) result = next;
        if (local == NULL && !pgs_query_rows(result, take_object, objects)) {
            g_autoptr(PgsFailure) failure = pgs_failure_new(result, NULL);
            g_autofree char *text = pgs_failure_to_string(failure);
            pgs_error_set(&local, PGS_PG_ERROR, PGS_PG_ERROR_STATEMENT, NULL, "%s", text);
        }
    }
    if (local != NULL) {
        g_propagate_prefixed_error(error, g_steal_pointer(&local), "reading the catalog: ");
        return NULL;
    }
    g_autofree char *version =
        g_strdup(PQparameterStatus(pgs_connection_raw(connection), "server_version"));
    if (version != NULL)
        version[strcspn(version, " ")] = '\0'; /* without the packager's part */
    return pgs_snapshot_new(g_steal_pointer(&objects), version);
}

/*
 * What a session sees that has written nothing follows from its MVCC snapshot alone; of one that
 * has, from that and from how far the WAL has come, since no change of a catalog, nor one taken
 * back with a savepoint, goes without a record there.  *moment names all of it.  Hashing the
 * catalogs takes ten times as long.
 */
static gboolean
read_moment(PgsConnection *connection, char **moment, GError **error)
{
    return pgs_connection_value(
        connection,
        "SELECT pg_catalog.concat_ws(' ', pg_catalog.pg_postmaster_start_time(),"
        " pg_catalog.pg_backend_pid(), pg_catalog.pg_current_snapshot(),"
        " pg_catalog.pg_current_xact_id_if_assigned(),"
        " CASE WHEN pg_catalog.pg_current_xact_id_if_assigned() IS NOT NULL"
        " THEN pg_catalog.pg_current_wal_insert_lsn() END)",
        moment, error);
}

/* Known or new, by its fingerprint. */
static PgsSnapshot *
find_state(PgsLook *look, PgsConnection *connection, GError **error)
{
    g_autofree char *fingerprint = NULL;
    if (!pgs_connection_value(connection, look->fingerprint, &fingerprint, error))
        return NULL;
    PgsSnapshot *known = g_hash_table_lookup(look->states, fingerprint);
    if (known != NULL)
        return pgs_snapshot_ref(known);
    PgsSnapshot *snapshot = read_whole(look, connection, error);
    if (snapshot == NULL)
        return NULL;
    if (g_hash_table_size(look->states) >= MAX_STATES)
        g_hash_table_remove_all(look->states);
    g_hash_table_insert(look->states, g_steal_pointer(&fingerprint), pgs_snapshot_ref(snapshot));
    return snapshot;
}

/* In the bracket. */
static PgsSnapshot *
find_moment(PgsLook *look, PgsConnection *connection, GError **error)
{
    g_autofree char *moment = NULL;
    if (!read_moment(connection, &moment, error))
        return NULL;
    if (g_strcmp0(moment, look->moment) == 0)
        return pgs_snapshot_ref(look->at_moment);
    PgsSnapshot *snapshot = find_state(look, connection, error);
    if (snapshot != NULL) {
        g_clear_pointer(&look->at_moment, pgs_snapshot_unref);
        look->at_moment = pgs_snapshot_ref(snapshot);
        g_free(look->moment);
        look->moment = g_steal_pointer(&moment);
    }
    return snapshot;
}

PgsSnapshot *
pgs_look_at(PgsLook *look, PgsConnection *connection, GError **error)
{
    if (look->queries == NULL) {
        int version = pgs_connection_version(connection);
        look->queries = pgs_catalog_queries(version, look->cluster);
        g_autofree char *chosen =
            pgs_query_choose(pgs_embedded_find(pgs_suite_files, "fingerprint.sql"),
                             pgs_connection_is_superuser(connection));
        look->fingerprint = pgs_query_expand(chosen, version);
    }
    PgsBracket bracket;
    if (!pgs_bracket_open_plain(&bracket, connection, error))
        return NULL;
    g_autoptr(PgsSnapshot) snapshot = find_moment(look, connection, error);
    if (!pgs_bracket_undo(&bracket, snapshot != NULL ? error : NULL))
        return NULL;
    return g_steal_pointer(&snapshot);
}
