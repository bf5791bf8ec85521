#include "volume/volume_finish.h"

#include "base/embedded.h"
#include "snapshot/query.h"

extern const PgsEmbedded pgs_volume_files[];

enum {
    SAMPLED = 300, /* rows that ANALYZE reads for each unit of the statistics target (analyze.c) */
    DEFAULT_TARGET = 100,
    MOST_TARGET = 10000,
};

/* ---- statistics ---- */

/* The target by which ANALYZE reads every row. */
static guint
target_for(gint64 rows)
{
    gint64 target = (rows + SAMPLED - 1) / SAMPLED;
    return (guint)CLAMP(target, DEFAULT_TARGET, MOST_TARGET);
}

static gboolean
set_target(const PgsVolumeGround *ground, PgsVolumeTable *table, GError **error)
{
    g_autofree char *sql = NULL;
    guint target = table != NULL ? target_for(table->rows) : DEFAULT_TARGET;
    if (target > DEFAULT_TARGET) {
        sql = g_strdup_printf("SET default_statistics_target = %u", target);
        pgs_volume_table_note(
            table, g_strdup_printf("analyzed with a statistics target of %u, so that all of its "
                                   "rows are read",
                                   target));
    }
    return pgs_connection_run(ground->connection,
                              sql != NULL ? sql : "RESET default_statistics_target", error);
}

/* Who may not VACUUM or ANALYZE a table is only warned. */
static gboolean
note_unanalyzed(const PgsVolumeGround *ground, PgsVolumeTable *table, GError **error)
{
    gint64 is_known = 1;
    g_autofree char *sql = g_strdup_printf(
        "SELECT (reltuples > 0)::pg_catalog.int4 FROM pg_catalog.pg_class WHERE oid = %u",
        table->relation->oid);
    if (ground->may_replicate || table->rows == 0 || table->relation->kind == 'p')
        return TRUE;
    if (!pgs_volume_count(ground, sql, &is_known, error))
        return FALSE;
    if (is_known == 0)
        pgs_volume_table_note(table, g_strdup("without statistics: this user may not ANALYZE it"));
    return TRUE;
}

/* Few dead rows would be left where they are, and their pages not be visible to all (docs,
 * INDEX_CLEANUP). */
static gboolean
analyze_one(const PgsVolumeGround *ground, PgsVolumeTable *table, GError **error)
{
    static const char *const commands[] = {"VACUUM (ANALYZE, INDEX_CLEANUP ON)", "ANALYZE"};
    if (!set_target(ground, table, error))
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(commands); i++) {
        g_autoptr(PgsFailure) refusal = NULL;
        g_autofree char *sql = g_strdup_printf("%s %s", commands[i], table->relation->identity);
        GError *local = NULL;
        if (pgs_volume_run(ground, sql, NULL, &refusal, &local))
            break;
        if (refusal == NULL) {
            g_propagate_error(error, local);
            return FALSE;
        }
        pgs_volume_table_note(table, g_strdup_printf("%s: %s", commands[i], refusal->message));
    }
    return note_unanalyzed(ground, table, error);
}

/* ---- materialized views ---- */

static PGresult *
find_views(const PgsVolumeGround *ground, const GPtrArray *tables, GError **error)
{
    g_autofree char *sql =
        pgs_query_expand(pgs_embedded_find(pgs_volume_files, "reading_views.sql"),
                         pgs_connection_version(ground->connection));
    g_autoptr(GString) oids = g_string_new("{");
    for (guint i = 0; i < tables->len; i++) {
        const PgsVolumeTable *table = tables->pdata[i];
        g_string_append_printf(oids, "%s%u", i > 0 ? "," : "", table->relation->oid);
    }
    g_string_append_c(oids, '}');
    const char *parameter = oids->str;
    return pgs_connection_query(ground->connection, PGS_SHAPE_ANY, sql, 1, &parameter, NULL, error);
}

static gboolean
refresh_views(const PgsVolumeGround *ground, const GPtrArray *tables, GError **error)
{
    g_autoptr(PGresult) views = find_views(ground, tables, error);
    if (views == NULL)
        return FALSE;
    for (int i = 0; i < PQntuples(views); i++) {
        const char *name = PQgetvalue(views, i, 0);
        g_autofree char *refresh = g_strdup_printf("REFRESH MATERIALIZED VIEW %s", name);
        g_autofree char *analyze = g_strdup_printf("VACUUM (ANALYZE, INDEX_CLEANUP ON) %s", name);
        const char *statements[] = {refresh, analyze};
        for (guint j = 0; j < G_N_ELEMENTS(statements); j++) {
            g_autoptr(PgsFailure) refusal = NULL;
            if (pgs_volume_run(ground, statements[j], NULL, &refusal, error))
                continue;
            if (refusal == NULL)
                return FALSE;
            pgs_volume_table_note(tables->pdata[0],
                                  g_strdup_printf("%s: %s", statements[j], refusal->message));
            break;
        }
    }
    return TRUE;
}

gboolean
pgs_volume_finish(const PgsVolumeGround *ground, const GPtrArray *tables, GError **error)
{
    for (guint i = 0; i < tables->len; i++) {
        PgsVolumeTable *table = tables->pdata[i];
        if (table->relation->kind != 'f' && !analyze_one(ground, table, error))
            return FALSE;
    }
    return set_target(ground, NULL, error) &&
           (tables->len == 0 || refresh_views(ground, tables, error));
}
