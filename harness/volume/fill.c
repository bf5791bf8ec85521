#include "volume/fill.h"

#include "synthesis/synthesis_recipe.h"
#include "volume/distribution.h"
#include "volume/fill_group.h"
#include "volume/fill_key.h"
#include "volume/fill_link.h"
#include "volume/fill_part.h"

static void
rank_free(gpointer data)
{
    PgsFillRank *rank = data;
    g_ptr_array_unref(rank->links);
    g_free(rank);
}

void
pgs_fill_free(PgsFill *fill)
{
    if (fill == NULL)
        return;
    pgs_draft_free(fill->accepted);
    g_ptr_array_unref(fill->links);
    g_ptr_array_unref(fill->parts);
    g_ptr_array_unref(fill->ranks);
    g_ptr_array_unref(fill->keys);
    g_ptr_array_unref(fill->filters);
    g_free(fill->obstacle);
    g_free(fill->statement);
    g_free(fill);
}

/* ---- columns ---- */

PgsFillPart *
pgs_fill_part_of(const PgsFill *fill, const PgsColumn *column)
{
    for (guint i = 0; i < fill->parts->len; i++) {
        PgsFillPart *part = fill->parts->pdata[i];
        if (g_ptr_array_find(part->columns, column, NULL))
            return part;
    }
    return NULL;
}

PgsFillLink *
pgs_fill_link_of(const PgsFill *fill, const PgsColumn *column)
{
    for (guint i = 0; i < fill->links->len; i++) {
        PgsFillLink *link = fill->links->pdata[i];
        guint at;
        if (link->kind != PGS_LINK_COVERED && link->kind != PGS_LINK_LATER &&
            (link->kind != PGS_LINK_NONE || !column->not_null) &&
            g_ptr_array_find(link->columns, column, &at) && !link->is_fixed[at])
            return link;
    }
    return NULL;
}

gboolean
pgs_fill_is_given(const PgsFill *fill, const PgsColumn *column)
{
    const PgsFillPart *part = pgs_fill_part_of(fill, column);
    if (part == NULL)
        return pgs_fill_link_of(fill, column) != NULL;
    if (part->proposals->len == 0)
        return FALSE;
    const PgsColumnFill *choice = pgs_fill_part_choice(part);
    guint at;
    return g_ptr_array_find(choice->columns, column, &at) && choice->expressions->pdata[at] != NULL;
}

gboolean
pgs_fill_can_filter(const PgsFill *fill, const PgsRule *check)
{
    for (guint i = 0; i < check->n_columns; i++) {
        const PgsColumn *column = pgs_relation_own_column(fill->relation, check->columns[i]);
        const PgsFillLink *link = column != NULL ? pgs_fill_link_of(fill, column) : NULL;
        if (column == NULL || (link != NULL && link->kind == PGS_LINK_SELF) ||
            !pgs_fill_is_given(fill, column))
            return FALSE;
    }
    return check->enforced && check->n_columns > 0;
}

/* ---- refusals ---- */

static gboolean
filter_all(PgsFill *fill)
{
    guint n = fill->filters->len;
    for (guint i = 0; i < fill->relation->checks->len; i++) {
        gpointer check = fill->relation->checks->pdata[i];
        if (!g_ptr_array_find(fill->filters, check, NULL))
            g_ptr_array_add(fill->filters, check);
    }
    return fill->filters->len > n;
}

gboolean
pgs_fill_yield(PgsFill *fill, const PgsFailure *refusal)
{
    static const char *const of_keys[] = {"23505", "23P01", NULL}; /* unique, exclusion */
    if (refusal == NULL)
        return FALSE;
    if (g_str_equal(refusal->sqlstate, "23514"))
        return filter_all(fill);
    if (!g_strv_contains(of_keys, refusal->sqlstate) || fill->skips_conflicts)
        return FALSE;
    fill->skips_conflicts = TRUE;
    return TRUE;
}

static gboolean
add_single(PgsFill *fill, const PgsColumn *column, GError **error)
{
    if (column->generated != 0 || pgs_fill_part_of(fill, column) != NULL ||
        pgs_fill_link_of(fill, column) != NULL)
        return TRUE;
    PgsFillPart *part = pgs_fill_part_new(fill, column, fill->rows, FALSE, error);
    if (part != NULL)
        g_ptr_array_add(fill->parts, part);
    return part != NULL;
}

/* ---- foreign keys ---- */

static gboolean
is_of_key(const PgsFill *fill, const PgsFillLink *link)
{
    for (guint i = 0; i < fill->keys->len; i++) {
        const PgsRule *key = fill->keys->pdata[i];
        g_autoptr(GPtrArray) columns = pgs_rule_key_columns(fill->relation, key);
        for (guint j = 0; j < columns->len && key->nulls_not_distinct; j++) {
            if (g_ptr_array_find(link->columns, columns->pdata[j], NULL))
                return TRUE;
        }
    }
    return FALSE;
}

/* A share of the rows refers to none, where nothing else is said. */
static void
say_presence(PgsFill *fill)
{
    for (guint i = 0; i < fill->links->len; i++) {
        PgsFillLink *link = fill->links->pdata[i];
        if (!link->is_nullable || link->presence != NULL || is_of_key(fill, link))
            continue;
        g_autofree char *stream =
            g_strdup_printf("%s %s null", fill->relation->identity, link->rule->name);
        g_autofree char *unit = pgs_fill_unit(pgs_bench_seed(fill->bench), stream, "i");
        link->presence = g_strdup_printf("%s >= " PGS_FILL_RARE_SQL, unit);
    }
}

/* ---- the whole ---- */

static gboolean
settle(PgsFill *fill, GError **error)
{
    if (!pgs_fill_count_parents(fill, error) || !pgs_fill_settle_keys(fill, error) ||
        !pgs_fill_settle_groups(fill, error))
        return FALSE;
    for (guint i = 0; i < fill->relation->columns->len; i++) {
        if (!add_single(fill, fill->relation->columns->pdata[i], error))
            return FALSE;
    }
    say_presence(fill);
    return TRUE;
}

static PgsFill *
fill_new(PgsBench *bench, const PgsRelation *relation, const PgsFillOptions *options)
{
    PgsFill *fill = g_new0(PgsFill, 1);
    fill->bench = bench;
    fill->relation = relation;
    fill->rows = options->rows;
    fill->first = MAX(options->first, 1);
    fill->step = MAX(options->step, 1);
    fill->is_strict = options->is_strict;
    fill->has_rows = options->has_rows;
    fill->bound = options->bound;
    fill->links = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_fill_link_free);
    fill->parts = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_fill_part_free);
    fill->ranks = g_ptr_array_new_with_free_func(rank_free);
    fill->filters = g_ptr_array_new();
    fill->keys = pgs_relation_keys(fill->relation);
    pgs_fill_add_links(fill, options);
    return fill;
}

PgsFill *
pgs_fill_new(PgsBench *bench, PgsDraft *accepted, const PgsFillOptions *options, GError **error)
{
    g_autoptr(PgsFill) fill = fill_new(bench, accepted->relation, options);
    fill->accepted = accepted;
    return settle(fill, error) ? g_steal_pointer(&fill) : NULL;
}

PgsFill *
pgs_fill_links(PgsBench *bench, const PgsRelation *relation, const PgsFillOptions *options,
               GError **error)
{
    g_autoptr(PgsFill) fill = fill_new(bench, relation, options);
    return pgs_fill_count_parents(fill, error) ? g_steal_pointer(&fill) : NULL;
}
