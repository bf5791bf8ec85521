#include "exercise/referential_settle.h"

#include "pg/batch.h"

/* Looked up once for a bench. */
static gboolean
has_deferred_triggers(PgsBench *bench, gboolean *has, GError **error)
{
    const char *key = "referential_settle: deferred triggers";
    const char *known = pgs_bench_recall(bench, key);
    if (known == NULL) {
        g_autoptr(GPtrArray) texts = NULL;
        if (!pgs_referential_ask(bench,
                                 "SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE "
                                 "t.tgdeferrable AND NOT t.tgisinternal)",
                                 &texts, error))
            return FALSE;
        known = pgs_bench_keep(bench, texts != NULL ? g_ptr_array_index(texts, 0) : "f");
        pgs_bench_remember(bench, key, (gpointer)known, NULL);
    }
    *has = *known == 't';
    return TRUE;
}

gboolean
pgs_referential_rows_stay(const PgsReferentialRows *rows, gboolean *stay, GError **error)
{
    gboolean has;
    *stay = TRUE;
    if (!has_deferred_triggers(rows->bench, &has, error))
        return FALSE;
    if (!has)
        return TRUE;
    g_autofree char *target = pgs_referential_target(rows->rule->relation);
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    pgs_batch_begin(batch);
    pgs_batch_add(batch, "SET CONSTRAINTS ALL IMMEDIATE");
    guint n = 0;
    for (guint i = 0; i < 2; i++) {
        if (rows->children[i] == NULL)
            continue;
        g_autofree char *condition = pgs_stored_condition(rows->children[i]);
        pgs_batch_add_printf(batch, "SELECT 1 FROM %s WHERE %s", target, condition);
        n++;
    }
    if (!pgs_batch_run(batch, pgs_bench_connection(rows->bench), error))
        return FALSE;
    const PgsBatchResult *answer = pgs_batch_result(batch, 0);
    for (guint i = 0; answer->failure == NULL && i < n; i++)
        *stay = *stay && PQntuples(g_ptr_array_index(answer->results, 1 + i)) > 0;
    return TRUE;
}

gboolean
pgs_referential_settle(PgsBench *bench, GError **error)
{
    PgsConnection *connection = pgs_bench_connection(bench);
    return pgs_connection_run(connection,
                              "SAVEPOINT pgstair_settle; SET CONSTRAINTS ALL IMMEDIATE; SET "
                              "CONSTRAINTS ALL DEFERRED; RELEASE SAVEPOINT pgstair_settle",
                              NULL) ||
           pgs_connection_run(connection, "ROLLBACK TO SAVEPOINT pgstair_settle", error);
}
