#include "base/text.h"
#include "exercise/rule_rows.h"
#include "exercise/rules.h"

#include <string.h>

enum {
    MAX_LABELS = 200, /* of one enum, that are tried */
};

typedef struct {
    PgsBench *bench;
    PgsRuleResult *result;
    const PgsColumn *column;
    const PgsType *type;
    gboolean is_array;
    char *unknown; /* a text that is no label */
} Enumeration;

/* An array of one: labels may hold anything. */
static PgsValue
value_of(const Enumeration *item, const char *label)
{
    if (!item->is_array)
        return pgs_bench_text(item->bench, label);
    g_autoptr(GString) text = g_string_new("{\"");
    for (const char *p = label; *p != '\0'; p++) {
        if (*p == '"' || *p == '\\')
            g_string_append_c(text, '\\');
        g_string_append_c(text, *p);
    }
    g_string_append(text, "\"}");
    return pgs_bench_text(item->bench, text->str);
}

static gboolean
has_label(const PgsType *type, const char *text)
{
    for (guint i = 0; i < type->labels->len; i++)
        if (strcmp(type->labels->pdata[i], text) == 0)
            return TRUE;
    return FALSE;
}

/* Not one that this run has added for another column, either. */
static char *
make_unknown(PgsBench *bench, const PgsType *type)
{
    g_autofree char *key = g_strdup_printf("enum: unknown labels of %u", type->oid);
    guint n = GPOINTER_TO_UINT(pgs_bench_recall(bench, key));
    char *text = NULL;
    do {
        g_free(text);
        text = g_strdup_printf("pgstair_%u", ++n);
    } while (has_label(type, text));
    pgs_bench_remember(bench, key, GUINT_TO_POINTER(n), NULL);
    return text;
}

/* ---- labels that there are ---- */

/* Which labels the draft's other values go with. */
static gboolean
try_labels(const Enumeration *item, const PgsDraft *draft, guint n, PgsBatch *batch, GError **error)
{
    for (guint i = 0; i < n; i++) {
        g_autoptr(PgsDraft) with =
            pgs_draft_with(draft, item->column, value_of(item, item->type->labels->pdata[i]));
        g_autofree char *insert = pgs_draft_insert(with, NULL);
        pgs_batch_begin(batch);
        pgs_batch_add(batch, insert);
        pgs_batch_add(batch, "SET CONSTRAINTS ALL IMMEDIATE");
    }
    return pgs_batch_run(batch, pgs_bench_connection(item->bench), error);
}

/* A row with that label, others' values as they have to be for it when that can be found. */
static gboolean
make_row(const Enumeration *item, const PgsDraft *draft, const char *label, gboolean fits,
         PgsDraft **made, GError **error)
{
    PgsWish wish = {.column = item->column, .value = value_of(item, label)};
    *made = NULL;
    if (!fits && item->column->generated == 0 &&
        !pgs_rule_try_draft(item->bench, item->column->relation, &wish, 1, made, error))
        return FALSE;
    if (*made == NULL)
        *made = pgs_draft_with(draft, item->column, wish.value);
    return TRUE;
}

static gboolean
add_labels(const Enumeration *item, const PgsDraft *draft, GPtrArray *rows, GError **error)
{
    guint n = MIN(item->type->labels->len, MAX_LABELS);
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    if (!try_labels(item, draft, n, batch, error))
        return FALSE;
    for (guint i = 0; i < n; i++) {
        const char *label = item->type->labels->pdata[i];
        PgsDraft *made;
        if (!make_row(item, draft, label, pgs_batch_result(batch, i)->failure == NULL, &made,
                      error))
            return FALSE;
        pgs_rule_rows_add(rows, made, FALSE, item->column);
    }
    if (n < item->type->labels->len)
        pgs_rule_result_note(item->result, "%u of %u labels were tried", n,
                             item->type->labels->len);
    return TRUE;
}

static gboolean
prove_labels(const Enumeration *item, GError **error)
{
    g_autoptr(PgsDraft) draft = NULL;
    if (!pgs_rule_draft(item->bench, item->result, item->column->relation, NULL, 0, &draft, error))
        return FALSE;
    if (draft == NULL)
        return TRUE;
    g_autoptr(GPtrArray) rows = pgs_rule_rows_new();
    if (!add_labels(item, draft, rows, error))
        return FALSE;
    pgs_rule_rows_add(rows, pgs_draft_with(draft, item->column, value_of(item, item->unknown)),
                      TRUE, item->column);
    return pgs_proof_run(item->bench, item->result->rule, rows, item->result, error);
}

/* ---- one more ---- */

/* FALSE without error: the server will not have it; *said (g_free()) is why. */
static gboolean
add_label(const Enumeration *item, char **said, GError **error)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    g_string_printf(sql, "ALTER TYPE %s ADD VALUE ", item->type->sql);
    pgs_text_append_literal(sql, item->unknown);
    GError *local = NULL;
    if (pgs_connection_run(pgs_bench_connection(item->bench), sql->str, &local))
        return TRUE;
    if (g_error_matches(local, PGS_PG_ERROR, PGS_PG_ERROR_STATEMENT)) {
        *said = g_strdelimit(g_strdup(local->message), "\n", ' ');
        g_error_free(local);
    } else {
        g_propagate_error(error, local);
    }
    return FALSE;
}

/* What the proof found of the label that there is now, as part of the rule's result. */
static void
take_over(PgsRuleResult *result, const PgsRuleResult *part, const char *label)
{
    for (guint i = 0; i < part->evidence->len; i++) {
        const PgsEvidence *evidence = part->evidence->pdata[i];
        g_autofree char *what = g_strdup_printf("%s once it is a label", evidence->what);
        pgs_rule_result_add(result, what, evidence->statement, evidence->as_expected,
                            g_strdup(evidence->outcome));
    }
    for (guint i = 0; i < part->notes->len; i++)
        pgs_rule_result_note(result, "'%s': %s", label, (const char *)part->notes->pdata[i]);
}

static gboolean
prove_new_label(const Enumeration *item, GError **error)
{
    g_autoptr(PgsDraft) draft = NULL;
    if (!pgs_rule_try_draft(item->bench, item->column->relation, NULL, 0, &draft, error))
        return FALSE;
    if (draft == NULL)
        return TRUE;
    g_autoptr(PgsRuleResult) part = pgs_rule_result_new(item->result->rule);
    g_autoptr(GPtrArray) rows = pgs_rule_rows_new();
    pgs_rule_rows_add(rows, pgs_draft_with(draft, item->column, value_of(item, item->unknown)),
                      FALSE, item->column);
    if (!pgs_proof_run(item->bench, item->result->rule, rows, part, error))
        return FALSE;
    take_over(item->result, part, item->unknown);
    return TRUE;
}

/* Labels cannot be taken away; so the one that was refused is made one.  A new label can only be
   used when its transaction is over. */
static gboolean
prove_with_label(const Enumeration *item, GError **error)
{
    g_autofree char *said = NULL;
    if (!add_label(item, &said, error)) {
        if (said == NULL)
            return FALSE;
        pgs_rule_result_note(item->result, "not tried with '%s' made a label: %s", item->unknown,
                             said);
        return TRUE;
    }
    if (!pgs_bench_begin(item->bench, error))
        return FALSE;
    gboolean ok = prove_new_label(item, error);
    pgs_bench_rollback(item->bench);
    return ok;
}

static gboolean
is_in_transaction(PgsBench *bench)
{
    PGconn *raw = pgs_connection_raw(pgs_bench_connection(bench));
    return PQtransactionStatus(raw) != PQTRANS_IDLE;
}

gboolean
pgs_rule_enum_exercise(PgsBench *bench, PgsRuleResult *result, GError **error)
{
    const PgsColumn *column = result->rule->columns[0];
    g_autofree char *unknown = make_unknown(bench, result->rule->type);
    Enumeration item = {
        .bench = bench,
        .result = result,
        .column = column,
        .type = result->rule->type,
        .is_array = pgs_type_base(column->type)->element != NULL,
        .unknown = unknown,
    };
    gboolean is_embedded = is_in_transaction(bench);
    if (!pgs_bench_begin(bench, error))
        return FALSE;
    gboolean ok = prove_labels(&item, error);
    pgs_bench_rollback(bench);
    if (!ok || result->verdict != PGS_VERDICT_EXERCISED)
        return ok;
    if (!is_embedded)
        return prove_with_label(&item, error);
    pgs_rule_result_note(result, "not tried with '%s' made a label: a transaction is open",
                         unknown);
    return TRUE;
}
