#include "exercise/rule_index_predicate.h"
#include "exercise/rule_key_rows.h"
#include "exercise/rules.h"

/* A key accepts what differs and refuses what is the same, as the server compares it. */

static void
add(GPtrArray *rows, PgsDraft *draft, gboolean refused, const char *why, const GPtrArray *columns)
{
    g_autofree char *values = pgs_index_rule_describe(draft, columns);
    PgsProofRow *row = pgs_proof_row_new(draft, refused, "%s: %s", why, values);
    if (columns->len == 1)
        row->watched = columns->pdata[0];
    g_ptr_array_add(rows, row);
}

/* The row that is there once more: all that can be tried where there is room for one only. */
static void
add_itself(const PgsIndexRule *index, GPtrArray *rows)
{
    add(rows, pgs_index_rule_collide(index, index->stored->draft, index->stored), TRUE,
        "the key of a row that is there", index->sources);
    pgs_rule_result_note(index->result, "there is room for one row only: no other key was tried");
}

static gboolean
add_all(const PgsIndexRule *index, GPtrArray *rows, GError **error)
{
    g_autoptr(PgsDraft) same = pgs_index_rule_collide(index, index->draft, index->stored);
    add(rows, pgs_draft_copy(index->draft), FALSE, "another key", index->sources);
    add(rows, pgs_draft_copy(same), TRUE, "the key of a row that is there", index->sources);
    if (!pgs_key_rows_partly(index, same, rows, error) ||
        !pgs_key_rows_alike(index, same, rows, error) || !pgs_key_rows_null(index, rows, error))
        return FALSE;
    g_autoptr(PgsDraft) outside = NULL;
    if (!pgs_index_predicate_leave(index, same, &outside, error))
        return FALSE;
    if (outside != NULL)
        add(rows, g_steal_pointer(&outside), FALSE, "the same key outside of its predicate",
            index->sources);
    return TRUE;
}

static gboolean
prove(PgsIndexRule *index, GError **error)
{
    g_autoptr(GPtrArray) rows = pgs_rule_rows_new();
    if (index->draft == NULL)
        add_itself(index, rows);
    else if (!add_all(index, rows, error))
        return FALSE;
    return pgs_index_rule_sift(index, rows, error) &&
           pgs_proof_run(index->bench, index->rule, rows, index->result, error);
}

gboolean
pgs_rule_key_exercise(PgsBench *bench, PgsRuleResult *result, GError **error)
{
    return pgs_index_rule_exercise(bench, result, prove, error);
}
