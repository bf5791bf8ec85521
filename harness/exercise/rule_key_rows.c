#include "exercise/rule_key_rows.h"

#include "values/candidates.h"

#include <string.h>

enum {
    MAX_OTHERS = 12, /* values that are tried for one column */
    MAX_VARIANTS = 8,
};

static void
add(GPtrArray *rows, PgsDraft *draft, gboolean refused, const char *why, const GPtrArray *columns)
{
    g_autofree char *values = pgs_index_rule_describe(draft, columns);
    g_ptr_array_add(rows, pgs_proof_row_new(draft, refused, "%s: %s", why, values));
}

static gboolean
is_true(const PgsBatchResult *answer, guint statement)
{
    if (answer->results->len <= statement)
        return FALSE;
    const PGresult *result = answer->results->pdata[statement];
    return PQntuples(result) == 1 && strcmp(PQgetvalue(result, 0, 0), "t") == 0;
}

/* ---- all but one column ---- */

/* Whether two values are told apart by the type's own equality. */
static void
add_comparison(PgsBatch *batch, const PgsColumn *column, const PgsDraft *a, const PgsDraft *b)
{
    g_autoptr(GPtrArray) columns = g_ptr_array_new();
    g_ptr_array_add(columns, (gpointer)column);
    g_autofree char *one = pgs_index_rule_row(a, columns);
    g_autofree char *other = pgs_index_rule_row(b, columns);
    pgs_batch_add_printf(batch, "SELECT %s IS DISTINCT FROM %s", one, other);
}

static gboolean
gets_its_own(const PgsColumn *column, const PgsDraft *draft)
{
    return pgs_draft_get(draft, column).kind == PGS_VALUE_DEFAULT &&
           (column->default_is_volatile || column->identity != 0);
}

static const PgsRule *
find_reference(const PgsColumn *column)
{
    for (guint i = 0; i < column->relation->references->len; i++) {
        const PgsRule *rule = column->relation->references->pdata[i];
        for (guint k = 0; k < rule->n_columns; k++)
            if (strcmp(rule->columns[k]->name, column->name) == 0)
                return rule;
    }
    return NULL;
}

static gboolean
find_parents_key(const PgsIndexRule *index, const PgsColumn *column, const PgsRule *reference,
                 GArray *values, GError **error)
{
    g_autoptr(GArray) wishes = g_array_new(FALSE, FALSE, sizeof(PgsWish));
    if (!pgs_index_rule_wish_for_parent(index, reference, wishes, error))
        return FALSE;
    for (guint i = 0; i < wishes->len; i++) {
        const PgsWish *wish = &g_array_index(wishes, PgsWish, i);
        if (strcmp(wish->column->name, column->name) == 0)
            g_array_append_val(values, wish->value);
    }
    return TRUE;
}

/* Values that may stand for another one: a new parent's key, or what its rules speak of. */
static gboolean
find_others(const PgsIndexRule *index, const PgsColumn *column, GArray *values, GError **error)
{
    const PgsRule *reference = find_reference(column);
    if (reference != NULL)
        return find_parents_key(index, column, reference, values, error);
    const PgsCandidates *candidates = pgs_candidates_of_column(index->bench, column, error);
    for (guint i = 0; candidates != NULL && i < candidates->values->len; i++) {
        PgsValue value = g_array_index(candidates->values, PgsValue, i);
        if (values->len < MAX_OTHERS && value.kind != PGS_VALUE_NULL)
            g_array_append_val(values, value);
    }
    return candidates != NULL;
}

/* The first of several drafts with another value for the column that is accepted, or at least not
   refused by the rule; or NULL. */
static gboolean
choose_other(const PgsIndexRule *index, const PgsColumn *column, const PgsDraft *same,
             const GArray *values, PgsDraft **chosen, GError **error)
{
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    g_autoptr(GPtrArray) drafts = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_draft_free);
    for (guint i = 0; i < values->len; i++) {
        PgsDraft *draft = pgs_draft_with(same, column, g_array_index(values, PgsValue, i));
        g_ptr_array_add(drafts, draft);
        g_autofree char *insert = pgs_draft_insert(draft, NULL);
        pgs_batch_begin(batch);
        add_comparison(batch, column, draft, same);
        pgs_batch_add(batch, insert);
        pgs_batch_add(batch, "SET CONSTRAINTS ALL IMMEDIATE");
    }
    if (!pgs_batch_run(batch, pgs_bench_connection(index->bench), error))
        return FALSE;
    const PgsDraft *second = NULL;
    for (guint i = 0; i < drafts->len && *chosen == NULL; i++) {
        const PgsBatchResult *answer = pgs_batch_result(batch, i);
        if (!is_true(answer, 0))
            continue;
        if (answer->failure == NULL)
            *chosen = pgs_draft_copy(drafts->pdata[i]);
        else if (second == NULL && !pgs_rule_is_named(index->bench, index->rule, answer->failure))
            second = drafts->pdata[i];
    }
    if (*chosen == NULL && second != NULL)
        *chosen = pgs_draft_copy(second);
    return TRUE;
}

static gboolean
find_other(const PgsIndexRule *index, const PgsColumn *column, const PgsDraft *same,
           PgsDraft **chosen, GError **error)
{
    g_autoptr(GArray) values = g_array_new(FALSE, FALSE, sizeof(PgsValue));
    PgsValue own = pgs_draft_get(index->draft, column);
    if (gets_its_own(column, index->draft)) {
        *chosen = pgs_draft_with(same, column, own);
        return TRUE;
    }
    if (own.kind != PGS_VALUE_NULL && own.kind != PGS_VALUE_DEFAULT)
        g_array_append_val(values, own);
    if (!choose_other(index, column, same, values, chosen, error))
        return FALSE;
    if (*chosen != NULL)
        return TRUE;
    g_array_set_size(values, 0);
    return find_others(index, column, values, error) &&
           choose_other(index, column, same, values, chosen, error);
}

gboolean
pgs_key_rows_partly(const PgsIndexRule *index, const PgsDraft *same, GPtrArray *rows,
                    GError **error)
{
    const PgsRule *rule = index->rule;
    if (rule->keys->len < 2)
        return TRUE;
    for (guint i = 0; i < rule->n_columns; i++) {
        const PgsColumn *column = rule->columns[i];
        g_autoptr(PgsDraft) other = NULL;
        if (column->generated != 0)
            continue;
        if (!find_other(index, column, same, &other, error))
            return FALSE;
        g_autofree char *why = g_strdup_printf("the same key but for %s", column->name);
        if (other != NULL)
            add(rows, g_steal_pointer(&other), FALSE, why, index->sources);
        else
            pgs_rule_result_note(index->result, "no other value was found for %s", column->name);
    }
    return TRUE;
}

/* ---- expressions ---- */

static char *
swap_first(const char *text)
{
    char *copy = g_strdup(text);
    *copy = g_ascii_isupper(*copy) ? g_ascii_tolower(*copy) : g_ascii_toupper(*copy);
    return copy;
}

/* Texts that people take for the same. */
static void
add_text_variants(PgsBench *bench, const char *text, GArray *values)
{
    char *variants[] = {
        g_utf8_strup(text, -1),       g_utf8_strdown(text, -1),     swap_first(text),
        g_strconcat(text, " ", NULL), g_strconcat(" ", text, NULL), g_strconcat(text, "x", NULL),
        g_strconcat("-", text, NULL), g_strconcat("0", text, NULL),
    };
    for (guint i = 0; i < G_N_ELEMENTS(variants); i++) {
        PgsValue value = pgs_bench_text(bench, variants[i]);
        g_array_append_val(values, value);
        g_free(variants[i]);
    }
}

/* Whether all keys of two drafts are equal though the column's values are not, and the predicate
   holds for the second. */
static void
add_alike(PgsBatch *batch, const PgsIndexRule *index, const PgsColumn *column, const PgsDraft *a,
          const PgsDraft *b)
{
    g_autofree char *one = pgs_index_rule_row(a, index->sources);
    g_autofree char *other = pgs_index_rule_row(b, index->sources);
    g_autoptr(GString) sql = g_string_new("SELECT true");
    for (guint i = 0; i < index->rule->keys->len; i++) {
        const char *key = index->rule->keys->pdata[i];
        g_string_append_printf(sql,
                               " AND (SELECT %s FROM %s AS r) IS NOT DISTINCT FROM "
                               "(SELECT %s FROM %s AS r)",
                               key, one, key, other);
    }
    if (index->rule->predicate != NULL)
        g_string_append_printf(sql, " AND (SELECT %s FROM %s AS r)", index->rule->predicate, other);
    g_string_append_printf(sql,
                           " AND (SELECT (%s)::pg_catalog.text FROM %s AS r) IS DISTINCT FROM "
                           "(SELECT (%s)::pg_catalog.text FROM %s AS r)",
                           column->quoted, one, column->quoted, other);
    pgs_batch_add(batch, sql->str);
}

static gboolean
add_alike_of(const PgsIndexRule *index, const PgsColumn *column, const PgsDraft *same,
             GPtrArray *rows, GError **error)
{
    PgsValue value = pgs_draft_get(same, column);
    if (value.kind != PGS_VALUE_TEXT || !g_utf8_validate(value.text, -1, NULL))
        return TRUE;
    g_autoptr(GArray) values = g_array_new(FALSE, FALSE, sizeof(PgsValue));
    add_text_variants(index->bench, value.text, values);
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    for (guint i = 0; i < values->len; i++) {
        g_autoptr(PgsDraft) variant =
            pgs_draft_with(same, column, g_array_index(values, PgsValue, i));
        pgs_batch_begin(batch);
        add_alike(batch, index, column, same, variant);
    }
    if (!pgs_batch_run(batch, pgs_bench_connection(index->bench), error))
        return FALSE;
    for (guint i = 0; i < values->len; i++) {
        if (!is_true(pgs_batch_result(batch, i), 0))
            continue;
        add(rows, pgs_draft_with(same, column, g_array_index(values, PgsValue, i)), TRUE,
            "another value that makes the same key", index->sources);
        break;
    }
    return TRUE;
}

gboolean
pgs_key_rows_alike(const PgsIndexRule *index, const PgsDraft *same, GPtrArray *rows, GError **error)
{
    const PgsRule *rule = index->rule;
    if (rule->keys->len == rule->n_columns)
        return TRUE;
    for (guint i = 0; i < rule->keys->len; i++) {
        g_autoptr(GPtrArray) columns = pgs_rule_columns_in(index->relation, rule->keys->pdata[i]);
        for (guint k = 0; k < columns->len; k++) {
            const PgsColumn *column = columns->pdata[k];
            if (column->generated == 0 && !add_alike_of(index, column, same, rows, error))
                return FALSE;
        }
    }
    return TRUE;
}

/* ---- NULL ---- */

static const PgsColumn *
find_nullable(const PgsRule *rule)
{
    for (guint i = 0; i < rule->n_columns; i++)
        if (!rule->columns[i]->not_null && rule->columns[i]->generated == 0)
            return rule->columns[i];
    return NULL;
}

gboolean
pgs_key_rows_null(const PgsIndexRule *index, GPtrArray *rows, GError **error)
{
    const PgsColumn *column = find_nullable(index->rule);
    if (column == NULL || index->rule->kind == PGS_RULE_PRIMARY_KEY)
        return TRUE;
    PgsWish wish = {.column = column, .value = {.kind = PGS_VALUE_NULL}};
    GError *local = NULL;
    g_autofree char *reason = NULL;
    g_autoptr(PgsStored) stored =
        pgs_synthesis_make(index->bench, index->relation, &wish, 1, &reason, &local);
    if (local != NULL) {
        g_propagate_error(error, local);
        return FALSE;
    }
    gboolean holds = FALSE;
    if (stored != NULL && !pgs_index_rule_holds(index, stored, FALSE, &holds, error))
        return FALSE;
    if (holds && pgs_stored_get(stored, column).kind == PGS_VALUE_NULL)
        add(rows, pgs_index_rule_collide(index, index->draft, stored),
            index->rule->nulls_not_distinct, "NULL as in a row that is there", index->sources);
    return TRUE;
}
