#include "exercise/referential_deferral.h"

#include "exercise/proof.h"
#include "exercise/proof_mask.h"
#include "inventory/sandbox.h"

#include <string.h>

enum {
    MAX_ROUNDS = 5, /* so many rules that refuse the same orphan are dropped */
};

/* An attempt that ends where the key refuses, and only there. */
typedef struct {
    PgsReferentialRows *rows;
    GPtrArray *statements; /* char * */
    guint expected;        /* the statement that has to be refused */
    GPtrArray *prelude;    /* char *: what clears its way, in front of them */
    guint n_before;        /* so many */
    PgsBatch *batch;
} Try;

static void
try_clear(Try *try)
{
    g_clear_pointer(&try->statements, g_ptr_array_unref);
    g_clear_pointer(&try->prelude, g_ptr_array_unref);
    g_clear_pointer(&try->batch, pgs_batch_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Try, try_clear)

static gboolean
run_once(Try *try, GError **error)
{
    g_clear_pointer(&try->batch, pgs_batch_free);
    try->batch = pgs_batch_new();
    pgs_batch_begin(try->batch);
    for (guint i = 0; i < try->prelude->len; i++)
        pgs_batch_add(try->batch, g_ptr_array_index(try->prelude, i));
    for (guint i = 0; i < try->statements->len; i++)
        pgs_batch_add(try->batch, g_ptr_array_index(try->statements, i));
    return pgs_batch_run(try->batch, pgs_bench_connection(try->rows->bench), error);
}

/* Rules and triggers that refuse the same orphan are out of the way in the end. */
static gboolean
run(Try *try, GError **error)
{
    const PgsReferentialRows *rows = try->rows;
    try->prelude = g_ptr_array_new_with_free_func(g_free);
    gboolean triggers_on = TRUE;
    for (guint round = 0; round < MAX_ROUNDS; round++) {
        if (!run_once(try, error))
            return FALSE;
        const PgsFailure *failure = pgs_batch_result(try->batch, 0)->failure;
        if (failure == NULL || pgs_rule_is_named(rows->bench, rows->rule, failure))
            return TRUE;
        g_autoptr(PgsMask) mask = pgs_mask_new(rows->bench, rows->child, failure, triggers_on);
        if (mask == NULL)
            return TRUE;
        triggers_on = triggers_on && !mask->is_triggers;
        if (try->prelude->len == 0)
            g_ptr_array_add(try->prelude, g_strdup("SET CONSTRAINTS ALL IMMEDIATE"));
        for (guint i = 0; i < mask->statements->len; i++)
            g_ptr_array_add(try->prelude, g_strdup(g_ptr_array_index(mask->statements, i)));
        try->n_before = try->prelude->len;
    }
    return TRUE;
}

static void
judge(Try *try, const char *what, const char *statement)
{
    const PgsReferentialRows *rows = try->rows;
    const PgsBatchResult *answer = pgs_batch_result(try->batch, 0);
    g_autofree char *outcome = pgs_outcome_describe(answer);
    gboolean is_own =
        answer->failure != NULL && pgs_rule_is_named(rows->bench, rows->rule, answer->failure);
    guint at = answer->refused_at - try->n_before;
    if (answer->failure != NULL && !is_own) {
        pgs_rule_result_note(rows->result, "%s: not seen: %s", what, outcome);
        return;
    }
    gboolean is_right = is_own && at == try->expected;
    g_autofree char *actual = g_strdup(outcome);
    if (is_own && at != try->expected) {
        g_free(actual);
        actual = g_strdup_printf("%s by the key",
                                 at < try->expected ? "refused at once, " : "refused only later, ");
    }
    pgs_rule_result_add(rows->result, what, statement, is_right, g_strdup(outcome));
    if (is_right || rows->result->verdict == PGS_VERDICT_BROKEN)
        return;
    pgs_rule_result_judge(rows->result, PGS_VERDICT_BROKEN, "%s: an orphan is %s", what, actual);
    rows->result->expected = g_strdup(what);
    rows->result->actual = g_steal_pointer(&actual);
    rows->result->sql = g_strdup(statement);
}

static char *
insert_of_orphan(const PgsReferentialRows *rows)
{
    g_autoptr(PgsDraft) orphan = pgs_referential_orphan(rows);
    return pgs_draft_insert(orphan, NULL);
}

static gboolean
try_deferred(PgsReferentialRows *rows, const char *name, GError **error)
{
    g_auto(Try) try = {.rows = rows, .expected = 3};
    try.statements = g_ptr_array_new_with_free_func(g_free);
    char *insert = insert_of_orphan(rows);
    g_ptr_array_add(try.statements, g_strdup("SET CONSTRAINTS ALL IMMEDIATE"));
    g_ptr_array_add(try.statements, g_strdup_printf("SET CONSTRAINTS %s DEFERRED", name));
    g_ptr_array_add(try.statements, insert);
    g_ptr_array_add(try.statements, g_strdup_printf("SET CONSTRAINTS %s IMMEDIATE", name));
    if (!run(&try, error))
        return FALSE;
    judge(&try, "DEFERRABLE: refused when it is IMMEDIATE again", insert);
    return TRUE;
}

gboolean
pgs_referential_deferral(PgsReferentialRows *rows, GError **error)
{
    g_autofree char *name = pgs_referential_name(rows->bench, rows->rule);
    if (rows->rule->deferrable)
        return try_deferred(rows, name, error);
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    pgs_batch_begin(batch);
    pgs_batch_add_printf(batch, "SET CONSTRAINTS %s DEFERRED", name);
    if (!pgs_batch_run(batch, pgs_bench_connection(rows->bench), error))
        return FALSE;
    const PgsBatchResult *answer = pgs_batch_result(batch, 0);
    /* Another constraint of that name may be the one that can be deferred. */
    if (answer->failure != NULL)
        pgs_rule_result_add(rows->result, "NOT DEFERRABLE: SET CONSTRAINTS DEFERRED", NULL, TRUE,
                            pgs_outcome_describe(answer));
    return TRUE;
}

/* ---- initially ---- */

/* All that could refuse the orphan besides: then it needs no other row. */
static guint
clear_the_way(const PgsReferentialRows *rows, PgsBatch *batch)
{
    guint n = 0;
    const PgsRelation *relation = rows->rule->relation;
    if (relation->triggers->len > 0) {
        pgs_batch_add_printf(batch, "ALTER TABLE %s DISABLE TRIGGER USER", relation->identity);
        n++;
    }
    for (guint i = 0; i < relation->references->len; i++) {
        const PgsRule *other = g_ptr_array_index(relation->references, i);
        if (other == rows->rule)
            continue;
        g_autoptr(GPtrArray) drop = pgs_rule_drop(rows->bench, other);
        for (guint j = 0; drop != NULL && j < drop->len; j++, n++)
            pgs_batch_add(batch, g_ptr_array_index(drop, j));
    }
    return n;
}

static gboolean
try_initially(PgsReferentialRows *rows, GError **error)
{
    gboolean deferred = rows->rule->deferred;
    const char *what = deferred ? "INITIALLY DEFERRED: an orphan waits for the transaction's end"
                                : "INITIALLY IMMEDIATE: an orphan is refused at once";
    g_auto(Try) try = {.rows = rows, .expected = deferred ? 1 : 0};
    g_autofree char *insert = insert_of_orphan(rows);
    try.batch = pgs_batch_new();
    pgs_batch_begin(try.batch);
    try.n_before = clear_the_way(rows, try.batch);
    pgs_batch_add(try.batch, insert);
    pgs_batch_add(try.batch, "SET CONSTRAINTS ALL IMMEDIATE");
    if (!pgs_batch_run(try.batch, pgs_bench_connection(rows->bench), error))
        return FALSE;
    judge(&try, what, insert);
    return TRUE;
}

gboolean
pgs_referential_initially(PgsReferentialRows *rows, GError **error)
{
    PgsConnection *connection = pgs_bench_connection(rows->bench);
    if (!rows->rule->deferrable || rows->child == NULL || rows->keys[2] == NULL ||
        PQtransactionStatus(pgs_connection_raw(connection)) != PQTRANS_IDLE)
        return TRUE;
    g_autofree char *prelude =
        pgs_sandbox_prelude(connection, pgs_bench_inventory(rows->bench), error);
    if (prelude == NULL)
        return FALSE;
    char *all = strstr(prelude, "SET CONSTRAINTS ALL");
    if (all != NULL)
        *all = '\0';
    g_auto(PgsSandbox) sandbox = {0};
    return pgs_sandbox_begin(&sandbox, connection, prelude, error) && try_initially(rows, error);
}
