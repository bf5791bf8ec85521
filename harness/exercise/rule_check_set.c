#include "exercise/rule_check_set.h"

#include "base/text.h"
#include "exercise/tautology.h"

enum {
    MAX_SHOWN = 300, /* of an expression, in a message */
};

char *
pgs_check_expression(const PgsRule *rule)
{
    g_autofree char *folded = pgs_text_fold_space(rule->expression);
    return pgs_text_ellipsize(folded, MAX_SHOWN);
}

static gboolean
comes_before(const PgsRule *rule, const PgsRule *other)
{
    const GPtrArray *checks = other->relation->checks;
    for (guint i = 0; i < checks->len && checks->pdata[i] != other; i++) {
        if (checks->pdata[i] == rule)
            return TRUE;
    }
    return FALSE;
}

/* An earlier rule with which the first one never holds; NULL: there is none, or error is set. */
static const PgsRule *
find_opposite(PgsBench *bench, const GPtrArray *rules, GError **error)
{
    for (guint i = 1; i < rules->len; i++) {
        gboolean never_both = FALSE;
        if (comes_before(rules->pdata[i], rules->pdata[0]) &&
            !pgs_tautology_prove_pair(bench, rules->pdata[0], rules->pdata[i], &never_both, error))
            return NULL;
        if (never_both)
            return rules->pdata[i];
    }
    return NULL;
}

/* Each of the server's own functions alone, and none behind the first one. */
static gboolean
are_certain(PgsBench *bench, const GPtrArray *rules, gboolean *are, GError **error)
{
    *are = TRUE;
    for (guint i = 0; *are && i < rules->len; i++) {
        PgsSteadiness steadiness;
        if (!pgs_check_steadiness(bench, rules->pdata[i], &steadiness, error))
            return FALSE;
        *are = steadiness == PGS_STEADINESS_CERTAIN &&
               (i == 0 || comes_before(rules->pdata[i], rules->pdata[0]));
    }
    return TRUE;
}

/* A value for each column that is NOT NULL. */
static gboolean
is_full(const PgsGrid *grid, const PgsGridRow *row)
{
    for (guint i = 0; i < grid->columns->len; i++) {
        const PgsColumn *column = grid->columns->pdata[i];
        PgsValueKind kind = row->values[i].kind;
        if (column->not_null &&
            (kind == PGS_VALUE_NULL || (kind == PGS_VALUE_DEFAULT && column->default_sql == NULL)))
            return FALSE;
    }
    return TRUE;
}

static gboolean
has_passing(const PgsGrid *grid)
{
    for (guint i = 0; i < grid->rows->len; i++) {
        const PgsGridRow *row = grid->rows->pdata[i];
        if (is_full(grid, row) && pgs_grid_row_passes(grid, row, -1))
            return TRUE;
    }
    return FALSE;
}

static char *
describe_set(const GPtrArray *rules)
{
    const PgsRule *first = rules->pdata[0];
    g_autofree char *expression = pgs_check_expression(first);
    g_autoptr(GString) names = g_string_new(NULL);
    for (guint i = 1; i < rules->len; i++)
        g_string_append_printf(names, "%s%s", i > 1 ? ", " : "",
                               ((const PgsRule *)rules->pdata[i])->name);
    return g_strdup_printf("%s leaves no row together with %s: %s", first->name, names->str,
                           expression);
}

static char *
describe_pair(const PgsRule *rule, const PgsRule *other)
{
    g_autofree char *expression = pgs_check_expression(rule);
    g_autofree char *opposite = pgs_check_expression(other);
    return g_strdup_printf("%s and %s can never hold together: %s, %s", rule->name, other->name,
                           expression, opposite);
}

gboolean
pgs_check_set_prove(PgsBench *bench, const GPtrArray *rules, const PgsGrid *grid, gboolean is_whole,
                    char **words, GError **error)
{
    *words = NULL;
    GError *local = NULL;
    gboolean are = FALSE;
    const PgsRule *opposite = find_opposite(bench, rules, &local);
    if (opposite != NULL)
        *words = describe_pair(rules->pdata[0], opposite);
    else if (local == NULL && is_whole && rules->len > 1 && !has_passing(grid) &&
             are_certain(bench, rules, &are, &local) && are)
        *words = describe_set(rules);
    if (local != NULL)
        g_propagate_error(error, local);
    return local == NULL;
}
