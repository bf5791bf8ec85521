#include "exercise/referential_orphan.h"

#include "exercise/proof_mask.h"
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

/* Where its triggers could be disabled: its partitions, then the table, since ALTER TABLE of that
   goes to them all. */
static void
add_suspects(const PgsRelation *relation, GPtrArray *suspects)
{
    for (guint i = 0; relation->kind == 'p' && i < relation->children->len; i++)
        add_suspects(g_ptr_array_index(relation->children, i), suspects);
    g_ptr_array_add(suspects, (gpointer)relation);
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
accuse(PgsReferentialRows *rows, const char *statement, const char *actual, const Cause *cause)
{
    PgsRuleResult *result = rows->result;
    pgs_rule_result_add(result, "a child with a key that no parent has", statement, FALSE,
                        g_strdup("accepted"));
    pgs_rule_result_judge(result, PGS_VERDICT_BROKEN, "%s%s%s", actual,
                          cause->words != NULL ? ": " : "",
                          cause->words != NULL ? cause->words : "");
    /* Of an INSERT that it has refused before. */
    g_clear_pointer(&result->sql, g_free);
    g_clear_pointer(&result->reproduce, g_free);
    result->expected = g_strdup("refused: 23503 by this key");
    result->actual = g_strdup(actual);
    result->sql = g_strdup(statement);
    result->reproduce = pgs_proof_reproduce(rows->bench, statement);
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
look_at_triggers(PgsReferentialRows *rows, const char *statement, Cause *cause, GError **error)
{
    g_autoptr(GPtrArray) suspects = g_ptr_array_new();
    add_suspects(rows->rule->relation, suspects);
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    for (guint i = 0; i < suspects->len; i++) {
        const PgsRelation *suspect = g_ptr_array_index(suspects, i);
        pgs_batch_begin(batch);
        pgs_batch_add(batch, "SET CONSTRAINTS ALL IMMEDIATE");
        pgs_batch_add_printf(batch, "ALTER TABLE %s ENABLE TRIGGER ALL", suspect->identity);
        pgs_batch_add(batch, statement);
    }
    if (!pgs_batch_run(batch, pgs_bench_connection(rows->bench), error))
        return FALSE;
    for (guint i = 0; i < suspects->len && cause->words == NULL; i++) {
        const PgsRelation *suspect = g_ptr_array_index(suspects, i);
        const PgsFailure *failure = pgs_batch_result(batch, i)->failure;
        if (failure == NULL || !pgs_rule_is_named(rows->bench, rows->rule, failure))
            continue;
        cause->words = g_strdup_printf("its triggers are disabled, or one of them (ALTER TABLE %s "
                                       "DISABLE TRIGGER ALL, say): with them enabled the key "
                                       "refuses it",
                                       suspect->identity);
        cause->hint = g_strdup_printf("ALTER TABLE %s ENABLE TRIGGER ALL, then look for the rows "
                                      "that came in meanwhile.",
                                      suspect->identity);
    }
    return TRUE;
}

static gboolean
accuse_with_cause(PgsReferentialRows *rows, const char *statement, const char *actual,
                  GError **error)
{
    g_auto(Cause) cause = {0};
    if (!look_at_session(rows, &cause, error) ||
        (cause.words == NULL && !look_at_triggers(rows, statement, &cause, error)))
        return FALSE;
    accuse(rows, statement, actual, &cause);
    return TRUE;
}

/* ---- an orphan on which a trigger acts ---- */

/* What has become of an orphan that was not refused, and of its parent. */
typedef enum {
    ORPHAN_REFUSED,
    ORPHAN_SWALLOWED,
    ORPHAN_REWRITTEN, /* it is stored with another key */
    ORPHAN_ADOPTED,   /* its parent is there now */
    ORPHAN_STORED,
} OrphanFate;

enum {
    INSERTED = 1, /* the statement of the attempt */
    PARENTLESS = 3,
};

static void
add_attempt(PgsBatch *batch, const char *insert, const char *parentless, const char *extra)
{
    pgs_batch_begin(batch);
    pgs_batch_add(batch, "SET CONSTRAINTS ALL IMMEDIATE");
    if (extra != NULL)
        pgs_batch_add(batch, extra);
    pgs_batch_add(batch, insert);
    pgs_batch_add(batch, "SET CONSTRAINTS ALL IMMEDIATE");
    if (parentless != NULL)
        pgs_batch_add(batch, parentless);
}

static OrphanFate
fate_of(const PgsReferentialRows *rows, const PgsBatchResult *answer)
{
    if (answer->failure != NULL)
        return ORPHAN_REFUSED;
    const PGresult *stored = g_ptr_array_index(answer->results, INSERTED);
    if (PQntuples(stored) != 1)
        return ORPHAN_SWALLOWED;
    for (guint i = 0; i < rows->rule->n_columns; i++) {
        const char *text = g_ptr_array_index(rows->keys[2], i);
        int column = (int)rows->rule->columns[i]->index;
        if (PQgetisnull(stored, 0, column) || g_strcmp0(PQgetvalue(stored, 0, column), text) != 0)
            return ORPHAN_REWRITTEN;
    }
    const PGresult *parentless = g_ptr_array_index(answer->results, PARENTLESS);
    return PQntuples(parentless) == 1 ? ORPHAN_STORED : ORPHAN_ADOPTED;
}

/* "it is stored with p = 1" */
static char *
fate_words(const PgsReferentialRows *rows, const PgsBatchResult *answer, OrphanFate fate)
{
    if (fate == ORPHAN_SWALLOWED)
        return g_strdup("it is dropped without a word");
    if (fate == ORPHAN_ADOPTED)
        return g_strdup("the parent that is missing is made");
    const PGresult *stored = g_ptr_array_index(answer->results, INSERTED);
    GString *text = g_string_new("it is stored with ");
    for (guint i = 0; i < rows->rule->n_columns; i++) {
        const PgsColumn *column = rows->rule->columns[i];
        const char *now = PQgetisnull(stored, 0, (int)column->index)
                              ? NULL
                              : PQgetvalue(stored, 0, (int)column->index);
        g_autofree char *value = pgs_value_describe(pgs_referential_value(rows->bench, now));
        g_string_append_printf(text, "%s%s = %s", i > 0 ? ", " : "", column->quoted, value);
    }
    return g_string_free(text, FALSE);
}

/* "trigger t on public.c": without which the key refuses the orphan; all that there are when none
   does that by itself. */
static gboolean
find_trigger(const PgsReferentialRows *rows, const char *insert, char **words, GError **error)
{
    g_autoptr(GPtrArray) relations = g_ptr_array_new();
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    add_suspects(rows->rule->relation, relations);
    for (guint i = 0; i < relations->len; i++) {
        const PgsRelation *relation = g_ptr_array_index(relations, i);
        for (guint j = 0; j < relation->triggers->len; j++) {
            const PgsTriggerFacts *trigger = g_ptr_array_index(relation->triggers, j);
            if (!trigger->on_insert || trigger->enabled == 'D')
                continue;
            g_autofree char *name =
                pgs_connection_quote(pgs_bench_connection(rows->bench), trigger->name);
            g_autofree char *disable =
                g_strdup_printf("ALTER TABLE %s DISABLE TRIGGER %s", relation->identity, name);
            add_attempt(batch, insert, NULL, disable);
            g_ptr_array_add(names,
                            g_strdup_printf("trigger %s on %s", trigger->name, relation->identity));
        }
    }
    if (!pgs_batch_run(batch, pgs_bench_connection(rows->bench), error))
        return FALSE;
    for (guint i = 0; i < names->len && *words == NULL; i++) {
        const PgsFailure *failure = pgs_batch_result(batch, i)->failure;
        if (failure != NULL && pgs_rule_is_named(rows->bench, rows->rule, failure))
            *words = g_strdup(g_ptr_array_index(names, i));
    }
    if (*words == NULL)
        *words = g_strdup_printf("the triggers and rules of %s", rows->rule->relation->identity);
    return TRUE;
}

static gboolean
note_fate(PgsReferentialRows *rows, const char *insert, const PgsBatchResult *answer,
          OrphanFate fate, GError **error)
{
    g_autofree char *trigger = NULL;
    if (!find_trigger(rows, insert, &trigger, error))
        return FALSE;
    g_autofree char *words = fate_words(rows, answer, fate);
    pgs_rule_result_note(rows->result, "with %s an orphan is not refused: %s", trigger, words);
    return TRUE;
}

/* The triggers off for all that is proven here, and on again. */
static gboolean
prove_without_triggers(PgsReferentialRows *rows, GError **error)
{
    PgsConnection *connection = pgs_bench_connection(rows->bench);
    g_autoptr(PgsMask) mask = pgs_mask_new_triggers(rows->bench, rows->child);
    g_autoptr(GString) sql =
        g_string_new("SAVEPOINT pgstair_orphans; SET CONSTRAINTS ALL IMMEDIATE");
    for (guint i = 0; i < mask->statements->len; i++)
        g_string_append_printf(sql, "; %s", (const char *)g_ptr_array_index(mask->statements, i));
    g_autoptr(GError) refusal = NULL;
    gboolean are_off = pgs_connection_run(connection, sql->str, &refusal);
    gboolean ok = TRUE;
    if (are_off)
        ok = prove(rows, error) && pgs_referential_deferral(rows, error);
    else
        pgs_rule_result_judge(rows->result, PGS_VERDICT_NOT_EXERCISED,
                              "its triggers could not be switched off: %s", refusal->message);
    return pgs_connection_run(connection, "ROLLBACK TO SAVEPOINT pgstair_orphans",
                              ok ? error : NULL) &&
           ok;
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
    g_autofree char *parentless = pgs_referential_free_sql(rows->rule, orphan);
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    add_attempt(batch, insert, parentless, NULL);
    if (!pgs_batch_run(batch, pgs_bench_connection(rows->bench), error))
        return FALSE;
    const PgsBatchResult *answer = pgs_batch_result(batch, 0);
    OrphanFate fate = fate_of(rows, answer);
    if (fate == ORPHAN_STORED)
        return accuse_with_cause(rows, insert, "a child row that points at no parent is accepted",
                                 error);
    if (fate != ORPHAN_REFUSED && !note_fate(rows, insert, answer, fate, error))
        return FALSE;
    if (fate == ORPHAN_ADOPTED)
        return prove_without_triggers(rows, error);
    return prove(rows, error) && pgs_referential_deferral(rows, error);
}

/* ---- a child that becomes an orphan ---- */

static char *
update_to_orphan(const PgsReferentialRows *rows, const PgsDraft *orphan)
{
    const PgsRule *rule = rows->rule;
    g_autofree char *target = pgs_referential_target(rule->relation);
    g_autofree char *condition = pgs_stored_condition(rows->children[0]);
    GString *sql = g_string_new(NULL);
    g_string_append_printf(sql, "UPDATE %s SET ", target);
    for (guint i = 0; i < rule->n_columns; i++) {
        g_string_append_printf(sql, "%s%s = ", i > 0 ? ", " : "", rule->columns[i]->quoted);
        pgs_value_append(sql, pgs_draft_get(orphan, rule->columns[i]));
    }
    g_string_append_printf(sql, " WHERE %s RETURNING *", condition);
    return g_string_free(sql, FALSE);
}

gboolean
pgs_referential_orphan_update(PgsReferentialRows *rows, GError **error)
{
    if (rows->keys[2] == NULL || rows->result->verdict == PGS_VERDICT_BROKEN)
        return TRUE;
    g_autoptr(PgsDraft) orphan = pgs_referential_orphan(rows);
    g_autofree char *update = update_to_orphan(rows, orphan);
    g_autofree char *parentless = pgs_referential_free_sql(rows->rule, orphan);
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    add_attempt(batch, update, parentless, NULL);
    if (!pgs_batch_run(batch, pgs_bench_connection(rows->bench), error))
        return FALSE;
    const PgsBatchResult *answer = pgs_batch_result(batch, 0);
    OrphanFate fate = fate_of(rows, answer);
    if (fate == ORPHAN_STORED)
        return accuse_with_cause(rows, update,
                                 "an UPDATE that leaves the child row pointing at no parent is "
                                 "accepted",
                                 error);
    /* What else refuses it, or a trigger makes of it, says nothing about the key. */
    if (fate == ORPHAN_REFUSED && pgs_rule_is_named(rows->bench, rows->rule, answer->failure))
        pgs_rule_result_add(rows->result, "UPDATE of a child row to a key that no parent has",
                            update, TRUE, pgs_outcome_describe(answer));
    return TRUE;
}
