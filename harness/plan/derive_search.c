#include "plan/derive_search.h"

#include <string.h>

#define PREFIX_SHARE 0.005

/* ---- operators, and what is looked for ---- */

/*
 * The first one that the key's class has.  left_type: of the class; NULL: any.  maker: SQL for a
 * relation with values (v), of the keys' values {values}; NULL: a key's own value.
 */
static const struct {
    const char *name, *left_type, *maker, *title;
} searches[] = {
    /* pg_trgm: three letters make a trigram; six of them few rows have by chance. */
    {"~~", NULL,
     "(SELECT '%' || m.word[1] || '%' AS v FROM {values} AS x CROSS JOIN LATERAL "
     "pg_catalog.regexp_matches(x.v::pg_catalog.text, '[A-Za-z0-9]{3,6}', 'g') AS m (word))",
     "LIKE a part of"},
    {"@@", "tsvector",
     "(SELECT pg_catalog.array_to_tsvector(ARRAY[w.lexeme])::pg_catalog.text AS v "
     "FROM {values} AS x CROSS JOIN LATERAL pg_catalog.unnest(x.v) AS w)",
     "search of a word in"},
    {"@>", "anyarray",
     "(SELECT ARRAY[e.v] AS v FROM {values} AS x CROSS JOIN LATERAL pg_catalog.unnest(x.v) AS e "
     "(v) "
     "WHERE e.v IS NOT NULL)",
     "search of an element in"},
    {"@>", "jsonb",
     "(SELECT pg_catalog.jsonb_build_object(p.key, p.value) AS v FROM {values} AS x CROSS JOIN "
     "LATERAL pg_catalog.jsonb_each(CASE WHEN pg_catalog.jsonb_typeof(x.v) = 'object' THEN x.v END)"
     " AS p UNION ALL "
     "SELECT pg_catalog.jsonb_build_array(e.value) FROM {values} AS x CROSS JOIN LATERAL "
     "pg_catalog.jsonb_array_elements(CASE WHEN pg_catalog.jsonb_typeof(x.v) = 'array' THEN x.v "
     "END) AS e)",
     "search of a key and its value in"},
    {"<@", "point", "(SELECT pg_catalog.box(x.v, x.v) AS v FROM {values} AS x)",
     "points in a box of"},
    {"&&", NULL, NULL, "overlap with a value in"},
    {"<<=", NULL, NULL, "networks within one in"},
    {"@>", NULL, NULL, "what contains a value in"},
    {"=", NULL, NULL, "equality on"},
    {"~=", NULL, NULL, "equality on"},
    {"<@", NULL, NULL, "what a value contains of"},
};

static const PgsOperator like = {.name = (char *)"~~", .sql = (char *)"LIKE", .is_alike = TRUE};

const PgsOperator *
pgs_search_like(void)
{
    return &like;
}

static gboolean
is_meant(const PgsOperator *oper, guint search)
{
    return !oper->is_order && strcmp(oper->name, searches[search].name) == 0 &&
           (searches[search].left_type == NULL ||
            strcmp(searches[search].left_type, oper->left_type) == 0);
}

/*
 * With the same type on both sides when there is such (they come first); with another one only
 * where the value is made for it.
 */
static const PgsOperator *
find_operator(const GPtrArray *list, guint search)
{
    const char *maker = searches[search].maker;
    for (guint i = 0; i < list->len; i++) {
        const PgsOperator *oper = list->pdata[i];
        if (!is_meant(oper, search))
            continue;
        if (oper->is_alike || maker != NULL)
            return oper;
    }
    return NULL;
}

/* ---- values ---- */

static gboolean
pick_value(const PgsInquiry *inquiry, const char *expression, const char *maker, char **value,
           GError **error)
{
    if (maker == NULL)
        return pgs_inquiry_pick(inquiry, expression, PGS_PICK_RARE, value, error);
    g_autofree char *values = pgs_inquiry_values(inquiry, expression);
    g_auto(GStrv) parts = g_strsplit(maker, "{values}", -1);
    g_autofree char *relation = g_strjoinv(values, parts);
    return pgs_parameter_pick(inquiry->connection, relation, "v", NULL, PGS_PICK_RARE, value,
                              error);
}

gboolean
pgs_search_add(PgsInquiry *inquiry, const PgsOperators *operators, const PgsIndexKey *key,
               const char *expression, PgsSearch *search, gboolean *is_known, GError **error)
{
    const GPtrArray *list = pgs_operators_of(operators, key);
    const PgsOperator *oper = NULL;
    guint i = 0;
    while (i < G_N_ELEMENTS(searches) && (oper = find_operator(list, i)) == NULL)
        i++;
    *search = (PgsSearch){NULL, NULL};
    *is_known = oper != NULL;
    if (oper == NULL)
        return TRUE;
    g_autofree char *value = NULL;
    if (!pick_value(inquiry, expression, searches[i].maker, &value, error))
        return FALSE;
    search->title = searches[i].title;
    if (value == NULL)
        return TRUE;
    search->oper = strcmp(oper->sql, like.name) == 0 ? &like : oper;
    pgs_inquiry_add(inquiry, expression, search->oper, g_steal_pointer(&value));
    return TRUE;
}

/* What people ask the nearest of is a place or a text; btree_gist has distances of numbers and
 * times as well. */
#define CATEGORIES_WITHOUT_NEAREST "NDT"

const PgsOperator *
pgs_search_nearest(const PgsOperators *operators, const PgsIndexKey *key)
{
    const GPtrArray *list = pgs_operators_of(operators, key);
    for (guint i = 0; i < list->len; i++) {
        const PgsOperator *oper = list->pdata[i];
        if (oper->is_order && oper->is_alike && oper->category != '\0' &&
            strchr(CATEGORIES_WITHOUT_NEAREST, oper->category) == NULL)
            return oper;
    }
    return NULL;
}

/* What LIKE would take for more than itself. */
static char *
escape_pattern(const char *text)
{
    GString *pattern = g_string_new(NULL);
    for (const char *p = text; *p != '\0'; p++) {
        if (strchr("\\%_", *p) != NULL)
            g_string_append_c(pattern, '\\');
        g_string_append_c(pattern, *p);
    }
    return g_string_free(pattern, FALSE);
}

gboolean
pgs_search_prefix(const PgsInquiry *inquiry, const char *expression, char **value, GError **error)
{
    g_autofree char *prefix = NULL;
    const char *where = inquiry->literal->len > 0 ? inquiry->literal->str : NULL;
    *value = NULL;
    if (!pgs_parameter_prefix(inquiry->connection, inquiry->from, expression, where, PREFIX_SHARE,
                              &prefix, error))
        return FALSE;
    if (prefix == NULL || *prefix == '\0')
        return TRUE;
    g_autofree char *pattern = escape_pattern(prefix);
    *value = g_strconcat(pattern, "%", NULL);
    return TRUE;
}
