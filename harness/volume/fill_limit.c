#include "volume/fill_limit.h"

#include "base/text.h"
#include "synthesis/synthesis_recipe.h"

/* The least number of rows that something allows, and what that is. */
typedef struct {
    gint64 rows;
    char *text;
} Limit;

/* text is taken over. */
static void
lower(Limit *limit, gint64 rows, char *text)
{
    if (rows >= limit->rows) {
        g_free(text);
        return;
    }
    g_free(limit->text);
    limit->rows = rows;
    limit->text = text;
}

static char *
column_names(const GPtrArray *columns)
{
    GString *names = g_string_new(NULL);
    for (guint i = 0; i < columns->len; i++) {
        const PgsColumn *column = columns->pdata[i];
        g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", column->name);
    }
    return g_string_free(names, FALSE);
}

static void
limit_links(const PgsFill *fill, Limit *limit)
{
    for (guint i = 0; i < fill->links->len; i++) {
        const PgsFillLink *link = fill->links->pdata[i];
        if (link->kind != PGS_LINK_EACH)
            continue;
        g_autofree char *names = column_names(link->columns);
        g_autofree char *rows = pgs_text_count((guint64)link->n_parents, "row", NULL);
        lower(limit, link->n_parents,
              g_strdup_printf("%s is different in each row, and %s has %s to refer to", names,
                              link->rule->referenced->identity, rows));
    }
}

static void
limit_parts(const PgsFill *fill, Limit *limit)
{
    for (guint i = 0; i < fill->parts->len; i++) {
        const PgsFillPart *part = fill->parts->pdata[i];
        const PgsColumnFill *choice = part->proposals->len > 0 ? pgs_fill_part_choice(part) : NULL;
        if (!part->is_distinct || part->rank != NULL || choice == NULL)
            continue;
        g_autofree char *names = column_names(part->columns);
        g_autofree char *values = pgs_text_count((guint64)choice->n_distinct, "different value is",
                                                 "different values are");
        lower(limit, choice->n_distinct,
              g_strdup_printf("%s is a key, and %s known for it", names, values));
    }
}

static void
limit_ranks(const PgsFill *fill, Limit *limit)
{
    for (guint i = 0; i < fill->ranks->len; i++) {
        const PgsFillRank *rank = fill->ranks->pdata[i];
        gint64 rows = rank->capacity;
        for (guint j = 0; j < rank->links->len; j++) {
            const PgsFillLink *link = rank->links->pdata[j];
            rows = link->n_parents > 0 && rows > G_MAXINT64 / link->n_parents
                       ? G_MAXINT64
                       : rows * link->n_parents;
        }
        g_autoptr(GPtrArray) columns = pgs_rule_key_columns(fill->relation, rank->key);
        g_autofree char *names = column_names(columns);
        g_autofree char *count = pgs_text_count((guint64)rows, "row", NULL);
        g_autofree char *values =
            pgs_text_count((guint64)rank->capacity, "different value is", "different values are");
        lower(limit, rows,
              rank->links->len == 0
                  ? g_strdup_printf("its key (%s) allows %s: %s known for it", names, count, values)
                  : g_strdup_printf("its key (%s) allows %s, %" G_GINT64_FORMAT
                                    " for each that they refer to",
                                    names, count, rank->capacity));
    }
}

char *
pgs_fill_limit(const PgsFill *fill)
{
    Limit limit = {.rows = fill->rows};
    limit_links(fill, &limit);
    limit_parts(fill, &limit);
    limit_ranks(fill, &limit);
    return limit.text;
}
