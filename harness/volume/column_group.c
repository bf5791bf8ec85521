#include "volume/column_group.h"

#include "base/text.h"
#include "synthesis/synthesis_recipe.h"
#include "values/generator.h"
#include "values/mine.h"
#include "volume/column_proposal.h"
#include "volume/column_route.h"
#include "volume/column_trial.h"
#include "volume/distribution.h"

#include <string.h>

enum {
    LISTED = 12, /* values, at the most, that are told apart one by one */
};

static void
member_free(gpointer data)
{
    PgsGroupMember *member = data;
    g_free(member->bare);
    g_free(member->ordered);
    g_ptr_array_unref(member->options);
    g_free(member->weights);
    g_free(member);
}

void
pgs_column_group_clear(PgsColumnGroup *group)
{
    g_ptr_array_unref(group->members);
    g_ptr_array_unref(group->conditions);
    g_ptr_array_unref(group->rules);
    g_free(group->route);
    g_free(group->stream);
}

char *
pgs_column_group_unit(const PgsColumnGroup *group, const char *what)
{
    g_autofree char *stream = g_strdup_printf("%s %s", group->stream, what);
    return pgs_fill_unit(pgs_bench_seed(group->bench), stream, "i");
}

/* ---- members ---- */

/* A value that stands for any row's that is referred to. */
static char *
reference_sql(const PgsColumnGroup *group, const PgsColumn *column)
{
    PgsValue value = pgs_draft_get(group->accepted, column);
    if (value.kind != PGS_VALUE_TEXT && value.kind != PGS_VALUE_EXPRESSION)
        value = pgs_generator_value(group->bench, column->type, column->typmod, 0, NULL);
    if (value.kind == PGS_VALUE_DEFAULT || value.kind == PGS_VALUE_NULL)
        return NULL;
    g_autoptr(GString) sql = g_string_new("CAST(");
    pgs_value_append(sql, value);
    g_string_append_printf(sql, " AS %s)", column->type_sql);
    return g_strdup(sql->str);
}

static char *
cast_literal(const PgsColumn *column, const char *text)
{
    g_autoptr(GString) sql = g_string_new("CAST(");
    pgs_text_append_literal(sql, text);
    g_string_append_printf(sql, " AS %s)", column->type_sql);
    return g_strdup(sql->str);
}

/* The values of a column that has few of them. */
static gboolean
list_options(const PgsColumnGroup *group, PgsGroupMember *member, GError **error)
{
    gboolean unused;
    g_autoptr(GPtrArray) fills = pgs_column_propose_bare(
        group->bench, group->accepted, member->column, LISTED, TRUE, &unused, error);
    if (fills == NULL)
        return FALSE;
    const PgsColumnFill *fill = fills->len > 0 ? fills->pdata[0] : NULL;
    if (fill == NULL || fill->n_distinct < 2 || fill->n_distinct > LISTED)
        return TRUE;
    for (gint64 i = 1; i <= fill->n_distinct; i++)
        g_ptr_array_add(member->options, g_strdup_printf("(SELECT %s FROM (SELECT %" G_GINT64_FORMAT
                                                         "::pg_catalog.int8 AS i) AS pgs_option)",
                                                         (char *)fill->expressions->pdata[0], i));
    member->is_listed = TRUE;
    member->weights = pgs_distribution_weights(member->options->len);
    return TRUE;
}

/* "kind = 'a'", "kind IN ('a', 'b')" in the group's CHECKs: these values, and others. */
static void
list_mentioned(const PgsColumnGroup *group, PgsGroupMember *member)
{
    for (guint i = 0; i < group->rules->len; i++) {
        const PgsRule *rule = group->rules->pdata[i];
        g_autoptr(PgsMined) mined =
            pgs_mine_expression(pgs_bench_inventory(group->bench), rule->expression);
        for (guint k = 0; k < mined->sayings->len; k++) {
            const PgsSaying *saying = mined->sayings->pdata[k];
            if (saying->kind != PGS_SAYING_COMPARED || saying->steps->len > 0 ||
                saying->text == NULL || g_strcmp0(saying->operator, "=") != 0 ||
                g_strcmp0(saying->column, member->column->name) != 0)
                continue;
            char *sql = cast_literal(member->column, saying->text);
            if (g_ptr_array_find_with_equal_func(member->options, sql, g_str_equal, NULL))
                g_free(sql);
            else
                g_ptr_array_add(member->options, sql);
        }
    }
    if (member->options->len == 0 || member->options->len > LISTED || member->bare == NULL)
        return;
    g_ptr_array_add(member->options, g_strdup(member->bare));
    member->is_listed = member->is_mentioned = TRUE;
    member->weights = pgs_distribution_weights(member->options->len);
}

static gboolean
add_member(PgsColumnGroup *group, const PgsColumn *column, gboolean is_reference, GError **error)
{
    PgsGroupMember *member = g_new0(PgsGroupMember, 1);
    member->column = column;
    member->is_reference = is_reference;
    member->options = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(group->members, member);
    g_autoptr(PgsColumnPredicates) predicates =
        pgs_column_predicates_read(group->bench, group->accepted->relation, column, error);
    if (predicates == NULL)
        return FALSE;
    member->null_share = pgs_column_null_share(column, predicates);
    if (is_reference) {
        member->is_nullable = !column->not_null;
        member->bare = reference_sql(group, column);
        return TRUE;
    }
    g_autoptr(GPtrArray) fills = pgs_column_propose_bare(
        group->bench, group->accepted, column, group->rows, FALSE, &member->is_nullable, error);
    if (fills == NULL)
        return FALSE;
    const PgsColumnFill *fill = fills->pdata[0];
    member->bare = g_strdup(fill->expressions->pdata[0]);
    if (fill->n_distinct <= LISTED && !list_options(group, member, error))
        return FALSE;
    if (!member->is_listed)
        list_mentioned(group, member);
    return TRUE;
}

GPtrArray *
pgs_check_columns(const PgsRelation *relation, const PgsRule *check)
{
    GPtrArray *columns = g_ptr_array_new();
    if (check->expression != NULL)
        pgs_relation_named_columns(relation, check->expression, columns);
    for (guint i = 0; i < columns->len; i++) {
        const PgsColumn *column = columns->pdata[i];
        if (column->generated != 0)
            pgs_relation_named_columns(relation, column->generated_sql, columns);
    }
    return columns;
}

static gboolean
has_any(const GPtrArray *columns, const GPtrArray *of)
{
    for (guint i = 0; i < of->len; i++) {
        if (g_ptr_array_find((GPtrArray *)columns, of->pdata[i], NULL))
            return TRUE;
    }
    return FALSE;
}

static void
find_rules(PgsColumnGroup *group)
{
    const GPtrArray *checks = group->accepted->relation->checks;
    for (guint i = 0; i < checks->len; i++) {
        const PgsRule *rule = checks->pdata[i];
        g_autoptr(GPtrArray) named = pgs_check_columns(group->accepted->relation, rule);
        if (!rule->enforced || !has_any(named, group->columns))
            continue;
        g_ptr_array_add(group->rules, (gpointer)rule);
        g_ptr_array_add(group->conditions, rule->expression);
    }
    for (guint i = 0; i < group->columns->len && group->route == NULL; i++)
        group->route = pgs_route_condition(group->accepted->relation, group->columns->pdata[i]);
    if (group->route != NULL)
        g_ptr_array_add(group->conditions, group->route);
}

gboolean
pgs_column_group_init(PgsColumnGroup *group, PgsBench *bench, const PgsDraft *accepted,
                      const GPtrArray *columns, GHashTable *references, gint64 rows, GError **error)
{
    g_autoptr(GString) stream = g_string_new(accepted->relation->identity);
    *group = (PgsColumnGroup){
        .bench = bench,
        .accepted = accepted,
        .columns = columns,
        .members = g_ptr_array_new_with_free_func(member_free),
        .conditions = g_ptr_array_new(),
        .rules = g_ptr_array_new(),
        .rows = MAX(rows, 1),
    };
    for (guint i = 0; i < columns->len; i++)
        g_string_append_printf(stream, " %s", ((const PgsColumn *)columns->pdata[i])->name);
    group->stream = g_strdup(stream->str);
    find_rules(group);
    for (guint i = 0; i < columns->len; i++) {
        const PgsColumn *column = columns->pdata[i];
        gboolean is_reference = references != NULL && g_hash_table_contains(references, column);
        if (!add_member(group, column, is_reference, error))
            return FALSE;
    }
    group->has_order = pgs_column_group_order(group);
    return TRUE;
}

/* ---- each by its own expression ---- */

/* How NULLs of several columns go together. */
typedef enum {
    NULLS_APART,
    NULLS_TOGETHER,
    NULLS_NEVER,
    N_NULLS,
} Nulls;

static char *
add_nulls(const PgsColumnGroup *group, const PgsGroupMember *member, const char *sql, Nulls nulls)
{
    g_autofree char *what =
        nulls == NULLS_APART ? g_strdup_printf("null %s", member->column->name) : g_strdup("null");
    g_autofree char *unit = pgs_column_group_unit(group, what);
    return member->is_nullable && nulls != NULLS_NEVER
               ? pgs_distribution_nulls(unit, member->null_share, sql)
               : g_strdup(sql);
}

/* tried: the expressions as the server is to try them, appended.  NULL: one is not known. */
static PgsColumnFill *
make_together(const PgsColumnGroup *group, gboolean is_ordered, Nulls nulls, GPtrArray *tried)
{
    g_autoptr(PgsColumnFill) fill = pgs_column_fill_new();
    for (guint i = 0; i < group->members->len; i++) {
        const PgsGroupMember *member = group->members->pdata[i];
        const char *sql = is_ordered && member->ordered != NULL ? member->ordered : member->bare;
        if (sql == NULL)
            return NULL;
        g_ptr_array_add(tried, add_nulls(group, member, sql, nulls));
        g_ptr_array_add(fill->columns, (gpointer)member->column);
        g_ptr_array_add(fill->expressions,
                        add_nulls(group, member, member->is_reference ? "true" : sql, nulls));
        if (!member->is_reference)
            continue;
        char *truth = fill->expressions->pdata[i];
        fill->expressions->pdata[i] = g_strdup_printf("COALESCE(%s, false)", truth);
        g_free(truth);
    }
    fill->n_distinct = group->rows;
    fill->what = g_strdup(is_ordered ? "each after the other" : "each by itself");
    return g_steal_pointer(&fill);
}

static gboolean
is_taken(const PgsColumnSample *sample)
{
    return sample->is_valid && sample->n_accepted == sample->n;
}

PgsColumnFill *
pgs_column_group_together(PgsColumnGroup *group, gboolean with_nulls, GError **error)
{
    static const Nulls usual[] = {NULLS_APART, NULLS_TOGETHER}, never[] = {NULLS_NEVER};
    const Nulls *nulls = with_nulls ? usual : never;
    guint n_nulls = with_nulls ? G_N_ELEMENTS(usual) : G_N_ELEMENTS(never);
    g_autoptr(GPtrArray) fills =
        g_ptr_array_new_with_free_func((GDestroyNotify)pgs_column_fill_free);
    g_autoptr(PgsColumnTrial) trial =
        pgs_column_trial_new(group->bench, group->accepted, group->conditions);
    for (guint i = 0; i < (group->has_order ? 2 : 1) * n_nulls; i++) {
        g_autoptr(GPtrArray) tried = g_ptr_array_new_with_free_func(g_free);
        gboolean is_ordered = group->has_order && i % 2 == 1;
        PgsColumnFill *fill =
            make_together(group, is_ordered, nulls[group->has_order ? i / 2 : i], tried);
        if (fill == NULL)
            return NULL;
        g_ptr_array_add(fills, fill);
        pgs_column_trial_add(trial, group->columns, tried, group->rows);
    }
    if (!pgs_column_trial_run(trial, error))
        return NULL;
    for (guint i = 0; i < fills->len; i++) {
        if (is_taken(pgs_column_trial_sample(trial, i)))
            return g_ptr_array_steal_index(fills, i);
    }
    return NULL;
}

/* ---- classes, mixed ---- */

PgsGroupClass *
pgs_group_class_new(guint n)
{
    PgsGroupClass *class = g_new0(PgsGroupClass, 1);
    class->cells = g_new0(char *, n + 1);
    class->weight = class->nulls = 1;
    return class;
}

/* Their cells belong to others. */
void
pgs_group_class_free(gpointer data)
{
    PgsGroupClass *class = data;
    g_free(class->cells);
    g_free(class);
}

/* A member's different cells (char *, NULL: NULL), and which of them each class has, "0,1,1". */
static char *
number_cells(const GPtrArray *classes, guint member, GPtrArray *cells)
{
    g_autoptr(GString) numbers = g_string_new(NULL);
    for (guint i = 0; i < classes->len; i++) {
        char *cell = ((const PgsGroupClass *)classes->pdata[i])->cells[member];
        guint at = 0;
        while (at < cells->len && g_strcmp0(cells->pdata[at], cell) != 0)
            at++;
        if (at == cells->len)
            g_ptr_array_add(cells, cell);
        g_string_append_printf(numbers, "%s%u", i > 0 ? "," : "", at);
    }
    return g_strdup(numbers->str);
}

static char *
mix_member(const PgsColumnGroup *group, const GPtrArray *classes, guint at, const char *choice)
{
    const PgsGroupMember *member = group->members->pdata[at];
    g_autoptr(GPtrArray) cells = g_ptr_array_new();
    g_autofree char *numbers = number_cells(classes, at, cells);
    g_autoptr(GString) sql = g_string_new(NULL);
    g_string_printf(sql, "CASE ('{%s}'::pg_catalog.int4[])[1 + %s]", numbers, choice);
    for (guint i = 0; i < cells->len; i++) {
        const char *cell = cells->pdata[i];
        g_string_append_printf(sql, " WHEN %u THEN ", i);
        if (member->is_reference)
            g_string_append(sql, cell != NULL ? "true" : "false");
        else if (cell != NULL)
            g_string_append(sql, cell);
        else
            g_string_append_printf(sql, "CAST(NULL AS %s)", member->column->type_sql);
    }
    g_string_append(sql, " END");
    return g_strdup(sql->str);
}

static gint
compare_weights(gconstpointer a, gconstpointer b)
{
    const PgsGroupClass *one = *(PgsGroupClass *const *)a, *other = *(PgsGroupClass *const *)b;
    return one->weight < other->weight ? 1 : one->weight > other->weight ? -1 : 0;
}

/* None of them so rare that it would not be there. */
static double *
mix_weights(const GPtrArray *classes)
{
    double *weights = g_new0(double, classes->len + 1);
    double sum = 0, all = 0;
    for (guint i = 0; i < classes->len; i++)
        sum += ((const PgsGroupClass *)classes->pdata[i])->weight;
    double least = MIN(0.01, 0.5 / classes->len);
    for (guint i = 0; i < classes->len; i++) {
        double weight = ((const PgsGroupClass *)classes->pdata[i])->weight / sum;
        weights[i] = MAX(weight, least);
        all += weights[i];
    }
    for (guint i = 0; i < classes->len; i++)
        weights[i] /= all;
    return weights;
}

PgsColumnFill *
pgs_column_group_mix(const PgsColumnGroup *group, const GPtrArray *classes)
{
    g_autoptr(GPtrArray) sorted = g_ptr_array_new();
    g_ptr_array_extend(sorted, (GPtrArray *)classes, NULL, NULL);
    g_ptr_array_sort(sorted, compare_weights);
    g_autofree double *weights = mix_weights(sorted);
    g_autofree char *unit = pgs_column_group_unit(group, "class");
    g_autofree char *choice = pgs_distribution_choice(unit, weights, sorted->len);
    PgsColumnFill *fill = pgs_column_fill_new();
    for (guint i = 0; i < group->members->len; i++) {
        const PgsGroupMember *member = group->members->pdata[i];
        g_ptr_array_add(fill->columns, (gpointer)member->column);
        g_ptr_array_add(fill->expressions, mix_member(group, sorted, i, choice));
    }
    fill->n_distinct = sorted->len;
    fill->what = g_strdup_printf("%u combinations, skewed", sorted->len);
    return fill;
}
