#include "volume/fill_link.h"

#include "synthesis/synthesis_recipe.h"
#include "volume/volume_order.h"

void
pgs_fill_link_free(PgsFillLink *link)
{
    g_ptr_array_unref(link->columns);
    g_ptr_array_unref(link->covered);
    g_free(link->is_fixed);
    g_free(link->presence);
    g_free(link);
}

/* ---- which there are ---- */

static PgsFillLink *
link_new(const PgsRelation *relation, const PgsRule *rule)
{
    PgsFillLink *link = g_new0(PgsFillLink, 1);
    link->rule = rule;
    link->columns = g_ptr_array_new();
    link->covered = g_ptr_array_new();
    link->is_fixed = g_new0(gboolean, rule->n_columns);
    link->is_nullable = pgs_reference_is_nullable(rule);
    for (guint i = 0; i < rule->n_columns; i++)
        g_ptr_array_add(link->columns, (gpointer)pgs_reference_column(relation, rule, i));
    return link;
}

/* What must not be NULL first, and what says most; a row that is there before one to come. */
static int
compare_links(gconstpointer a, gconstpointer b)
{
    const PgsFillLink *first = *(PgsFillLink *const *)a, *second = *(PgsFillLink *const *)b;
    gboolean first_is_self = first->kind == PGS_LINK_SELF;
    gboolean second_is_self = second->kind == PGS_LINK_SELF;
    if (first_is_self != second_is_self)
        return first_is_self ? 1 : -1;
    if (first->is_nullable != second->is_nullable)
        return first->is_nullable ? 1 : -1;
    if (first->columns->len != second->columns->len)
        return first->columns->len > second->columns->len ? -1 : 1;
    return g_strcmp0(first->rule->name, second->rule->name);
}

static gboolean
covers(const PgsFillLink *link, const PgsFillLink *other)
{
    for (guint i = 0; i < other->columns->len; i++) {
        if (!g_ptr_array_find(link->columns, other->columns->pdata[i], NULL))
            return FALSE;
    }
    return TRUE;
}

static gboolean
says_values(const PgsFillLink *link)
{
    return link->kind == PGS_LINK_SKEWED || link->kind == PGS_LINK_SELF;
}

/* A tenant, say: a row and the one that it refers to have the same. */
static gboolean
is_on_both_sides(const PgsFillLink *link, guint i)
{
    const PgsColumn *column = link->columns->pdata[i];
    return g_str_equal(link->rule->referenced_columns[i]->name, column->name);
}

/* What links before it say of its columns is fixed for it. */
static void
settle(PgsFill *fill, guint position)
{
    PgsFillLink *link = fill->links->pdata[position];
    for (guint j = 0; j < link->columns->len; j++)
        link->is_fixed[j] = link->kind == PGS_LINK_SELF && is_on_both_sides(link, j);
    for (guint i = 0; i < position; i++) {
        PgsFillLink *before = fill->links->pdata[i];
        if (!says_values(before))
            continue;
        if (before->kind != PGS_LINK_SELF && link->kind != PGS_LINK_SELF && covers(before, link)) {
            link->kind = PGS_LINK_COVERED;
            g_ptr_array_add(before->covered, link);
            return;
        }
        for (guint j = 0; j < link->columns->len; j++)
            link->is_fixed[j] = link->is_fixed[j] ||
                                g_ptr_array_find(before->columns, link->columns->pdata[j], NULL);
    }
    for (guint j = 0; j < link->columns->len; j++) {
        const PgsColumn *column = link->columns->pdata[j];
        link->n_fixed += link->is_fixed[j];
        link->is_partial =
            link->is_partial || (link->is_nullable && !link->is_fixed[j] && column->not_null);
    }
}

static PgsLinkKind
first_kind(const PgsFill *fill, const PgsFillLink *link, const PgsFillOptions *options)
{
    const PgsRule *rule = link->rule;
    if (rule->referenced != NULL &&
        pgs_relation_root(rule->referenced) == pgs_relation_root(fill->relation))
        return PGS_LINK_SELF;
    gboolean is_late =
        options->late != NULL && g_ptr_array_find((GPtrArray *)options->late, rule, NULL);
    if (rule->referenced == NULL || is_late)
        return link->is_nullable && options->late_is_null ? PGS_LINK_NONE : PGS_LINK_LATER;
    return PGS_LINK_SKEWED;
}

void
pgs_fill_add_links(PgsFill *fill, const PgsFillOptions *options)
{
    for (guint i = 0; i < fill->relation->references->len; i++) {
        const PgsRule *rule = fill->relation->references->pdata[i];
        PgsFillLink *link = link_new(fill->relation, rule);
        if (!rule->enforced || g_ptr_array_find(link->columns, NULL, NULL)) {
            pgs_fill_link_free(link);
            continue;
        }
        link->kind = first_kind(fill, link, options);
        g_ptr_array_add(fill->links, link);
    }
    g_ptr_array_sort(fill->links, compare_links);
    for (guint i = 0; i < fill->links->len; i++)
        settle(fill, i);
}

/* ---- the rows that are referred to ---- */

/* The CHECKs of the table that speak of nothing but what the link gives. */
static void
append_checks(GString *sql, const PgsFill *fill, const PgsFillLink *link)
{
    for (guint i = 0; i < fill->relation->checks->len; i++) {
        const PgsRule *check = fill->relation->checks->pdata[i];
        gboolean is_told = check->enforced && check->n_columns > 0;
        for (guint j = 0; j < check->n_columns && is_told; j++) {
            const PgsColumn *column = pgs_relation_own_column(fill->relation, check->columns[j]);
            is_told = column != NULL && g_ptr_array_find(link->columns, column, NULL);
        }
        if (is_told)
            g_string_append_printf(sql, " AND (%s) IS NOT FALSE", check->expression);
    }
}

static const char *
only(const PgsRelation *relation)
{
    return relation->kind == 'p' ? "" : "ONLY ";
}

static void
append_covered(GString *sql, const PgsFillLink *other)
{
    const PgsRule *rule = other->rule;
    g_string_append_printf(sql, " AND EXISTS (SELECT FROM %s%s AS o WHERE ", only(rule->referenced),
                           rule->referenced->identity);
    for (guint i = 0; i < other->columns->len; i++) {
        const PgsColumn *column = other->columns->pdata[i];
        const char *operator= rule->operators != NULL ? rule->operators->pdata[i]
                                                      : "OPERATOR(pg_catalog.=)";
        g_string_append_printf(sql, "%so.%s %s s.%s", i > 0 ? " AND " : "",
                               rule->referenced_columns[i]->quoted, operator, column->quoted);
    }
    g_string_append_c(sql, ')');
}

void
pgs_fill_append_parents(GString *sql, const PgsFill *fill, const PgsFillLink *link)
{
    const PgsRule *rule = link->rule;
    g_autoptr(GString) values = g_string_new(NULL);
    g_autoptr(GString) fixed = g_string_new(NULL);
    g_autoptr(GString) names = g_string_new(NULL);
    g_autoptr(GString) conditions = g_string_new(NULL);
    for (guint i = 0; i < link->columns->len; i++) {
        const PgsColumn *column = link->columns->pdata[i];
        g_string_append_printf(values, "s.%s AS k%u, ", column->quoted, i);
        g_string_append_printf(names, "p.%s AS %s, ", rule->referenced_columns[i]->quoted,
                               column->quoted);
        g_string_append_printf(conditions, "%ss.%s IS NOT NULL", i > 0 ? " AND " : "",
                               column->quoted);
        if (link->is_fixed[i])
            g_string_append_printf(fixed, "%ss.%s", fixed->len > 0 ? ", " : "PARTITION BY ",
                                   column->quoted);
    }
    append_checks(conditions, fill, link);
    for (guint i = 0; i < link->covered->len; i++)
        append_covered(conditions, link->covered->pdata[i]);
    g_string_append_printf(
        sql,
        "SELECT %spg_catalog.row_number() OVER (%s ORDER BY s.\"pgs part\", s.\"pgs place\") AS n "
        "FROM (SELECT %s%s AS \"pgs part\", p.ctid AS \"pgs place\" FROM %s%s AS p) AS s WHERE %s",
        values->str, fixed->str, names->str,
        rule->referenced->kind == 'p'
            ? "(p.tableoid::pg_catalog.regclass)::pg_catalog.text COLLATE \"C\""
            : "0",
        only(rule->referenced), rule->referenced->identity, conditions->str);
}

static gboolean
count_one(PgsFill *fill, PgsFillLink *link, GError **error)
{
    g_autoptr(GString) sql = g_string_new("SELECT pg_catalog.count(*) FROM (");
    pgs_fill_append_parents(sql, fill, link);
    g_string_append(sql, ") AS q");
    g_autofree char *count = NULL;
    if (!pgs_connection_value(pgs_bench_connection(fill->bench), sql->str, &count, error))
        return FALSE;
    link->n_parents = g_ascii_strtoll(count, NULL, 10);
    return TRUE;
}

gboolean
pgs_fill_count_parents(PgsFill *fill, GError **error)
{
    for (guint i = 0; i < fill->links->len; i++) {
        PgsFillLink *link = fill->links->pdata[i];
        if (link->kind != PGS_LINK_SKEWED)
            continue;
        if (!count_one(fill, link, error))
            return FALSE;
        if (link->n_parents > 0)
            continue;
        if (link->is_nullable) {
            link->kind = PGS_LINK_NONE;
        } else if (fill->obstacle == NULL) {
            fill->obstacle =
                g_strdup_printf("%s, which it refers to, has no row that it could refer to",
                                link->rule->referenced->identity);
        }
    }
    return TRUE;
}
