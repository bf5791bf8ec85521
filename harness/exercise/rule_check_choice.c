#include "exercise/rule_check_choice.h"

#include "synthesis/grid_cell.h"
#include "synthesis/synthesis.h"
#include "values/candidates.h"
#include "values/generator.h"
#include "values/mine.h"

#include <string.h>

enum {
    PARENTS = 2,        /* that are made for each table that is referred to */
    MAX_CONSTANTS = 40, /* of functions */
};

void
pgs_check_choice_init(PgsCheckChoice *choice, PgsBench *bench, const PgsRule *rule,
                      const GPtrArray *columns)
{
    choice->bench = bench;
    choice->rule = rule;
    choice->columns = columns;
    choice->choices = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
    choice->trusted = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_hash_table_unref);
    choice->taken = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_hash_table_unref);
    choice->own = g_hash_table_new(NULL, NULL);
}

void
pgs_check_choice_clear(PgsCheckChoice *choice)
{
    g_hash_table_unref(choice->choices);
    g_hash_table_unref(choice->trusted);
    g_hash_table_unref(choice->taken);
    g_hash_table_unref(choice->own);
}

/* The column's values so far: at first its candidates. */
static GArray *
values_of(PgsCheckChoice *choice, const PgsColumn *column, GError **error)
{
    GArray *values = g_hash_table_lookup(choice->choices, column);
    if (values != NULL)
        return values;
    const PgsCandidates *candidates = pgs_candidates_of_column(choice->bench, column, error);
    if (candidates == NULL)
        return NULL;
    values = g_array_new(FALSE, FALSE, sizeof(PgsValue));
    g_array_append_vals(values, candidates->values->data, candidates->values->len);
    g_hash_table_insert(choice->choices, (gpointer)column, values);
    return values;
}

/* ---- defaults ---- */

gboolean
pgs_check_choice_fix_defaults(PgsCheckChoice *choice, PgsDraft *draft, GError **error)
{
    g_autoptr(GArray) wants = g_array_new(FALSE, FALSE, sizeof(PgsGridWant));
    for (guint i = 0; i < choice->columns->len; i++) {
        PgsGridWant want = {.column = choice->columns->pdata[i]};
        want.value = pgs_draft_get(draft, want.column);
        if (want.value.kind == PGS_VALUE_DEFAULT &&
            (want.column->identity != 0 || want.column->default_is_volatile))
            g_array_append_val(wants, want);
    }
    g_autoptr(GPtrArray) cells = pgs_grid_cells(choice->bench, wants, error);
    if (cells == NULL)
        return FALSE;
    for (guint i = 0; i < cells->len; i++) {
        const PgsGridCell *cell = cells->pdata[i];
        if (cell->is_input && cell->text != NULL)
            pgs_draft_set(draft, g_array_index(wants, PgsGridWant, i).column,
                          pgs_bench_text(choice->bench, cell->text));
    }
    return TRUE;
}

/* ---- foreign keys ---- */

static const PgsRule *
reference_of(const PgsColumn *column)
{
    const GPtrArray *references = column->relation->references;
    for (guint i = 0; i < references->len; i++) {
        const PgsRule *rule = references->pdata[i];
        if (rule->n_columns == 1 && strcmp(rule->columns[0]->name, column->name) == 0)
            return rule;
    }
    return NULL;
}

/* Keys of rows made for a table that is referred to; appended. */
static gboolean
make_parents(PgsCheckChoice *choice, const PgsColumn *referenced, GPtrArray *keys, GError **error)
{
    for (guint i = 0; i < PARENTS; i++) {
        GError *local = NULL;
        g_autofree char *reason = NULL;
        g_autoptr(PgsStored) parent =
            pgs_synthesis_make(choice->bench, referenced->relation, NULL, 0, &reason, &local);
        if (local != NULL) {
            g_propagate_error(error, local);
            return FALSE;
        }
        if (parent == NULL)
            break;
        PgsValue key = pgs_stored_get(parent, referenced);
        if (key.kind == PGS_VALUE_TEXT)
            g_ptr_array_add(keys, (gpointer)pgs_bench_keep(choice->bench, key.text));
    }
    return TRUE;
}

/* The keys that draft has already of the rows of referenced; appended. */
static void
take_parents(PgsCheckChoice *choice, const PgsDraft *draft, const PgsColumn *referenced,
             GPtrArray *keys)
{
    for (guint i = 0; i < choice->columns->len; i++) {
        const PgsColumn *column = choice->columns->pdata[i];
        const PgsRule *reference = reference_of(column);
        PgsValue value = pgs_draft_get(draft, column);
        if (reference != NULL && reference->referenced_columns[0] == referenced &&
            value.kind == PGS_VALUE_TEXT)
            g_ptr_array_add(keys, (gpointer)value.text);
    }
}

/* Of a table that refers to itself these are its own keys: no further row can have them. */
static void
take_keys(PgsCheckChoice *choice, const PgsColumn *referenced, const GPtrArray *keys)
{
    GHashTable *taken = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < keys->len; i++)
        g_hash_table_add(taken, keys->pdata[i]);
    g_hash_table_insert(choice->taken, (gpointer)referenced, taken);
}

static gboolean
add_keys(PgsCheckChoice *choice, const PgsColumn *column, const GPtrArray *keys, GError **error)
{
    GArray *values = values_of(choice, column, error);
    if (values == NULL)
        return FALSE;
    GHashTable *there = g_hash_table_new(g_str_hash, g_str_equal);
    g_hash_table_insert(choice->trusted, (gpointer)column, there);
    for (guint i = keys->len; i-- > 0;) {
        PgsValue key = {.kind = PGS_VALUE_TEXT, .text = keys->pdata[i]};
        g_array_prepend_val(values, key);
        g_hash_table_add(there, keys->pdata[i]);
    }
    return TRUE;
}

/* A row may refer to itself: its own key is worth a try. */
static gboolean
add_own_key(PgsCheckChoice *choice, const PgsDraft *draft, const PgsColumn *column,
            const PgsColumn *referenced, GError **error)
{
    PgsValue key = pgs_draft_get(draft, referenced);
    GArray *values = values_of(choice, column, error);
    if (values == NULL)
        return FALSE;
    g_hash_table_insert(choice->own, (gpointer)column, (gpointer)referenced);
    if (key.kind == PGS_VALUE_TEXT)
        g_array_prepend_val(values, key);
    return TRUE;
}

gboolean
pgs_check_choice_add_parents(PgsCheckChoice *choice, const PgsDraft *draft, GError **error)
{
    /* referenced column → GPtrArray of texts */
    g_autoptr(GHashTable) known =
        g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
    for (guint i = 0; i < choice->columns->len; i++) {
        const PgsColumn *column = choice->columns->pdata[i];
        const PgsRule *reference = reference_of(column);
        if (reference == NULL)
            continue;
        const PgsColumn *referenced = reference->referenced_columns[0];
        GPtrArray *keys = g_hash_table_lookup(known, referenced);
        if (keys == NULL) {
            keys = g_ptr_array_new();
            g_hash_table_insert(known, (gpointer)referenced, keys);
            take_parents(choice, draft, referenced, keys);
            if (!make_parents(choice, referenced, keys, error))
                return FALSE;
            take_keys(choice, referenced, keys);
        }
        if (!add_keys(choice, column, keys, error))
            return FALSE;
        if (referenced->relation == draft->relation &&
            !add_own_key(choice, draft, column, referenced, error))
            return FALSE;
    }
    return TRUE;
}

/* ---- what is unusual ---- */

/* Constants that no column is known to be compared with: in the bodies of functions. */
static void
add_constants(PgsCheckChoice *choice, const PgsMined *mined, const PgsColumn *column,
              GArray *values)
{
    for (guint i = 0; i < MIN(mined->constants->len, MAX_CONSTANTS); i++) {
        const PgsNode *node = mined->constants->pdata[i];
        PgsValue value;
        if (node->text != NULL &&
            pgs_generator_adapt(choice->bench, column->type, node->text, &value))
            g_array_append_val(values, value);
    }
}

gboolean
pgs_check_choice_add_unusual(PgsCheckChoice *choice, gboolean *is_more, GError **error)
{
    g_autoptr(PgsMined) mined =
        pgs_mine_expression(pgs_bench_inventory(choice->bench), choice->rule->expression);
    PgsValue null = {.kind = PGS_VALUE_NULL};
    *is_more = FALSE;
    for (guint i = 0; i < choice->columns->len; i++) {
        const PgsColumn *column = choice->columns->pdata[i];
        GArray *values = values_of(choice, column, error);
        if (values == NULL)
            return FALSE;
        guint n_usual = values->len;
        add_constants(choice, mined, column, values);
        if (column->not_null)
            g_array_prepend_val(values, null);
        *is_more = *is_more || values->len > n_usual;
    }
    return TRUE;
}
