#include "exercise/rule_rows.h"
#include "exercise/rules.h"
#include "values/generator.h"

#include <string.h>

/*
 * A limit is its type's modifier: the longest value is accepted, and the next is not.  A domain's
 * is seen at a column that has it.
 */
typedef struct {
    PgsBench *bench;
    PgsRuleResult *result;
    const PgsColumn *column;
    const PgsType *type; /* that is limited: the column's own, its element's, what a domain is of */
    gboolean is_array;
    PgsDraft *draft;
    GPtrArray *rows;
} Limit;

/* ---- where it is seen ---- */

static const PgsColumn *
find_in_relation(const PgsRelation *relation, const PgsType *domain)
{
    for (guint i = 0; i < relation->columns->len; i++) {
        const PgsColumn *column = relation->columns->pdata[i];
        if (pgs_type_is_made_of(column->type, domain))
            return column;
    }
    return NULL;
}

/* A column that can be given a value, if there is one. */
static const PgsColumn *
find_column(const PgsInventory *inventory, const PgsType *domain)
{
    const PgsColumn *found = NULL;
    const GPtrArray *relations = pgs_inventory_relations(inventory);
    for (guint i = 0; i < relations->len; i++) {
        const PgsRelation *relation = relations->pdata[i];
        const PgsColumn *column = relation->kind != 'f' ? find_in_relation(relation, domain) : NULL;
        if (column != NULL && (found == NULL || (found->generated != 0 && column->generated == 0)))
            found = column;
    }
    return found;
}

/* ---- values ---- */

/* An array literal or ARRAY[…] of one element. */
static PgsValue
wrap(const Limit *limit, PgsValue value)
{
    if (!limit->is_array || value.text == NULL)
        return value;
    return (PgsValue){
        .kind = value.kind,
        .text = pgs_bench_keep_printf(
            limit->bench, value.kind == PGS_VALUE_EXPRESSION ? "ARRAY[%s]" : "{%s}", value.text),
    };
}

static void
add_row(Limit *limit, PgsValue value, gboolean refused, const char *what)
{
    if (value.kind == PGS_VALUE_NULL || value.kind == PGS_VALUE_DEFAULT)
        return;
    PgsDraft *draft = pgs_draft_with(limit->draft, limit->column, wrap(limit, value));
    PgsProofRow *row = pgs_proof_row_new(draft, refused, "%s: %s", limit->column->name, what);
    row->watched = limit->column;
    g_ptr_array_add(limit->rows, row);
}

static void
add_sized(Limit *limit, guint length, gboolean refused)
{
    gboolean is_bits = strstr(limit->type->name, "bit") != NULL;
    g_autofree char *what =
        g_strdup_printf("%u %s%s", length, is_bits ? "bit" : "character", length == 1 ? "" : "s");
    add_row(limit, pgs_generator_sized(limit->bench, limit->type, -1, length, 0), refused, what);
}

static void
add_lengths(Limit *limit)
{
    guint n = (guint)limit->result->rule->limit;
    add_sized(limit, n, FALSE);
    add_sized(limit, n + 1, TRUE);
    if (strcmp(limit->type->name, "bit") == 0 && n > 1)
        add_sized(limit, n - 1, TRUE);
}

/* Digits with the decimal point scale places from their end: ("999", 2) is 9.99, ("9", -2) 900. */
static char *
number(const char *sign, const char *digits, gint scale)
{
    g_autoptr(GString) text = g_string_new(digits);
    for (; scale < 0; scale++)
        g_string_append_c(text, '0');
    while ((gint)text->len <= scale)
        g_string_prepend_c(text, '0');
    if (scale > 0)
        g_string_insert_c(text, (gssize)text->len - scale, '.');
    return g_strconcat(sign, text->str, NULL);
}

static void
add_number(Limit *limit, const char *sign, const char *digits, gboolean refused)
{
    g_autofree char *text = number(sign, digits, limit->result->rule->scale);
    add_row(limit, pgs_bench_text(limit->bench, text), refused, text);
}

/* The largest of so many digits, and the next one that there is. */
static void
add_precisions(Limit *limit)
{
    guint n = (guint)limit->result->rule->limit;
    g_autofree char *nines = g_strnfill(n, '9');
    g_autofree char *zeros = g_strnfill(n, '0');
    g_autofree char *next = g_strconcat("1", zeros, NULL);
    static const char *const signs[] = {"", "-"};
    for (guint i = 0; i < G_N_ELEMENTS(signs); i++) {
        add_number(limit, signs[i], nines, FALSE);
        add_number(limit, signs[i], next, TRUE);
    }
}

/* ---- the scale ---- */

/*
 * One digit too many behind the point is no error: what is stored is rounded.  Where a trigger has
 * its own mind, or another rule refuses it, it says nothing.
 */
static gboolean
see_rounding(const Limit *limit, GError **error)
{
    PgsRuleResult *result = limit->result;
    const PgsColumn *column = limit->column;
    if (limit->is_array || column->generated != 0 || column->relation->triggers->len > 0)
        return TRUE;
    g_autofree char *text = number("", "15", result->rule->scale + 1);
    g_autofree char *rounded = number("", "2", result->rule->scale);
    g_autoptr(PgsDraft) draft =
        pgs_draft_with(limit->draft, column, pgs_bench_text(limit->bench, text));
    g_autofree char *same =
        g_strdup_printf("%s OPERATOR(pg_catalog.=) %s", column->quoted, rounded);
    g_autofree char *returning = pgs_draft_insert(draft, same);
    g_autofree char *insert = pgs_draft_insert(draft, NULL);
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    pgs_batch_begin(batch);
    pgs_batch_add(batch, returning);
    if (!pgs_batch_run(batch, pgs_bench_connection(limit->bench), error))
        return FALSE;
    const PgsBatchResult *answer = pgs_batch_result(batch, 0);
    if (answer->failure != NULL || PQntuples(answer->results->pdata[0]) != 1)
        return TRUE;
    gboolean is_rounded = strcmp(PQgetvalue(answer->results->pdata[0], 0, 0), "t") == 0;
    g_autofree char *what = g_strdup_printf("%s: %s", column->name, text);
    pgs_rule_result_add(
        result, what, insert, is_rounded,
        g_strdup_printf("stored %sas %s", is_rounded ? "" : "otherwise than ", rounded));
    return TRUE;
}

/* ---- the rule ---- */

static gboolean
prove(Limit *limit, GError **error)
{
    const PgsRule *rule = limit->result->rule;
    g_autoptr(GPtrArray) rows = pgs_rule_rows_new();
    limit->rows = rows;
    if (rule->kind == PGS_RULE_LENGTH)
        add_lengths(limit);
    else
        add_precisions(limit);
    return pgs_proof_run(limit->bench, rule, rows, limit->result, error) &&
           (rule->kind != PGS_RULE_PRECISION || see_rounding(limit, error));
}

static void
find_type(Limit *limit)
{
    const PgsType *type = pgs_type_base(limit->column->type);
    limit->is_array = type->element != NULL;
    limit->type = limit->is_array ? pgs_type_base(type->element) : type;
}

gboolean
pgs_rule_limit_exercise(PgsBench *bench, PgsRuleResult *result, GError **error)
{
    const PgsRule *rule = result->rule;
    Limit limit = {
        .bench = bench,
        .result = result,
        .column = rule->relation != NULL ? rule->columns[0]
                                         : find_column(pgs_bench_inventory(bench), rule->type),
    };
    if (limit.column == NULL) {
        pgs_rule_result_judge(result, PGS_VERDICT_NOT_EXERCISED,
                              "no table has a column of domain %s", rule->type->sql);
        return TRUE;
    }
    find_type(&limit);
    g_autoptr(PgsDraft) draft = NULL;
    if (!pgs_bench_begin(bench, error))
        return FALSE;
    gboolean ok = pgs_rule_draft(bench, result, limit.column->relation, NULL, 0, &draft, error);
    limit.draft = draft;
    ok = ok && (draft == NULL || prove(&limit, error));
    pgs_bench_rollback(bench);
    return ok;
}
