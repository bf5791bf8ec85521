#include "exercise/referential_orphan.h"

#include "exercise/proof.h"
#include "exercise/referential_deferral.h"
#include "pg/batch.h"
#include "synthesis/synthesis.h"

/* ---- which rows ---- */

/* takes draft over */
static void
add_row(GPtrArray *proof, PgsDraft *draft, gboolean refused, const PgsColumn *watched, char *what)
{
    g_autofree char *owned = what;
    PgsProofRow *row = pgs_proof_row_new(draft, refused, "%s", owned);
    row->watched = watched;
    g_ptr_array_add(proof, row);
}

static char *
describe_key(const PgsDraft *draft, const PgsRule *rule, const char *format)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < rule->n_columns; i++) {
        g_autofree char *value = pgs_value_describe(pgs_draft_get(draft, rule->columns[i]));
        g_string_append_printf(text, "%s%s = %s", i > 0 ? ", " : "", rule->columns[i]->quoted,
                               value);
    }
    return g_strdup_printf("%s%s", text->str, format);
}

/* One column of a composite key wrong: the second parent's value, which is somebody's, or else one
   that is nobody's. */
static gboolean
add_mixed(const PgsReferentialRows *rows, guint i, GPtrArray *proof, GError **error)
{
    const PgsRule *rule = rows->rule;
    const char *own = g_ptr_array_index(rows->keys[0], i);
    for (guint source = 1; source < 3; source++) {
        const GPtrArray *key = rows->keys[source];
        const char *text = key != NULL ? g_ptr_array_index(key, i) : NULL;
        if (text == NULL || g_strcmp0(text, own) == 0)
            continue;
        g_autoptr(PgsDraft) draft =
            pgs_draft_with(rows->child, rule->columns[i], pgs_referential_value(rows->bench, text));
        gboolean is_free;
        if (!pgs_referential_is_free(rows->bench, rule, draft, &is_free, error))
            return FALSE;
        if (!is_free)
            continue;
        char *what = describe_key(draft, rule, ", which no parent has");
        add_row(proof, g_steal_pointer(&draft), TRUE, rule->columns[i], what);
        return TRUE;
    }
    return TRUE;
}

/* MATCH SIMPLE looks at no key with a NULL in it, MATCH FULL only at one that is all NULL. */
static void
add_nulls(const PgsReferentialRows *rows, GPtrArray *proof)
{
    const PgsRule *rule = rows->rule;
    gboolean is_full = rule->match == 'f', all = TRUE;
    for (guint i = 0; i < rule->n_columns; i++)
        all = all && !rule->columns[i]->not_null;
    const PgsValue null = {.kind = PGS_VALUE_NULL};
    for (guint i = 0; rule->n_columns > 1 && i < rule->n_columns; i++) {
        if (rule->columns[i]->not_null)
            continue;
        PgsDraft *draft = pgs_draft_with(rows->child, rule->columns[i], null);
        add_row(proof, draft, is_full, rule->columns[i],
                describe_key(draft, rule, is_full ? " (MATCH FULL)" : " (MATCH SIMPLE)"));
    }
    if (!all || (!is_full && rule->n_columns == 1))
        return;
    PgsDraft *draft = pgs_draft_copy(rows->child);
    for (guint i = 0; i < rule->n_columns; i++)
        pgs_draft_set(draft, rule->columns[i], null);
    add_row(proof, draft, FALSE, NULL, describe_key(draft, rule, ""));
}

static gboolean
prove(PgsReferentialRows *rows, GError **error)
{
    const PgsRule *rule = rows->rule;
    g_autoptr(GPtrArray) proof = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_proof_row_free);
    if (!rows->child_is_there)
        add_row(proof, pgs_draft_copy(rows->child), FALSE, NULL,
                describe_key(rows->child, rule, ", a parent's key"));
    PgsDraft *orphan = pgs_referential_orphan(rows);
    add_row(proof, orphan, TRUE, rule->columns[0],
            describe_key(orphan, rule, ", which no parent has"));
    for (guint i = 0; rule->n_columns > 1 && i < rule->n_columns; i++)
        if (!add_mixed(rows, i, proof, error))
            return FALSE;
    add_nulls(rows, proof);
    return pgs_proof_run(rows->bench, rule, proof, rows->result, error);
}

/* ---- an orphan that gets in ---- */

/* Whether it is stored with the key that it was given; else something has rewritten it. */
static gboolean
is_stored(const PgsReferentialRows *rows, const PgsBatchResult *answer, guint insert)
{
    if (answer->failure != NULL)
        return FALSE;
    const PGresult *stored = g_ptr_array_index(answer->results, insert);
    if (PQntuples(stored) != 1)
        return FALSE;
    for (guint i = 0; i < rows->rule->n_columns; i++) {
        const char *text = g_ptr_array_index(rows->keys[2], i);
        if (g_strcmp0(PQgetvalue(stored, 0, (int)rows->rule->columns[i]->index), text) != 0)
            return FALSE;
    }
    return TRUE;
}

/* Where its triggers could be disabled: the table, its partitions, what it is a partition of. */
static void
add_suspects(const PgsRelation *relation, GPtrArray *suspects)
{
    g_ptr_array_add(suspects, (gpointer)relation);
    for (guint i = 0; relation->kind == 'p' && i < relation->children->len; i++)
        add_suspects(g_ptr_array_index(relation->children, i), suspects);
}

/* Why it gets in, and what to do. */
typedef struct {
    char *words, *hint;
} Cause;

static void
cause_clear(Cause *cause)
{
    g_free(cause->words);
    g_free(cause->hint);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Cause, cause_clear)

static void
accuse(PgsReferentialRows *rows, const char *insert, const Cause *cause)
{
    PgsRuleResult *result = rows->result;
    const char *actual = "a child row that points at no parent is accepted";
    pgs_rule_result_add(result, "a child that no parent has", insert, FALSE, g_strdup("accepted"));
    pgs_rule_result_judge(result, PGS_VERDICT_BROKEN, "%s%s%s", actual,
                          cause->words != NULL ? ": " : "",
                          cause->words != NULL ? cause->words : "");
    g_autofree char *script = pgs_synthesis_script(rows->bench);
    result->expected = g_strdup("refused: 23503 by this key");
    result->actual = g_strdup(actual);
    result->sql = g_strdup(insert);
    result->reproduce = g_strdup_printf("BEGIN;\n%s%s%s;\nROLLBACK;", script,
                                        g_str_has_suffix(script, "\n") ? "" : "\n", insert);
    result->hint = g_strdup(cause->hint != NULL
                                ? cause->hint
                                : "Run the statements below in psql and see what keeps the key "
                                  "from acting.");
}

/* A session that takes itself for a replica keeps no foreign key. */
static gboolean
look_at_session(PgsReferentialRows *rows, Cause *cause, GError **error)
{
    g_autoptr(GPtrArray) role = NULL;
    if (!pgs_referential_ask(rows->bench,
                             "SELECT pg_catalog.current_setting('session_replication_role')", &role,
                             error))
        return FALSE;
    if (role == NULL || g_strcmp0(g_ptr_array_index(role, 0), "replica") != 0)
        return TRUE;
    cause->words = g_strdup("session_replication_role is replica here, so no foreign key acts");
    cause->hint = g_strdup("ALTER DATABASE … RESET session_replication_role (or ALTER ROLE …), "
                           "then look for the rows that came in meanwhile.");
    return TRUE;
}

/* The server's own triggers can be disabled like any others: then with them enabled it is refused.
 */
static gboolean
look_at_triggers(PgsReferentialRows *rows, const char *insert, Cause *cause, GError **error)
{
    g_autoptr(GPtrArray) suspects = g_ptr_array_new();
    add_suspects(rows->rule->relation, suspects);
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    for (guint i = 0; i < suspects->len; i++) {
        const PgsRelation *suspect = g_ptr_array_index(suspects, i);
        pgs_batch_begin(batch);
        pgs_batch_add(batch, "SET CONSTRAINTS ALL IMMEDIATE");
        pgs_batch_add_printf(batch, "ALTER TABLE %s ENABLE TRIGGER ALL", suspect->identity);
        pgs_batch_add(batch, insert);
    }
    if (!pgs_batch_run(batch, pgs_bench_connection(rows->bench), error))
        return FALSE;
    for (guint i = 0; i < suspects->len && cause->words == NULL; i++) {
        const PgsRelation *suspect = g_ptr_array_index(suspects, i);
        const PgsFailure *failure = pgs_batch_result(batch, i)->failure;
        if (failure == NULL || !pgs_rule_is_named(rows->bench, rows->rule, failure))
            continue;
        cause->words = g_strdup_printf("its triggers are disabled (ALTER TABLE %s DISABLE TRIGGER "
                                       "ALL): with them enabled the key refuses it",
                                       suspect->identity);
        cause->hint = g_strdup_printf("ALTER TABLE %s ENABLE TRIGGER ALL, then look for the rows "
                                      "that came in meanwhile.",
                                      suspect->identity);
    }
    return TRUE;
}

gboolean
pgs_referential_orphans(PgsReferentialRows *rows, GError **error)
{
    if (rows->keys[2] == NULL) {
        pgs_rule_result_judge(rows->result, PGS_VERDICT_NOT_EXERCISED,
                              "every value that was tried for %s has a parent",
                              rows->rule->columns[0]->quoted);
        return TRUE;
    }
    g_autoptr(PgsDraft) orphan = pgs_referential_orphan(rows);
    g_autofree char *insert = pgs_draft_insert(orphan, "*");
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    pgs_batch_begin(batch);
    pgs_batch_add(batch, "SET CONSTRAINTS ALL IMMEDIATE");
    pgs_batch_add(batch, insert);
    pgs_batch_add(batch, "SET CONSTRAINTS ALL IMMEDIATE");
    if (!pgs_batch_run(batch, pgs_bench_connection(rows->bench), error))
        return FALSE;
    if (is_stored(rows, pgs_batch_result(batch, 0), 1)) {
        g_auto(Cause) cause = {0};
        if (!look_at_session(rows, &cause, error) ||
            (cause.words == NULL && !look_at_triggers(rows, insert, &cause, error)))
            return FALSE;
        accuse(rows, insert, &cause);
        return TRUE;
    }
    return prove(rows, error) && pgs_referential_deferral(rows, error);
}
