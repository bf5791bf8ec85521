#include "volume/volume_late.h"

#include "synthesis/synthesis_recipe.h"
#include "volume/distribution.h"
#include "volume/fill_link.h"

/* Whether a key is about nothing but the link's columns. */
static gboolean
is_key(const PgsRelation *relation, const PgsFillLink *link)
{
    g_autoptr(GPtrArray) keys = pgs_relation_keys(relation);
    for (guint i = 0; i < keys->len; i++) {
        g_autoptr(GPtrArray) columns = pgs_rule_key_columns(relation, keys->pdata[i]);
        gboolean is_all = TRUE;
        for (guint j = 0; j < columns->len; j++)
            is_all = is_all && g_ptr_array_find(link->columns, columns->pdata[j], NULL);
        if (is_all)
            return TRUE;
    }
    return FALSE;
}

/*
 * Rows are taken in the order in which they lie, by their places, so that they lie in the same
 * order afterwards.
 */
static char *
write_update(PgsFill *links, const PgsFillLink *link)
{
    const PgsRelation *relation = links->relation;
    guint64 seed = pgs_bench_seed(links->bench);
    g_autofree char *stream = g_strdup_printf("%s %s row", relation->identity, link->rule->name);
    g_autofree char *unit = pgs_fill_unit(seed, stream, "c.i");
    g_autofree char *null_stream =
        g_strdup_printf("%s %s null", relation->identity, link->rule->name);
    g_autofree char *null_unit = pgs_fill_unit(seed, null_stream, "c.i");
    g_autofree char *number =
        is_key(relation, link) ? g_strdup("c.i") : pgs_distribution_skewed(unit, link->n_parents);
    GString *sql = g_string_new(NULL);
    g_string_append_printf(sql, "UPDATE ONLY %s AS t SET ", relation->identity);
    for (guint i = 0; i < link->columns->len; i++) {
        const PgsColumn *column = link->columns->pdata[i];
        g_string_append_printf(sql, "%s%s = CAST(s.k%u AS %s)", i > 0 ? ", " : "", column->quoted,
                               i, column->type_sql);
    }
    g_string_append(sql, " FROM (SELECT c.place, r.* FROM (SELECT c.ctid AS place, "
                         "pg_catalog.row_number() OVER (ORDER BY c.ctid) AS i ");
    g_string_append_printf(sql, "FROM ONLY %s AS c) AS c JOIN (", relation->identity);
    pgs_fill_append_parents(sql, links, link);
    g_string_append_printf(sql, ") AS r ON r.n = %s", number);
    if (link->is_nullable)
        g_string_append_printf(sql, " WHERE %s >= " PGS_FILL_RARE_SQL, null_unit);
    g_string_append(sql, " ORDER BY c.place) AS s WHERE t.ctid = s.place");
    return g_string_free(sql, FALSE);
}

/* By places, one after the other: a nested loop, and nothing that would mix them. */
static gboolean
update(const PgsVolumeGround *ground, const char *sql, PgsFailure **refusal, GError **error)
{
    if (!pgs_volume_begin(ground, ground->may_replicate, error))
        return FALSE;
    if (pgs_connection_run(ground->connection, "SET LOCAL enable_nestloop = on", error) &&
        pgs_volume_run(ground, sql, NULL, refusal, error) &&
        pgs_volume_commit(ground, refusal, error))
        return TRUE;
    pgs_volume_rollback(ground);
    return FALSE;
}

static gboolean
refer(const PgsVolumeGround *ground, PgsFill *links, PgsFillLink *link, PgsVolumeTable *table,
      GError **error)
{
    g_autoptr(PgsFailure) refusal = NULL;
    GError *local = NULL;
    if (link->kind != PGS_LINK_SKEWED || link->n_fixed > 0) {
        pgs_volume_table_note(table, g_strdup_printf("%s refers to no row: the tables refer to "
                                                     "each other",
                                                     link->rule->name));
        return TRUE;
    }
    g_autofree char *sql = write_update(links, link);
    if (update(ground, sql, &refusal, &local))
        return TRUE;
    if (refusal == NULL) {
        g_propagate_error(error, local);
        return FALSE;
    }
    pgs_volume_table_note(
        table, g_strdup_printf("%s refers to no row: %s", link->rule->name, refusal->message));
    return TRUE;
}

static gboolean
refer_leaf(const PgsVolumeGround *ground, const PgsVolumeStep *step, const PgsRelation *leaf,
           PgsVolumeTable *table, GError **error)
{
    const PgsFillOptions options = {.rows = table->rows};
    g_autoptr(PgsFill) links = pgs_fill_links(ground->bench, leaf, &options, error);
    if (links == NULL)
        return FALSE;
    for (guint i = 0; i < links->links->len; i++) {
        PgsFillLink *link = links->links->pdata[i];
        if (g_ptr_array_find(step->late, link->rule, NULL) &&
            !refer(ground, links, link, table, error))
            return FALSE;
    }
    return TRUE;
}

/* Without what the rows were before; who may not do that, leaves it. */
static gboolean
rewrite(const PgsVolumeGround *ground, const PgsRelation *leaf, GError **error)
{
    g_autoptr(PgsFailure) refusal = NULL;
    g_autofree char *sql = g_strdup_printf("VACUUM (FULL) %s", leaf->identity);
    return pgs_volume_run(ground, sql, NULL, &refusal, error) || refusal != NULL;
}

gboolean
pgs_volume_refer_late(const PgsVolumeGround *ground, const PgsVolumeStep *step,
                      PgsVolumeTable *table, GError **error)
{
    g_autoptr(GPtrArray) leaves = pgs_relation_leaves(step->relation);
    for (guint i = 0; i < leaves->len && step->late->len > 0 && table->rows > table->before; i++) {
        const PgsRelation *leaf = leaves->pdata[i];
        if (leaf->kind != 'r')
            continue;
        if (!refer_leaf(ground, step, leaf, table, error) || !rewrite(ground, leaf, error))
            return FALSE;
    }
    return TRUE;
}
