#include "exercise/rule_index_predicate.h"

#include "sql/expression.h"
#include "synthesis/grid.h"

#include <string.h>

enum {
    MAX_WISHES = 12,
    MAX_VALUES = 6, /* of a column of which the condition speaks by itself */
};

/* ---- the condition, as if it were a CHECK ---- */

/* Columns are those that it names; sql has to outlive it. */
static PgsRule
make_rule(const PgsIndexRule *index, char *sql, const GPtrArray *columns)
{
    return (PgsRule){
        .kind = PGS_RULE_CHECK,
        .relation = index->relation,
        .name = (char *)"predicate",
        .expression = sql,
        .n_columns = columns->len,
        .columns = (const PgsColumn **)columns->pdata,
        .enforced = TRUE,
        .validated = TRUE,
    };
}

/* The parts (char *) that all have to be true. */
static void
add_parts(GPtrArray *parts, const char *sql)
{
    g_autoptr(PgsNode) node = pgs_expression_parse(sql, NULL);
    guint n = parts->len;
    for (guint i = 0; node != NULL && node->kind == PGS_NODE_AND && i < node->arguments->len; i++) {
        char *part = pgs_node_to_sql(node->arguments->pdata[i]);
        if (part == NULL) {
            g_ptr_array_set_size(parts, (gint)n);
            break;
        }
        g_ptr_array_add(parts, part);
    }
    if (parts->len == n)
        g_ptr_array_add(parts, g_strdup_printf("(%s)", sql));
}

static GPtrArray *
make_parts(const PgsIndexRule *index)
{
    const PgsRule *rule = index->rule;
    GPtrArray *parts = g_ptr_array_new_with_free_func(g_free);
    if (rule->predicate != NULL)
        add_parts(parts, rule->predicate);
    for (guint i = 0; !rule->nulls_not_distinct && i < rule->keys->len; i++)
        g_ptr_array_add(parts,
                        g_strdup_printf("(%s) IS NOT NULL", (const char *)rule->keys->pdata[i]));
    return parts;
}

static char *
join(const GPtrArray *parts)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    for (guint i = 0; i < parts->len; i++)
        g_string_append_printf(sql, "%s%s", i > 0 ? " AND " : "", (const char *)parts->pdata[i]);
    return g_string_free(g_steal_pointer(&sql), FALSE);
}

/* What of the row does not change, its CHECKs have accepted. */
static gboolean
is_concerned(const PgsRule *check, const PgsRelation *relation, const GPtrArray *columns)
{
    for (guint i = 0; i < check->n_columns; i++) {
        const PgsColumn *column = pgs_relation_column(relation, check->columns[i]->name);
        if (column == NULL || column->generated != 0 ||
            g_ptr_array_find((GPtrArray *)columns, column, NULL))
            return TRUE;
    }
    return check->n_columns == 0;
}

/* The relation's CHECKs, and the condition behind them. */
static PgsGrid *
evaluate(const PgsIndexRule *index, char *condition, const PgsDraft *base, const GPtrArray *columns,
         GHashTable *choices, GError **error)
{
    g_autoptr(GPtrArray) named = pgs_rule_columns_in(index->relation, condition);
    PgsRule predicate = make_rule(index, condition, named);
    g_autoptr(GPtrArray) rules = g_ptr_array_new();
    for (guint i = 0; i < index->relation->checks->len; i++)
        if (is_concerned(index->relation->checks->pdata[i], index->relation, columns))
            g_ptr_array_add(rules, index->relation->checks->pdata[i]);
    g_ptr_array_add(rules, &predicate);
    return pgs_grid_evaluate(index->bench, base, columns, rules, choices, error);
}

static guint
count_differences(const PgsGrid *grid, const PgsGridRow *row, const PgsDraft *base)
{
    guint n = 0;
    for (guint i = 0; i < grid->columns->len; i++)
        n += !pgs_value_equal(row->values[i], pgs_draft_get(base, grid->columns->pdata[i]));
    return n;
}

/* The rows of the grid that are inside (or outside) of the predicate, the nearest to base first. */
static GPtrArray *
choose_rows(const PgsGrid *grid, const PgsDraft *base, gboolean inside)
{
    guint last = grid->rules->len - 1;
    GPtrArray *chosen = g_ptr_array_new();
    for (guint n = 0; n <= grid->columns->len; n++)
        for (guint i = 0; i < grid->rows->len && chosen->len < MAX_WISHES; i++) {
            PgsGridRow *row = grid->rows->pdata[i];
            PgsGridAnswer answer = row->answers[last];
            gboolean fits = inside ? answer == PGS_GRID_TRUE
                                   : answer == PGS_GRID_FALSE || answer == PGS_GRID_NULL;
            if (fits && pgs_grid_row_passes(grid, row, (gint)last) &&
                count_differences(grid, row, base) == n)
                g_ptr_array_add(chosen, row);
        }
    return chosen;
}

/* ---- inside ---- */

static void
add_column(GPtrArray *columns, const PgsColumn *column)
{
    if (column != NULL && column->generated == 0 && !g_ptr_array_find(columns, column, NULL))
        g_ptr_array_add(columns, (gpointer)column);
}

static void
add_columns_of(GPtrArray *columns, const PgsRelation *relation, const PgsRule *check)
{
    gboolean shares = FALSE;
    for (guint i = 0; !shares && i < check->n_columns; i++)
        shares =
            g_ptr_array_find(columns, pgs_relation_column(relation, check->columns[i]->name), NULL);
    for (guint i = 0; shares && i < check->n_columns; i++)
        add_column(columns, pgs_relation_column(relation, check->columns[i]->name));
}

/* A key that is made of what is never NULL may be NULL itself. */
static void
add_columns_of_key(GPtrArray *columns, const PgsRelation *relation, const char *key)
{
    g_autoptr(GPtrArray) named = pgs_rule_columns_in(relation, key);
    for (guint i = 0; i < named->len; i++) {
        const PgsColumn *column = named->pdata[i];
        if (!column->not_null || strcmp(column->quoted, key) != 0)
            add_column(columns, column);
    }
}

/* Those of the predicate, keys that may be NULL, and what CHECKs hold together with these. */
static GPtrArray *
find_columns(const PgsIndexRule *index)
{
    GPtrArray *columns = g_ptr_array_new();
    for (guint i = 0; i < index->predicate_sources->len; i++)
        add_column(columns, index->predicate_sources->pdata[i]);
    for (guint i = 0; i < index->rule->keys->len; i++)
        add_columns_of_key(columns, index->relation, index->rule->keys->pdata[i]);
    for (guint i = 0; i < index->relation->checks->len; i++)
        add_columns_of(columns, index->relation, index->relation->checks->pdata[i]);
    return columns;
}

/* The parts that speak of that column alone; or NULL. */
static char *
join_own(const PgsIndexRule *index, const GPtrArray *parts, const PgsColumn *column)
{
    g_autoptr(GPtrArray) own = g_ptr_array_new();
    for (guint i = 0; i < parts->len; i++) {
        g_autoptr(GPtrArray) named = pgs_rule_columns_in(index->relation, parts->pdata[i]);
        if (named->len == 1 && named->pdata[0] == column)
            g_ptr_array_add(own, parts->pdata[i]);
    }
    return own->len > 0 ? join(own) : NULL;
}

/* Values of the column with which its own part of the condition is true; NULL without error: any.
 */
static gboolean
choose_values(const PgsIndexRule *index, const GPtrArray *parts, const PgsDraft *base,
              const PgsColumn *column, GHashTable *choices, GError **error)
{
    g_autofree char *own = join_own(index, parts, column);
    if (own == NULL)
        return TRUE;
    g_autoptr(GPtrArray) columns = g_ptr_array_new();
    g_ptr_array_add(columns, (gpointer)column);
    PgsRule rule = make_rule(index, own, columns);
    g_autoptr(GPtrArray) rules = g_ptr_array_new();
    g_ptr_array_add(rules, &rule);
    g_autoptr(PgsGrid) grid = pgs_grid_evaluate(index->bench, base, columns, rules, NULL, error);
    if (grid == NULL)
        return FALSE;
    index->result->n_candidates += grid->rows->len;
    GArray *values = g_array_new(FALSE, FALSE, sizeof(PgsValue));
    for (guint i = 0; i < grid->rows->len && values->len < MAX_VALUES; i++) {
        const PgsGridRow *row = grid->rows->pdata[i];
        if (row->answers[0] == PGS_GRID_TRUE)
            g_array_append_val(values, row->values[0]);
    }
    if (values->len > 0)
        g_hash_table_insert(choices, (gpointer)column, values);
    else
        g_array_unref(values);
    return TRUE;
}

/* The foreign key by which the column has to refer to a row when it has a value; or NULL. */
static const PgsRule *
find_reference(const PgsRelation *relation, const PgsColumn *column)
{
    for (guint i = 0; i < relation->references->len; i++) {
        const PgsRule *reference = relation->references->pdata[i];
        for (guint k = 0; k < reference->n_columns; k++)
            if (pgs_relation_column(relation, reference->columns[k]->name) == column)
                return reference;
    }
    return NULL;
}

/* What is as it is anyway, and of which the index does not speak, need not be wished for. */
static gboolean
is_wanted(const PgsIndexRule *index, PgsWish wish, const PgsDraft *base)
{
    return wish.value.kind != PGS_VALUE_DEFAULT &&
           (g_ptr_array_find(index->predicate_sources, wish.column, NULL) ||
            !pgs_value_equal(wish.value, pgs_draft_get(base, wish.column)));
}

/* A value that refers is that of a row which is made for it. */
static gboolean
add_wishes_of_row(PgsIndexRule *index, const PgsGrid *grid, const PgsGridRow *row,
                  const PgsDraft *base, GError **error)
{
    GArray *wishes = g_array_new(FALSE, FALSE, sizeof(PgsWish));
    g_ptr_array_add(index->wishes, wishes);
    g_autoptr(GPtrArray) references = g_ptr_array_new();
    for (guint i = 0; i < grid->columns->len; i++) {
        PgsWish wish = {.column = grid->columns->pdata[i], .value = row->values[i]};
        if (!is_wanted(index, wish, base))
            continue;
        const PgsRule *reference =
            wish.value.kind == PGS_VALUE_NULL ? NULL : find_reference(index->relation, wish.column);
        if (reference == NULL)
            g_array_append_val(wishes, wish);
        else if (!g_ptr_array_find(references, reference, NULL))
            g_ptr_array_add(references, (gpointer)reference);
    }
    for (guint i = 0; i < references->len; i++)
        if (!pgs_index_rule_wish_for_parent(index, references->pdata[i], wishes, error))
            return FALSE;
    return TRUE;
}

static gboolean
add_wishes(PgsIndexRule *index, const GPtrArray *parts, const PgsDraft *base, GError **error)
{
    g_autoptr(GPtrArray) columns = find_columns(index);
    g_autoptr(GHashTable) choices =
        g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
    for (guint i = 0; i < columns->len; i++)
        if (!choose_values(index, parts, base, columns->pdata[i], choices, error))
            return FALSE;
    if (columns->len == 0)
        return TRUE;
    g_autofree char *condition = join(parts);
    g_autoptr(PgsGrid) grid = evaluate(index, condition, base, columns, choices, error);
    if (grid == NULL)
        return FALSE;
    index->result->n_candidates += grid->rows->len;
    g_autoptr(GPtrArray) rows = choose_rows(grid, base, TRUE);
    for (guint i = 0; i < rows->len; i++)
        if (!add_wishes_of_row(index, grid, rows->pdata[i], base, error))
            return FALSE;
    return TRUE;
}

gboolean
pgs_index_predicate_wishes(PgsIndexRule *index, GError **error)
{
    g_autoptr(PgsDraft) base = NULL;
    if (!pgs_rule_try_draft(index->bench, index->relation, NULL, 0, &base, error))
        return FALSE;
    g_autoptr(GPtrArray) parts = make_parts(index);
    return base == NULL || parts->len == 0 || add_wishes(index, parts, base, error);
}

/* ---- outside ---- */

gboolean
pgs_index_predicate_leave(const PgsIndexRule *index, const PgsDraft *draft, PgsDraft **outside,
                          GError **error)
{
    *outside = NULL;
    g_autoptr(GPtrArray) columns = g_ptr_array_new();
    g_autoptr(GPtrArray) keys = pgs_index_rule_key_sources(index);
    for (guint i = 0; i < index->predicate_sources->len; i++)
        if (!g_ptr_array_find(keys, index->predicate_sources->pdata[i], NULL))
            g_ptr_array_add(columns, index->predicate_sources->pdata[i]);
    if (columns->len == 0)
        return TRUE;
    g_autoptr(PgsGrid) grid = evaluate(index, index->rule->predicate, draft, columns, NULL, error);
    if (grid == NULL)
        return FALSE;
    index->result->n_candidates += grid->rows->len;
    g_autoptr(GPtrArray) rows = choose_rows(grid, draft, FALSE);
    if (rows->len == 0)
        return TRUE;
    const PgsGridRow *row = rows->pdata[0];
    *outside = pgs_draft_copy(draft);
    for (guint i = 0; i < columns->len; i++)
        pgs_draft_set(*outside, columns->pdata[i], row->values[i]);
    return TRUE;
}
