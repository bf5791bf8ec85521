#include "exercise/tautology.h"

#include "base/embedded.h"
#include "snapshot/query.h"

#include <stdlib.h>
#include <string.h>

extern const PgsEmbedded pgs_exercise_files[];

#define MEMORY "exercise.tautology"
#define TABLE "pg_temp.pgs_fold"

/* ---- steadiness ---- */

static PgsSteadiness
read_steadiness(const PGresult *result, int row)
{
    gboolean is_volatile = *PQgetvalue(result, row, 1) == 't';
    gboolean is_own = *PQgetvalue(result, row, 2) == 't';
    gboolean is_immutable = *PQgetvalue(result, row, 3) == 't';
    if (is_volatile)
        return PGS_STEADINESS_NONE;
    return is_immutable && !is_own ? PGS_STEADINESS_CERTAIN : PGS_STEADINESS_TRUSTED;
}

/* OID of pg_constraint → PgsSteadiness: one that is not there is not known. */
static GHashTable *
recall(PgsBench *bench, GError **error)
{
    GHashTable *known = pgs_bench_recall(bench, MEMORY);
    if (known != NULL)
        return known;
    g_autofree char *sql =
        pgs_query_expand(pgs_embedded_find(pgs_exercise_files, "check_functions.sql"),
                         pgs_bench_server_version(bench));
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    pgs_batch_begin(batch);
    pgs_batch_add(batch, sql);
    if (!pgs_batch_run(batch, pgs_bench_connection(bench), error))
        return NULL;
    known = g_hash_table_new(NULL, NULL);
    const PgsBatchResult *answer = pgs_batch_result(batch, 0);
    const PGresult *result = answer->failure == NULL ? answer->results->pdata[0] : NULL;
    for (int i = 0; result != NULL && i < PQntuples(result); i++) {
        guint oid = (guint)strtoul(PQgetvalue(result, i, 0), NULL, 10);
        g_hash_table_insert(known, GUINT_TO_POINTER(oid),
                            GINT_TO_POINTER(read_steadiness(result, i)));
    }
    pgs_bench_remember(bench, MEMORY, known, (GDestroyNotify)g_hash_table_unref);
    return known;
}

gboolean
pgs_check_steadiness(PgsBench *bench, const PgsRule *rule, PgsSteadiness *steadiness,
                     GError **error)
{
    GHashTable *known = recall(bench, error);
    if (known == NULL)
        return FALSE;
    *steadiness = GPOINTER_TO_INT(g_hash_table_lookup(known, GUINT_TO_POINTER(rule->oid)));
    return TRUE;
}

/* ---- what the planner folds ---- */

/* A table of the rule's columns alone; in it a domain's VALUE is a column of that name. */
static void
add_table(PgsBatch *batch, const PgsRule *rule)
{
    if (rule->relation != NULL)
        pgs_batch_add_printf(batch, "CREATE TEMPORARY TABLE pgs_fold (LIKE %s)",
                             rule->relation->identity);
    else
        pgs_batch_add_printf(batch, "CREATE TEMPORARY TABLE pgs_fold (value %s)",
                             rule->type->base_sql);
}

/* The expressions were printed for an empty path, and call the server's own functions alone. */
static void
add_question(PgsBatch *batch, const PgsRule *rule, const char *condition)
{
    pgs_batch_begin(batch);
    pgs_batch_add(batch, "SET LOCAL constraint_exclusion = on");
    pgs_batch_add(batch, "SET LOCAL search_path = ''");
    add_table(batch, rule);
    pgs_batch_add_printf(batch, "EXPLAIN (COSTS OFF) SELECT FROM " TABLE " AS t WHERE %s (%s)",
                         condition, rule->expression);
}

/* "Result", and below it, at its own depth, "One-Time Filter: false". */
static gboolean
is_folded(const PgsBatchResult *answer)
{
    if (answer->failure != NULL)
        return FALSE;
    const PGresult *plan = answer->results->pdata[answer->results->len - 1];
    return PQntuples(plan) >= 2 && strcmp(PQgetvalue(plan, 0, 0), "Result") == 0 &&
           strcmp(PQgetvalue(plan, 1, 0), "  One-Time Filter: false") == 0;
}

gboolean
pgs_tautology_prove(PgsBench *bench, const PgsRule *rule, PgsTautology *proven, GError **error)
{
    *proven = (PgsTautology){FALSE, FALSE};
    PgsSteadiness steadiness;
    if (!pgs_check_steadiness(bench, rule, &steadiness, error))
        return FALSE;
    if (steadiness != PGS_STEADINESS_CERTAIN)
        return TRUE;
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    add_question(batch, rule, "NOT");
    add_question(batch, rule, "");
    if (!pgs_batch_run(batch, pgs_bench_connection(bench), error))
        return FALSE;
    proven->never_false = is_folded(pgs_batch_result(batch, 0));
    proven->never_true = is_folded(pgs_batch_result(batch, 1));
    return TRUE;
}

static gboolean
may_be_null(const PgsRule *rule)
{
    for (guint i = 0; i < rule->n_columns; i++) {
        if (!rule->columns[i]->not_null)
            return TRUE;
    }
    return rule->n_columns == 0;
}

gboolean
pgs_tautology_prove_pair(PgsBench *bench, const PgsRule *rule, const PgsRule *other,
                         gboolean *never_both, GError **error)
{
    *never_both = FALSE;
    PgsSteadiness first, second;
    if (!pgs_check_steadiness(bench, rule, &first, error) ||
        !pgs_check_steadiness(bench, other, &second, error))
        return FALSE;
    if (first != PGS_STEADINESS_CERTAIN || second != PGS_STEADINESS_CERTAIN || may_be_null(rule) ||
        may_be_null(other))
        return TRUE;
    g_autofree char *condition = g_strdup_printf("(%s) AND", other->expression);
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    add_question(batch, rule, condition);
    if (!pgs_batch_run(batch, pgs_bench_connection(bench), error))
        return FALSE;
    *never_both = is_folded(pgs_batch_result(batch, 0));
    return TRUE;
}
