#include "exercise/rule_index_predicate.h"
#include "exercise/rules.h"
#include "values/candidates.h"
#include "values/generator.h"

#include <string.h>

enum {
    MAX_VALUES = 10, /* that are tried for one column */
    MAX_PAIR = 5,    /* where a key is made of several columns: of each */
    MAX_ROWS = 3,    /* of one sort that are given to the proof */
};

/* One way to fill the columns that a key is made of, and what the rule's operator says of it. */
typedef struct {
    PgsDraft *draft;
    gboolean is_equal; /* the very values of the row that is there */
    gboolean conflicts, is_known;
} Option;

static void
option_free(gpointer data)
{
    Option *option = data;
    pgs_draft_free(option->draft);
    g_free(option);
}

/* A key of the rule. */
typedef struct {
    const char *sql, *operator;
    GPtrArray *columns; /* that it is made of */
    GPtrArray *options; /* Option */
} Key;

static void
key_free(gpointer data)
{
    Key *key = data;
    g_ptr_array_unref(key->columns);
    g_ptr_array_unref(key->options);
    g_free(key);
}

/* ---- options ---- */

static void
add_value(GArray *values, PgsValue value)
{
    for (guint i = 0; i < values->len; i++)
        if (pgs_value_equal(g_array_index(values, PgsValue, i), value))
            return;
    if (value.kind != PGS_VALUE_DEFAULT && value.kind != PGS_VALUE_NULL)
        g_array_append_val(values, value);
}

/* The stored row's, the draft's, what stands next to the first, what rules speak of. */
static GArray *
values_for(const PgsIndexRule *index, const PgsColumn *column, const PgsDraft *same, guint limit,
           GError **error)
{
    g_autoptr(GArray) values = g_array_new(FALSE, FALSE, sizeof(PgsValue));
    g_autoptr(GArray) near = g_array_new(FALSE, FALSE, sizeof(PgsValue));
    PgsValue own = pgs_draft_get(same, column);
    add_value(values, own);
    add_value(values, pgs_draft_get(index->draft, column));
    if (own.kind == PGS_VALUE_TEXT)
        pgs_generator_neighbours(index->bench, column->type, column->typmod, own, near);
    for (guint i = 0; i < near->len && values->len < limit; i++)
        add_value(values, g_array_index(near, PgsValue, i));
    const PgsCandidates *candidates = pgs_candidates_of_column(index->bench, column, error);
    if (candidates == NULL)
        return NULL;
    for (guint i = 0; i < candidates->values->len && values->len < limit; i++)
        add_value(values, g_array_index(candidates->values, PgsValue, i));
    return g_steal_pointer(&values);
}

static void
add_option(Key *key, PgsDraft *draft, gboolean is_equal)
{
    Option *option = g_new0(Option, 1);
    option->draft = draft;
    option->is_equal = is_equal;
    g_ptr_array_add(key->options, option);
}

/* All values of one column with all options so far. */
static gboolean
multiply(const PgsIndexRule *index, Key *key, const PgsColumn *column, const PgsDraft *same,
         GError **error)
{
    guint limit = key->columns->len > 1 ? MAX_PAIR : MAX_VALUES;
    g_autoptr(GArray) values = values_for(index, column, same, limit, error);
    if (values == NULL)
        return FALSE;
    guint n = key->options->len;
    for (guint i = 0; i < n && key->options->len < 100; i++) {
        const Option *option = key->options->pdata[i];
        for (guint k = 0; k < values->len; k++) {
            PgsValue value = g_array_index(values, PgsValue, k);
            if (!pgs_value_equal(value, pgs_draft_get(option->draft, column)))
                add_option(key, pgs_draft_with(option->draft, column, value), FALSE);
        }
    }
    return TRUE;
}

static gboolean
fill_key(const PgsIndexRule *index, Key *key, const PgsDraft *same, GError **error)
{
    add_option(key, pgs_draft_copy(same), TRUE);
    for (guint i = 0; i < key->columns->len; i++)
        if (!multiply(index, key, key->columns->pdata[i], same, error))
            return FALSE;
    return TRUE;
}

/* The operators of keys that are WITHOUT OVERLAPS are what they are called by. */
static const char *
operator_of(const PgsRule *rule, guint i)
{
    if (rule->operators != NULL && i < rule->operators->len)
        return rule->operators->pdata[i];
    return rule->period && i + 1 == rule->keys->len ? "OPERATOR(pg_catalog.&&)" : "=";
}

static Key *
key_new(const PgsIndexRule *index, guint i)
{
    Key *key = g_new0(Key, 1);
    key->sql = index->rule->keys->pdata[i];
    key->operator= operator_of(index->rule, i);
    key->columns = g_ptr_array_new();
    key->options = g_ptr_array_new_with_free_func(option_free);
    g_autoptr(GPtrArray) columns = pgs_rule_columns_in(index->relation, key->sql);
    for (guint k = 0; k < columns->len; k++) {
        const PgsColumn *column = columns->pdata[k];
        if (column->generated == 0)
            g_ptr_array_add(key->columns, (gpointer)column);
    }
    return key;
}

/* ---- what the server says of them ---- */

static void
ask(PgsBatch *batch, const PgsIndexRule *index, const Key *key, const PgsDraft *same,
    const Option *option)
{
    g_autofree char *there = pgs_index_rule_row(same, index->sources);
    g_autofree char *tried = pgs_index_rule_row(option->draft, index->sources);
    pgs_batch_begin(batch);
    pgs_batch_add_printf(batch, "SELECT (SELECT %s FROM %s AS r) %s (SELECT %s FROM %s AS r)",
                         key->sql, tried, key->operator, key->sql, there);
}

static gboolean
ask_all(const PgsIndexRule *index, const GPtrArray *keys, const PgsDraft *same, GError **error)
{
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    for (guint i = 0; i < keys->len; i++) {
        const Key *key = keys->pdata[i];
        for (guint k = 0; k < key->options->len; k++)
            ask(batch, index, key, same, key->options->pdata[k]);
    }
    if (!pgs_batch_run(batch, pgs_bench_connection(index->bench), error))
        return FALSE;
    guint attempt = 0;
    for (guint i = 0; i < keys->len; i++) {
        const Key *key = keys->pdata[i];
        for (guint k = 0; k < key->options->len; k++) {
            Option *option = key->options->pdata[k];
            const PgsBatchResult *answer = pgs_batch_result(batch, attempt++);
            const PGresult *row = answer->failure == NULL ? answer->results->pdata[0] : NULL;
            option->is_known = row != NULL && !PQgetisnull(row, 0, 0);
            option->conflicts = option->is_known && strcmp(PQgetvalue(row, 0, 0), "t") == 0;
        }
    }
    index->result->n_candidates += attempt;
    return TRUE;
}

/* ---- rows ---- */

/* The n-th of those that conflict, or that do not; or NULL. */
static const Option *
nth_option(const Key *key, gboolean conflicts, guint n)
{
    for (guint i = 0; i < key->options->len; i++) {
        const Option *option = key->options->pdata[i];
        if (option->is_known && option->conflicts == conflicts && n-- == 0)
            return option;
    }
    return NULL;
}

static void
take_columns(PgsDraft *draft, const Key *key, const Option *option)
{
    for (guint i = 0; i < key->columns->len; i++)
        pgs_draft_set(draft, key->columns->pdata[i],
                      pgs_draft_get(option->draft, key->columns->pdata[i]));
}

/*
 * A row that conflicts in all keys but one (NULL: in all), by the n-th option of the key varied;
 * NULL: there is none.  What several keys are made of has to be such for each of them.
 */
static PgsDraft *
make_row(const GPtrArray *keys, const PgsDraft *same, const Key *varied, gboolean conflicts,
         guint n)
{
    g_autoptr(PgsDraft) draft = pgs_draft_copy(same);
    for (guint i = 0; i < keys->len; i++) {
        const Key *key = keys->pdata[i];
        gboolean is_varied = key == varied;
        const Option *option = nth_option(key, !is_varied || conflicts, is_varied ? n : 0);
        if (option == NULL)
            return NULL;
        if (!option->is_equal)
            take_columns(draft, key, option);
    }
    return g_steal_pointer(&draft);
}

static void
add_row(const PgsIndexRule *index, GPtrArray *rows, PgsDraft *draft, gboolean refused,
        const char *why)
{
    g_autofree char *values = pgs_index_rule_describe(draft, index->sources);
    g_ptr_array_add(rows, pgs_proof_row_new(draft, refused, "%s: %s", why, values));
}

static void
add_rows(const PgsIndexRule *index, const GPtrArray *keys, const PgsDraft *same, GPtrArray *rows)
{
    for (guint i = 0; i < keys->len; i++) {
        const Key *key = keys->pdata[i];
        for (guint n = 0; n < MAX_ROWS; n++) {
            PgsDraft *conflicting = make_row(keys, same, key, TRUE, n);
            PgsDraft *other = make_row(keys, same, key, FALSE, n);
            g_autofree char *why = keys->len == 1
                                       ? g_strdup("it does not conflict")
                                       : g_strdup_printf("it conflicts in all but %s", key->sql);
            if (conflicting != NULL && (i == 0 || n > 0))
                add_row(index, rows, conflicting, TRUE, "it conflicts with a row that is there");
            else
                pgs_draft_free(conflicting);
            if (other != NULL)
                add_row(index, rows, other, FALSE, why);
        }
    }
}

/* What no operator says of a row is of no use: one that is refused may be so by its predicate. */
static gboolean
add_others(const PgsIndexRule *index, const PgsDraft *same, GPtrArray *rows, GError **error)
{
    g_autoptr(PgsDraft) outside = NULL;
    add_row(index, rows, pgs_draft_copy(index->draft), FALSE, "another row");
    if (!pgs_index_predicate_leave(index, same, &outside, error))
        return FALSE;
    if (outside != NULL)
        add_row(index, rows, g_steal_pointer(&outside), FALSE, "the same outside of its predicate");
    return TRUE;
}

static gboolean
make_rows(const PgsIndexRule *index, GPtrArray *rows, GError **error)
{
    g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(key_free);
    g_autoptr(PgsDraft) same = pgs_index_rule_collide(index, index->draft, index->stored);
    for (guint i = 0; i < index->rule->keys->len; i++) {
        Key *key = key_new(index, i);
        g_ptr_array_add(keys, key);
        if (!fill_key(index, key, same, error))
            return FALSE;
    }
    if (!ask_all(index, keys, same, error))
        return FALSE;
    add_rows(index, keys, same, rows);
    return add_others(index, same, rows, error);
}

/* ---- the rule ---- */

static gboolean
prove(PgsIndexRule *index, GError **error)
{
    g_autoptr(GPtrArray) rows = pgs_rule_rows_new();
    if (index->draft == NULL)
        index->draft = pgs_draft_copy(index->stored->draft);
    return make_rows(index, rows, error) && pgs_index_rule_sift(index, rows, error) &&
           pgs_proof_run(index->bench, index->rule, rows, index->result, error);
}

gboolean
pgs_rule_exclusion_exercise(PgsBench *bench, PgsRuleResult *result, GError **error)
{
    return pgs_index_rule_exercise(bench, result, prove, error);
}
