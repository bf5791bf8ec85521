#include "diff/entry.h"
#include "diff/nature.h"

#include <string.h>

static gboolean
is_one_of(const char *word, const char *const *words)
{
    for (; word != NULL && *words != NULL; words++) {
        if (strcmp(word, *words) == 0)
            return TRUE;
    }
    return FALSE;
}

static const char *
kind_of(const PgsDifference *difference)
{
    return difference->before != NULL ? difference->before->kind : difference->after->kind;
}

static gboolean
is_column_order(const PgsDifference *difference)
{
    return difference->nature == PGS_NATURE_ORDER;
}

static gboolean
is_white_space(const PgsDifference *difference)
{
    return difference->nature == PGS_NATURE_WHITE_SPACE;
}

static gboolean
is_comment(const PgsDifference *difference)
{
    static const char *const attributes[] = {"comment", "index-comment", NULL};
    return is_one_of(difference->attribute, attributes);
}

static gboolean
is_owner(const PgsDifference *difference)
{
    static const char *const attributes[] = {"owner", NULL};
    return is_one_of(difference->attribute, attributes);
}

static gboolean
is_privilege(const PgsDifference *difference)
{
    static const char *const attributes[] = {"privileges", NULL};
    static const char *const kinds[] = {"default privileges", "system privileges", NULL};
    return is_one_of(difference->attribute, attributes) || is_one_of(kind_of(difference), kinds);
}

static gboolean
is_storage_parameter(const PgsDifference *difference)
{
    static const char *const attributes[] = {"options", "storage", "compression", NULL};
    static const char *const kinds[] = {"table",
                                        "column",
                                        "index",
                                        "materialized view",
                                        "primary key",
                                        "unique constraint",
                                        "exclusion constraint",
                                        NULL};
    return is_one_of(difference->attribute, attributes) && is_one_of(kind_of(difference), kinds);
}

static gboolean
is_statistics(const PgsDifference *difference)
{
    static const char *const attributes[] = {"statistics-target", NULL};
    static const char *const kinds[] = {"statistics", NULL};
    return is_one_of(difference->attribute, attributes) || is_one_of(kind_of(difference), kinds);
}

/* PostgreSQL cannot remove a label: all that were there are still there, in their order. */
static gboolean
is_enum_label(const PgsDifference *difference)
{
    static const char *const attributes[] = {"labels", NULL};
    if (!is_one_of(difference->attribute, attributes) || difference->before_value == NULL ||
        difference->after_value == NULL)
        return FALSE;
    g_autoptr(GPtrArray) before = pgs_nature_split_list(difference->before_value);
    g_autoptr(GPtrArray) after = pgs_nature_split_list(difference->after_value);
    guint found = 0;
    for (guint i = 0; i < after->len && found < before->len; i++)
        found += strcmp(before->pdata[found], after->pdata[i]) == 0;
    return found == before->len;
}

static gboolean
is_extension(const PgsDifference *difference)
{
    static const char *const kinds[] = {"extension", NULL};
    return difference->change == PGS_CHANGE_ADDED && is_one_of(kind_of(difference), kinds);
}

static gboolean
is_constraint_name(const PgsDifference *difference)
{
    static const char *const kinds[] = {
        "primary key",      "unique constraint",   "exclusion constraint", "foreign key",
        "check constraint", "not-null constraint", "domain constraint",    NULL};
    return difference->renamed != NULL && is_one_of(kind_of(difference), kinds);
}

static gboolean
is_index_name(const PgsDifference *difference)
{
    static const char *const kinds[] = {"index", NULL};
    return difference->renamed != NULL && is_one_of(kind_of(difference), kinds);
}

static const PgsToleranceInfo tolerance_infos[] = {
    {"column-order", "the same columns in another order"},
    {"white-space", "white space outside of literals, in expressions and function bodies"},
    {"comments", "comments on objects"},
    {"owners", "owners of objects"},
    {"privileges", "granted and default privileges"},
    {"storage-parameters", "fillfactor and its like, storage and compression of columns"},
    {"statistics", "statistics targets and extended statistics"},
    {"enum-labels", "labels that an enum type has in addition, since none can be removed"},
    {"extensions", "extensions that are there in addition"},
    {"constraint-names", "constraints that are the same under another name"},
    {"index-names", "indexes that are the same under another name"},
    {0},
};

/* Whether a tolerance covers a difference; a row for each of the table above. */
static gboolean (*const covers[])(const PgsDifference *) = {
    is_column_order, is_white_space,       is_comment,    is_owner,
    is_privilege,    is_storage_parameter, is_statistics, is_enum_label,
    is_extension,    is_constraint_name,   is_index_name,
};
G_STATIC_ASSERT(G_N_ELEMENTS(covers) == G_N_ELEMENTS(tolerance_infos) - 1);

const PgsToleranceInfo *
pgs_tolerance_table(void)
{
    return tolerance_infos;
}

gboolean
pgs_tolerances_add(PgsTolerances *tolerances, const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(covers); i++) {
        if (strcmp(tolerance_infos[i].name, name) == 0) {
            *tolerances |= G_GUINT64_CONSTANT(1) << i;
            return TRUE;
        }
    }
    return FALSE;
}

const char *
pgs_tolerance_match(PgsTolerances tolerances, const PgsDifference *difference)
{
    for (gsize i = 0; i < G_N_ELEMENTS(covers); i++) {
        if ((tolerances & (G_GUINT64_CONSTANT(1) << i)) != 0 && covers[i](difference))
            return tolerance_infos[i].name;
    }
    return NULL;
}
