#include "volume/volume_ground.h"

#include "base/text.h"

/* For superusers, and from 15 on for whom it is granted (docs, session_replication_role). */
static gboolean
find_privileges(PgsVolumeGround *ground, GError **error)
{
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    pgs_batch_begin(batch);
    pgs_batch_add(batch, "SET LOCAL session_replication_role = replica");
    pgs_batch_begin(batch);
    pgs_batch_add(batch, "SELECT pg_catalog.current_setting('search_path')");
    if (!pgs_batch_run(batch, ground->connection, error))
        return FALSE;
    ground->may_replicate = pgs_batch_result(batch, 0)->failure == NULL;
    const PgsBatchResult *path = pgs_batch_result(batch, 1);
    ground->search_path =
        g_strdup(path->failure == NULL ? PQgetvalue(path->results->pdata[0], 0, 0) : "pg_catalog");
    return TRUE;
}

gboolean
pgs_volume_ground_init(PgsVolumeGround *ground, PgsBench *bench, GError **error)
{
    ground->bench = bench;
    ground->connection = pgs_bench_connection(bench);
    if (!pgs_bench_begin(bench, error))
        return FALSE;
    gboolean is_known = find_privileges(ground, error);
    pgs_bench_rollback(bench);
    return is_known;
}

void
pgs_volume_ground_clear(PgsVolumeGround *ground)
{
    g_clear_pointer(&ground->search_path, g_free);
}

/*
 * A join is hashed, since nobody knows yet how many rows there are: a loop in a loop over 10,000
 * rows each would take minutes.  One process, so that rows come in the same order again.  What is
 * committed before it is on disk is not yet visible to all, for VACUUM (docs, synchronous_commit).
 */
gboolean
pgs_volume_begin(const PgsVolumeGround *ground, gboolean without_triggers, GError **error)
{
    g_autoptr(GString) sql =
        g_string_new("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL jit = off; "
                     "SET LOCAL enable_nestloop = off; SET LOCAL enable_mergejoin = off; "
                     "SET LOCAL max_parallel_workers_per_gather = 0; "
                     "SET LOCAL synchronize_seqscans = off; SET LOCAL synchronous_commit = on; "
                     "SELECT pg_catalog.set_config('search_path', ");
    pgs_text_append_literal(sql, ground->search_path);
    g_string_append(sql, ", true); SET CONSTRAINTS ALL DEFERRED");
    if (ground->may_replicate)
        g_string_append_printf(sql, "; SET LOCAL session_replication_role = %s",
                               without_triggers ? "replica" : "origin");
    if (pgs_connection_run(ground->connection, sql->str, error))
        return TRUE;
    pgs_volume_rollback(ground);
    return FALSE;
}

void
pgs_volume_rollback(const PgsVolumeGround *ground)
{
    if (pgs_connection_is_alive(ground->connection))
        pgs_connection_run(ground->connection, "ROLLBACK", NULL);
}

/* Whether the error is one of the statement's own: the next one may do better.  So many rows may
 * want more locks or memory than there are (a trigger that makes a table for each). */
static gboolean
is_refusal(const GError *error)
{
    return g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_STATEMENT) ||
           g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_TIMEOUT) ||
           g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_SHORTAGE);
}

gboolean
pgs_volume_run(const PgsVolumeGround *ground, const char *sql, gint64 *rows, PgsFailure **refusal,
               GError **error)
{
    GError *local = NULL;
    g_autoptr(PgsFailure) failure = NULL;
    g_autoptr(PGresult) result =
        pgs_connection_query(ground->connection, PGS_SHAPE_ANY, sql, 0, NULL, &failure, &local);
    if (result != NULL) {
        if (rows != NULL)
            *rows = g_ascii_strtoll(PQcmdTuples(result), NULL, 10);
        return TRUE;
    }
    if (!is_refusal(local)) {
        g_propagate_error(error, local);
        return FALSE;
    }
    if (failure == NULL)
        failure = pgs_failure_new_printf("57014", NULL, "%s", local->message);
    g_clear_error(&local);
    *refusal = g_steal_pointer(&failure);
    return FALSE;
}

gboolean
pgs_volume_commit(const PgsVolumeGround *ground, PgsFailure **refusal, GError **error)
{
    return pgs_volume_run(ground, "COMMIT", NULL, refusal, error);
}

gboolean
pgs_volume_count(const PgsVolumeGround *ground, const char *sql, gint64 *count, GError **error)
{
    g_autofree char *text = NULL;
    if (!pgs_connection_value(ground->connection, sql, &text, error))
        return FALSE;
    *count = text != NULL ? g_ascii_strtoll(text, NULL, 10) : 0;
    return TRUE;
}
