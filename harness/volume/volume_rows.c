#include "volume/volume_rows.h"

#include "synthesis/synthesis.h"

#include <string.h>

enum {
    MOST = 200,
};

#define TIME (10 * G_USEC_PER_SEC)

/*
 * The statements that make the rows, with all that they refer to: the bench takes them back, and
 * they are run once more to stay.  NULL without error: *reason.
 */
static char *
write_script(const PgsVolumeGround *ground, const PgsRelation *relation, gint64 missing,
             char **reason, GError **error)
{
    if (!pgs_bench_begin(ground->bench, error))
        return NULL;
    GError *local = NULL;
    guint n = 0;
    gint64 end = g_get_monotonic_time() + TIME;
    for (; n < MIN(missing, MOST) && g_get_monotonic_time() < end; n++) {
        g_autoptr(PgsStored) stored =
            pgs_synthesis_make(ground->bench, relation, NULL, 0, reason, &local);
        if (stored == NULL)
            break;
    }
    char *script = local == NULL && n > 0 ? pgs_synthesis_script(ground->bench) : NULL;
    pgs_bench_rollback(ground->bench);
    if (local != NULL)
        g_propagate_error(error, local);
    return script;
}

static gboolean
run_script(const PgsVolumeGround *ground, const char *script, char **reason, GError **error)
{
    g_autoptr(GError) local = NULL;
    g_autoptr(PgsFailure) refusal = NULL;
    if (!pgs_volume_begin(ground, FALSE, error))
        return FALSE;
    if (pgs_connection_run(ground->connection, script, &local) &&
        pgs_volume_commit(ground, &refusal, &local))
        return TRUE;
    pgs_volume_rollback(ground);
    if (refusal == NULL && !g_error_matches(local, PGS_PG_ERROR, PGS_PG_ERROR_STATEMENT)) {
        g_propagate_error(error, g_steal_pointer(&local));
        return FALSE;
    }
    g_free(*reason);
    /* Behind its first line stands the whole script. */
    const char *said = refusal != NULL ? refusal->message : local->message;
    *reason = g_strndup(said, strcspn(said, "\n"));
    return TRUE;
}

static gboolean
count(const PgsVolumeGround *ground, const PgsRelation *relation, gint64 *n, GError **error)
{
    g_autofree char *sql =
        g_strdup_printf("SELECT pg_catalog.count(*) FROM %s", relation->identity);
    return pgs_volume_count(ground, sql, n, error);
}

gboolean
pgs_volume_rows(const PgsVolumeGround *ground, const PgsRelation *relation, gint64 missing,
                gint64 *inserted, PgsVolumeTable *table, const PgsFailure *refusal, GError **error)
{
    g_autofree char *reason = NULL;
    gint64 before, after;
    GError *local = NULL;
    g_autofree char *script = write_script(ground, relation, missing, &reason, &local);
    if (local != NULL) {
        g_propagate_error(error, local);
        return FALSE;
    }
    if (!count(ground, relation, &before, error) ||
        (script != NULL && !run_script(ground, script, &reason, error)) ||
        !count(ground, relation, &after, error))
        return FALSE;
    *inserted = after - before;
    const char *said = refusal != NULL ? refusal->message : "no row of one was kept";
    if (*inserted > 0)
        pgs_volume_table_note(
            table,
            g_strdup_printf("%s: rows made one by one, since INSERT … SELECT was refused: %s",
                            relation->identity, said));
    if (table->reason == NULL)
        table->reason = g_strdup_printf(
            "no statement could fill %s (%s), and one by one %s", relation->identity, said,
            reason != NULL ? reason : "only some hundred rows are made");
    return TRUE;
}
