#include "volume/fill_statement.h"

#include "synthesis/synthesis_recipe.h"
#include "volume/distribution.h"
#include "volume/fill_link.h"

/*
 * The levels of the statement, from within:
 *   g  the numbers: i
 *   l  which rows are referred to, by number: p0, p1, …
 *   n  ranks within these: j0, j1, …
 *   m  the columns that follow from i and the ranks: c0, c1, …; q0, …: references by rank
 *   v  with the values of the rows referred to, under the columns' own names; "pgs i"
 *   w  what the conditions let through, numbered ("pgs n"), to refer to each other
 */

static char *
stream(const PgsFill *fill, const PgsFillLink *link, const char *of)
{
    return g_strdup_printf("%s %s %s", fill->relation->identity, link->rule->name, of);
}

/* "CASE WHEN <presence> THEN <number> END" */
static char *
present(const PgsFillLink *link, char *number)
{
    if (link->presence == NULL || link->is_partial)
        return number;
    char *sql = g_strdup_printf("CASE WHEN %s THEN %s END", link->presence, number);
    g_free(number);
    return sql;
}

/* ---- g, l: numbers ---- */

static void
append_numbers(GString *sql, const PgsFill *fill, gint64 from, gint64 last)
{
    gint64 first = fill->first + (from - 1) * fill->step;
    gint64 end = fill->first + (last - 1) * fill->step;
    g_string_append(sql, "SELECT g.i");
    for (guint i = 0; i < fill->links->len; i++) {
        const PgsFillLink *link = fill->links->pdata[i];
        if (link->kind != PGS_LINK_EACH && (link->kind != PGS_LINK_SKEWED || link->n_fixed > 0))
            continue;
        g_autofree char *name = stream(fill, link, "row");
        g_autofree char *unit = pgs_fill_unit(pgs_bench_seed(fill->bench), name, "i");
        char *number = link->kind == PGS_LINK_EACH ? g_strdup("i")
                                                   : pgs_distribution_skewed(unit, link->n_parents);
        g_autofree char *shown = present(link, number);
        g_string_append_printf(sql, ", %s AS p%u", shown, i);
    }
    g_string_append_printf(sql,
                           " FROM pg_catalog.generate_series(%" G_GINT64_FORMAT
                           "::pg_catalog.int8, %" G_GINT64_FORMAT ", %u) AS g (i)",
                           first, end, fill->step);
}

/* ---- n: ranks ---- */

static guint
index_of(const GPtrArray *array, gconstpointer element)
{
    guint index = 0;
    g_ptr_array_find((GPtrArray *)array, element, &index);
    return index;
}

static void
append_ranks(GString *sql, const PgsFill *fill, gint64 from, gint64 last)
{
    g_string_append(sql, "SELECT l.*");
    for (guint i = 0; i < fill->ranks->len; i++) {
        const PgsFillRank *rank = fill->ranks->pdata[i];
        if (rank->links->len == 0) {
            g_string_append_printf(sql, ", l.i AS j%u", i);
            continue;
        }
        g_string_append(sql, ", pg_catalog.row_number() OVER (PARTITION BY ");
        for (guint j = 0; j < rank->links->len; j++)
            g_string_append_printf(sql, "%sl.p%u", j > 0 ? ", " : "",
                                   index_of(fill->links, rank->links->pdata[j]));
        g_string_append_printf(sql, " ORDER BY l.i) AS j%u", i);
    }
    g_string_append(sql, " FROM (");
    append_numbers(sql, fill, from, last);
    g_string_append(sql, ") AS l");
}

/* ---- m: columns ---- */

/* The number that a part's expressions are evaluated at; NULL: i itself. */
static char *
part_number(const PgsFill *fill, const PgsFillPart *part)
{
    if (part->rank == NULL)
        return NULL;
    guint rank = index_of(fill->ranks, part->rank);
    if (part->modulus == 0)
        return g_strdup_printf("(n.j%u - 1) / %" G_GINT64_FORMAT " + 1", rank,
                               MAX(part->divisor, 1));
    return g_strdup_printf("((n.j%u - 1) / %" G_GINT64_FORMAT ") %% %" G_GINT64_FORMAT " + 1", rank,
                           MAX(part->divisor, 1), part->modulus);
}

static void
append_part(GString *sql, const PgsFill *fill, const PgsFillPart *part)
{
    const PgsColumnFill *choice = pgs_fill_part_choice(part);
    g_autofree char *number = part_number(fill, part);
    for (guint i = 0; i < choice->columns->len; i++) {
        const PgsColumn *column = choice->columns->pdata[i];
        const char *expression = choice->expressions->pdata[i];
        if (expression == NULL)
            continue;
        if (number == NULL)
            g_string_append_printf(sql, ", CAST((%s) AS %s) AS c%u", expression, column->type_sql,
                                   column->index);
        else
            g_string_append_printf(sql,
                                   ", CAST((SELECT %s FROM (VALUES (%s)) AS s (i)) AS %s) AS c%u",
                                   expression, number, column->type_sql, column->index);
    }
}

static gint64
greatest_divisor(gint64 a, gint64 b)
{
    while (b != 0) {
        gint64 rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* A step that goes through all of n numbers, far from one to the next. */
static gint64
wide_step(gint64 n)
{
    gint64 step = MAX((gint64)((double)n * 0.6180339887), 1);
    while (greatest_divisor(step, n) > 1)
        step++;
    return step;
}

/* From a start that depends on what is counted within, in wide steps; all different. */
static void
append_ranked_link(GString *sql, const PgsFill *fill, const PgsFillLink *link, guint index)
{
    guint rank = index_of(fill->ranks, link->rank);
    g_autoptr(GString) within = g_string_new("0");
    for (guint i = 0; i < link->rank->links->len; i++)
        g_string_append_printf(within, " + %u * COALESCE(n.p%u, 0)", i + 1,
                               index_of(fill->links, link->rank->links->pdata[i]));
    g_autofree char *name = stream(fill, link, "start");
    g_autofree char *number = g_strdup_printf("(%s)", within->str);
    g_autofree char *unit = pgs_fill_unit(pgs_bench_seed(fill->bench), name, number);
    g_autofree char *start = pgs_distribution_skewed(unit, link->n_parents);
    g_autofree char *shown =
        present(link, g_strdup_printf("(%s - 1 + (n.j%u - 1) * %" G_GINT64_FORMAT
                                      ") %% %" G_GINT64_FORMAT " + 1",
                                      start, rank, wide_step(link->n_parents), link->n_parents));
    g_string_append_printf(sql, ", %s AS q%u", shown, index);
}

/* Chance for links whose rows are numbered only among those with the same fixed values. */
static void
append_unit(GString *sql, const PgsFill *fill, const PgsFillLink *link, guint index)
{
    g_autofree char *name = stream(fill, link, "row");
    g_autofree char *unit = pgs_fill_unit(pgs_bench_seed(fill->bench), name, "i");
    g_autofree char *shown = present(link, g_steal_pointer(&unit));
    g_string_append_printf(sql, ", %s AS q%u", shown, index);
}

static void
append_columns(GString *sql, const PgsFill *fill, gint64 from, gint64 last)
{
    g_string_append(sql, "SELECT n.*");
    for (guint i = 0; i < fill->parts->len; i++)
        append_part(sql, fill, fill->parts->pdata[i]);
    for (guint i = 0; i < fill->links->len; i++) {
        const PgsFillLink *link = fill->links->pdata[i];
        if (link->is_partial && link->presence != NULL)
            g_string_append_printf(sql, ", (%s) AS x%u", link->presence, i);
        if (link->kind == PGS_LINK_RANKED)
            append_ranked_link(sql, fill, link, i);
        else if (link->kind == PGS_LINK_SELF ||
                 (link->kind == PGS_LINK_SKEWED && link->n_fixed > 0))
            append_unit(sql, fill, link, i);
    }
    g_string_append(sql, " FROM (");
    append_ranks(sql, fill, from, last);
    g_string_append(sql, ") AS n");
}

/* ---- v: the rows referred to ---- */

/* What the column has, before the rows that are made refer to each other; appended. */
static void
append_value(GString *sql, const PgsFill *fill, const PgsColumn *column)
{
    const PgsFillLink *link = pgs_fill_link_of(fill, column);
    const PgsFillPart *part = pgs_fill_part_of(fill, column);
    if (part != NULL) {
        g_string_append_printf(sql, "m.c%u", column->index);
    } else if (link == NULL || link->kind == PGS_LINK_NONE || link->kind == PGS_LINK_SELF) {
        g_string_append_printf(sql, "NULL::%s", column->type_sql);
    } else {
        gboolean is_optional = link->is_partial && link->presence != NULL && !column->not_null;
        guint index = index_of(fill->links, link);
        if (is_optional)
            g_string_append_printf(sql, "CASE WHEN m.x%u THEN ", index);
        g_string_append_printf(sql, "CAST(r%u.k%u AS %s)%s", index, index_of(link->columns, column),
                               column->type_sql, is_optional ? " END" : "");
    }
}

static gboolean
is_joined(const PgsFillLink *link)
{
    return link->n_fixed < link->columns->len &&
           (link->kind == PGS_LINK_SKEWED || link->kind == PGS_LINK_EACH ||
            link->kind == PGS_LINK_RANKED);
}

/* "o.k0 = <value> AND …" over what is fixed, appended. */
static void
append_fixed(GString *sql, const PgsFill *fill, const PgsFillLink *link, const char *alias,
             guint index)
{
    for (guint i = 0; i < link->columns->len; i++) {
        if (!link->is_fixed[i])
            continue;
        const char *operator= link->rule->operators != NULL ? link->rule->operators->pdata[i]
                                                            : "OPERATOR(pg_catalog.=)";
        g_string_append_printf(sql, "%s%u.k%u %s ", alias, index, i, operator);
        append_value(sql, fill, link->columns->pdata[i]);
        g_string_append(sql, " AND ");
    }
}

static void
append_join(GString *sql, const PgsFill *fill, const PgsFillLink *link, guint index)
{
    const char *join = link->is_nullable && !link->is_partial ? " LEFT JOIN " : " JOIN ";
    if (link->n_fixed == 0) {
        g_string_append_printf(sql, "%s(", join);
        pgs_fill_append_parents(sql, fill, link);
        g_string_append_printf(sql, ") AS r%u ON r%u.n = m.%c%u", index, index,
                               link->kind == PGS_LINK_RANKED ? 'q' : 'p', index);
        return;
    }
    g_autoptr(GString) keys = g_string_new(NULL);
    for (guint i = 0; i < link->columns->len; i++) {
        if (link->is_fixed[i])
            g_string_append_printf(keys, "%sk%u", keys->len > 0 ? ", " : "", i);
    }
    g_string_append_printf(sql, "%s(SELECT %s, pg_catalog.count(*) AS n FROM (", join, keys->str);
    pgs_fill_append_parents(sql, fill, link);
    g_string_append_printf(sql, ") AS t GROUP BY %s) AS t%u ON ", keys->str, index);
    append_fixed(sql, fill, link, "t", index);
    g_string_append_printf(sql, "m.q%u IS NOT NULL%s(", index, join);
    pgs_fill_append_parents(sql, fill, link);
    g_string_append_printf(sql, ") AS r%u ON ", index);
    append_fixed(sql, fill, link, "r", index);
    g_string_append_printf(sql,
                           "r%u.n = 1 + pg_catalog.floor(m.q%u * m.q%u * t%u.n)::pg_catalog.int8",
                           index, index, index, index);
}

static void
append_rows(GString *sql, const PgsFill *fill, gint64 from, gint64 last)
{
    g_string_append(sql, "SELECT m.i AS \"pgs i\"");
    for (guint i = 0; i < fill->ranks->len; i++)
        g_string_append_printf(sql, ", m.j%u AS \"pgs j%u\"", i, i);
    for (guint i = 0; i < fill->links->len; i++) {
        const PgsFillLink *link = fill->links->pdata[i];
        if (link->kind == PGS_LINK_SELF)
            g_string_append_printf(sql, ", m.q%u AS \"pgs q%u\"", i, i);
    }
    for (guint i = 0; i < fill->relation->columns->len; i++) {
        const PgsColumn *column = fill->relation->columns->pdata[i];
        if (!pgs_fill_is_given(fill, column))
            continue;
        g_string_append(sql, ", ");
        append_value(sql, fill, column);
        g_string_append_printf(sql, " AS %s", column->quoted);
    }
    g_string_append(sql, " FROM (");
    append_columns(sql, fill, from, last);
    g_string_append(sql, ") AS m");
    for (guint i = 0; i < fill->links->len; i++) {
        if (is_joined(fill->links->pdata[i]))
            append_join(sql, fill, fill->links->pdata[i], i);
    }
}

/* ---- what is let through ---- */

/* A link all of whose columns others fix: the row has to be there, where none of them is NULL. */
static void
append_found(GString *sql, const PgsFillLink *link)
{
    g_autoptr(GString) nulls = g_string_new(NULL);
    g_autoptr(GString) equal = g_string_new(NULL);
    for (guint i = 0; i < link->columns->len; i++) {
        const PgsColumn *column = link->columns->pdata[i];
        const char *operator= link->rule->operators != NULL ? link->rule->operators->pdata[i]
                                                            : "OPERATOR(pg_catalog.=)";
        g_string_append_printf(nulls, "v.%s IS NULL OR ", column->quoted);
        g_string_append_printf(equal, "%so.%s %s v.%s", i > 0 ? " AND " : "",
                               link->rule->referenced_columns[i]->quoted, operator, column->quoted);
    }
    g_string_append_printf(sql, " AND (%sEXISTS (SELECT FROM %s AS o WHERE %s))", nulls->str,
                           link->rule->referenced->identity, equal->str);
}

static gboolean
has_self(const PgsFill *fill)
{
    for (guint i = 0; i < fill->links->len; i++) {
        const PgsFillLink *link = fill->links->pdata[i];
        if (link->kind == PGS_LINK_SELF)
            return TRUE;
    }
    return FALSE;
}

/* ON CONFLICT does not take deferrable keys (docs, INSERT), and who is referred to must not be
 * left out. */
static gboolean
may_conflict(const PgsFill *fill)
{
    for (guint i = 0; i < fill->keys->len; i++) {
        const PgsRule *key = fill->keys->pdata[i];
        if (key->deferrable)
            return FALSE;
    }
    return fill->keys->len > 0 && !has_self(fill);
}

/* Rows that are there, by keys of plain columns. */
static void
append_absent(GString *sql, const PgsFill *fill)
{
    for (guint i = 0; i < fill->keys->len; i++) {
        const PgsRule *key = fill->keys->pdata[i];
        if (key->kind == PGS_RULE_EXCLUSION || key->predicate != NULL || key->n_columns == 0 ||
            (key->keys != NULL && key->keys->len != key->n_columns))
            continue;
        g_string_append_printf(sql, " AND NOT EXISTS (SELECT FROM %s AS o WHERE ",
                               key->relation->identity);
        for (guint j = 0; j < key->n_columns; j++)
            g_string_append_printf(sql, "%so.%s = v.%s", j > 0 ? " AND " : "",
                                   key->columns[j]->quoted, key->columns[j]->quoted);
        g_string_append_c(sql, ')');
    }
}

static void
append_conditions(GString *sql, const PgsFill *fill, gint64 done)
{
    g_string_append_printf(sql, " WHERE v.\"pgs i\" > %" G_GINT64_FORMAT,
                           done > 0 ? fill->first + (done - 1) * fill->step : 0);
    for (guint i = 0; i < fill->ranks->len; i++) {
        const PgsFillRank *rank = fill->ranks->pdata[i];
        if (rank->capacity < G_MAXINT64)
            g_string_append_printf(sql, " AND v.\"pgs j%u\" <= %" G_GINT64_FORMAT, i,
                                   rank->capacity);
    }
    for (guint i = 0; i < fill->filters->len; i++) {
        const PgsRule *check = fill->filters->pdata[i];
        if (pgs_fill_can_filter(fill, check))
            g_string_append_printf(sql, " AND (%s) IS NOT FALSE", check->expression);
    }
    if (fill->has_rows && !may_conflict(fill))
        append_absent(sql, fill);
    if (fill->bound != NULL)
        g_string_append_printf(sql, " AND (%s) IS NOT FALSE", fill->bound);
}

/* ---- w: rows that refer to each other ---- */

/* The columns by which both have to be the same, "PARTITION BY …" or nothing. */
static void
append_within(GString *sql, const PgsFillLink *link)
{
    gboolean is_first = TRUE;
    for (guint i = 0; i < link->columns->len; i++) {
        const PgsColumn *column = link->columns->pdata[i];
        if (link->is_fixed[i])
            g_string_append_printf(sql, "%sv.%s", is_first ? "PARTITION BY " : ", ",
                                   column->quoted);
        is_first = is_first && !link->is_fixed[i];
    }
}

static void
append_self_join(GString *sql, const PgsFillLink *link, guint index)
{
    g_string_append_printf(sql, " LEFT JOIN w AS s%u ON ", index);
    for (guint i = 0; i < link->columns->len; i++) {
        const PgsColumn *column = link->columns->pdata[i];
        if (link->is_fixed[i])
            g_string_append_printf(sql, "s%u.%s = w.%s AND ", index,
                                   link->rule->referenced_columns[i]->quoted, column->quoted);
    }
    /* One of the rows before it, the former ones more often; the first has none. */
    g_string_append_printf(sql,
                           "s%u.\"pgs n%u\" = 1 + pg_catalog.floor(w.\"pgs q%u\" * w.\"pgs q%u\" *"
                           " (w.\"pgs n%u\" - 1))::pg_catalog.int8 AND w.\"pgs n%u\" > 1",
                           index, index, index, index, index, index);
}

static const PgsFillLink *
self_link_of(const PgsFill *fill, const PgsColumn *column, guint *index)
{
    const PgsFillLink *link = pgs_fill_link_of(fill, column);
    if (link == NULL || link->kind != PGS_LINK_SELF)
        return NULL;
    *index = index_of(fill->links, link);
    return link;
}

static void
append_self_value(GString *sql, const PgsFillLink *link, guint index, const PgsColumn *column)
{
    const char *referenced =
        link->rule->referenced_columns[index_of(link->columns, column)]->quoted;
    if (link->is_nullable)
        g_string_append_printf(sql, "s%u.%s", index, referenced);
    else
        g_string_append_printf(sql, "COALESCE(s%u.%s, w.%s)", index, referenced, referenced);
}

static void
append_selves(GString *sql, const PgsFill *fill, const char *rows)
{
    g_string_append(sql, "WITH w AS MATERIALIZED (SELECT v.*");
    for (guint i = 0; i < fill->links->len; i++) {
        const PgsFillLink *link = fill->links->pdata[i];
        if (link->kind != PGS_LINK_SELF)
            continue;
        g_string_append(sql, ", pg_catalog.row_number() OVER (");
        append_within(sql, link);
        g_string_append_printf(sql, " ORDER BY v.\"pgs i\") AS \"pgs n%u\"", i);
    }
    g_string_append_printf(sql, " FROM %s) SELECT ", rows);
    gboolean is_first = TRUE;
    for (guint i = 0; i < fill->relation->columns->len; i++) {
        const PgsColumn *column = fill->relation->columns->pdata[i];
        guint index;
        if (!pgs_fill_is_given(fill, column))
            continue;
        const PgsFillLink *link = self_link_of(fill, column, &index);
        g_string_append(sql, is_first ? "" : ", ");
        is_first = FALSE;
        if (link != NULL)
            append_self_value(sql, link, index, column);
        else
            g_string_append_printf(sql, "w.%s", column->quoted);
    }
    g_string_append(sql, " FROM w");
    for (guint i = 0; i < fill->links->len; i++) {
        const PgsFillLink *link = fill->links->pdata[i];
        if (link->kind == PGS_LINK_SELF)
            append_self_join(sql, link, i);
    }
    g_string_append(sql, " ORDER BY w.\"pgs i\"");
}

/* ---- the whole ---- */

static void
append_into(GString *sql, const PgsFill *fill)
{
    g_autoptr(GString) names = g_string_new(NULL);
    gboolean overriding = FALSE;
    for (guint i = 0; i < fill->relation->columns->len; i++) {
        const PgsColumn *column = fill->relation->columns->pdata[i];
        if (!pgs_fill_is_given(fill, column))
            continue;
        g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", column->quoted);
        overriding = overriding || column->identity == 'a';
    }
    g_string_append_printf(sql, "INSERT INTO %s ", fill->relation->identity);
    if (names->len > 0)
        g_string_append_printf(sql, "(%s) ", names->str);
    g_string_append(sql, overriding ? "OVERRIDING SYSTEM VALUE " : "");
}

static void
append_plain(GString *sql, const PgsFill *fill, const char *rows)
{
    gboolean is_first = TRUE;
    g_string_append(sql, "SELECT ");
    for (guint i = 0; i < fill->relation->columns->len; i++) {
        const PgsColumn *column = fill->relation->columns->pdata[i];
        if (!pgs_fill_is_given(fill, column))
            continue;
        g_string_append_printf(sql, "%sv.%s", is_first ? "" : ", ", column->quoted);
        is_first = FALSE;
    }
    g_string_append_printf(sql, " FROM %s ORDER BY v.\"pgs i\"", rows);
}

char *
pgs_fill_statement(const PgsFill *fill, gint64 from, gint64 done, gint64 last, gint64 limit)
{
    GString *sql = g_string_new(NULL);
    g_autoptr(GString) rows = g_string_new("(");
    append_rows(rows, fill, from, last);
    g_string_append(rows, ") AS v");
    append_conditions(rows, fill, done);
    for (guint i = 0; i < fill->links->len; i++) {
        const PgsFillLink *link = fill->links->pdata[i];
        if (link->kind == PGS_LINK_SKEWED && link->n_fixed == link->columns->len)
            append_found(rows, link);
    }
    append_into(sql, fill);
    if (has_self(fill))
        append_selves(sql, fill, rows->str);
    else
        append_plain(sql, fill, rows->str);
    if (limit > 0)
        g_string_append_printf(sql, " LIMIT %" G_GINT64_FORMAT, limit);
    if (fill->skips_conflicts && may_conflict(fill))
        g_string_append(sql, " ON CONFLICT DO NOTHING");
    return g_string_free(sql, FALSE);
}
