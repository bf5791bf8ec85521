#include "operate/align_rows.h"

#include "base/text.h"

#include <string.h>

static void
violation_free(PgsAlignViolation *violation)
{
    if (violation == NULL)
        return;
    g_free(violation->rule);
    g_free(violation->table);
    g_free(violation->example);
    g_free(violation->text);
    g_free(violation);
}

typedef struct {
    PgsConnection *connection;
    PgsSnapshot *now, *head;
    GPtrArray *violations;
    guint n_asked, n_untold;
} Search;

/* ---- what a rule asks of rows ---- */

static gboolean
is_on(const PgsObject *object, const char *attribute)
{
    return g_strcmp0(pgs_object_get(object, attribute), "true") == 0;
}

/* The primary key's columns as the table has them now, or NULL: of none. */
static const char *
key_of(const PgsSnapshot *snapshot, const char *table)
{
    for (guint i = 0; i < pgs_snapshot_n_objects(snapshot); i++) {
        const PgsObject *object = pgs_snapshot_object(snapshot, i);
        if (strcmp(object->kind, "primary key") == 0 && g_strcmp0(object->parent, table) == 0)
            return pgs_object_get(object, "columns");
    }
    return NULL;
}

/* Each of columns ("a, b") as pattern, where % stands for it, with between between; g_free(). */
static char *
each_column(const char *columns, const char *pattern, const char *between)
{
    g_auto(GStrv) names = g_strsplit(columns, ", ", -1);
    g_auto(GStrv) parts = g_strsplit(pattern, "%", -1);
    GString *text = g_string_new(NULL);
    for (char **name = names; *name != NULL; name++) {
        g_autofree char *one = g_strjoinv(*name, parts);
        g_string_append_printf(text, "%s%s", name > names ? between : "", one);
    }
    return g_string_free(text, FALSE);
}

/* Rows of "t" that refer to nothing: a condition; NULL: it cannot be told. */
static char *
orphans(const PgsObject *rule)
{
    const char *columns = pgs_object_get(rule, "columns");
    const char *references = pgs_object_get(rule, "references");
    const char *open = references != NULL ? g_strrstr(references, " (") : NULL;
    if (columns == NULL || open == NULL)
        return NULL;
    g_autofree char *parent = g_strndup(references, (gsize)(open - references));
    g_autofree char *keys = g_strndup(open + 2, strlen(open + 2) - 1);
    g_autofree char *there = each_column(columns, "t.% IS NOT NULL", " AND ");
    g_auto(GStrv) left = g_strsplit(columns, ", ", -1);
    g_auto(GStrv) right = g_strsplit(keys, ", ", -1);
    if (g_strv_length(left) != g_strv_length(right))
        return NULL;
    g_autoptr(GString) same = g_string_new(NULL);
    for (guint i = 0; left[i] != NULL; i++)
        g_string_append_printf(same, "%sr.%s = t.%s", i > 0 ? " AND " : "", right[i], left[i]);
    g_autofree char *half = NULL;
    if (g_strcmp0(pgs_object_get(rule, "match"), "FULL") == 0) {
        g_autofree char *null = each_column(columns, "t.% IS NULL", " OR ");
        g_autofree char *given = each_column(columns, "t.% IS NOT NULL", " OR ");
        half = g_strdup_printf(" OR ((%s) AND (%s))", null, given);
    }
    return g_strdup_printf("(%s AND NOT EXISTS (SELECT FROM %s AS r WHERE %s)%s)", there, parent,
                           same->str, half != NULL ? half : "");
}

/* Rows of "t" whose key others have too. */
static char *
duplicates(const PgsObject *rule)
{
    const char *columns = pgs_object_get(rule, "columns");
    const char *predicate = pgs_object_get(rule, "predicate");
    if (columns == NULL || is_on(rule, "nulls-not-distinct"))
        return NULL;
    g_autofree char *there = each_column(columns, "% IS NOT NULL", " AND ");
    return g_strdup_printf("(%s) IN (SELECT %s FROM %s WHERE %s%s%s%s GROUP BY %s HAVING "
                           "pg_catalog.count(*) > 1)%s%s%s",
                           columns, columns, rule->parent, there, predicate != NULL ? " AND (" : "",
                           predicate != NULL ? predicate : "", predicate != NULL ? ")" : "",
                           columns, predicate != NULL ? " AND (" : "",
                           predicate != NULL ? predicate : "", predicate != NULL ? ")" : "");
}

static char *
condition_of(const PgsObject *rule)
{
    if (strcmp(rule->kind, "foreign key") == 0)
        return orphans(rule);
    if (strcmp(rule->kind, "check constraint") == 0) {
        const char *expression = pgs_object_get(rule, "expression");
        return expression != NULL ? g_strdup_printf("NOT (%s)", expression) : NULL;
    }
    if (strcmp(rule->kind, "column") == 0) {
        const char *name = rule->identity + strlen(rule->parent) + 1;
        return g_strdup_printf("t.%s IS NULL", name);
    }
    return duplicates(rule);
}

/* Whether head's object is a rule for rows that now does not keep. */
static gboolean
is_new_rule(const Search *search, const PgsObject *object)
{
    static const char *const kinds[] = {"foreign key", "check constraint", "unique constraint",
                                        "primary key", NULL};
    const PgsObject *own = pgs_snapshot_find(search->now, object->kind, object->identity);
    if (object->parent == NULL)
        return FALSE;
    if (strcmp(object->kind, "column") == 0)
        return is_on(object, "not-null") && own != NULL && !is_on(own, "not-null");
    if (strcmp(object->kind, "index") == 0)
        return is_on(object, "unique") && (own == NULL || !is_on(own, "unique"));
    /* One that is not validated asks nothing of the rows that are there. */
    if (!g_strv_contains(kinds, object->kind) || is_on(object, "not-valid"))
        return FALSE;
    return own == NULL || is_on(own, "not-valid");
}

/* ---- asking ---- */

static void
add(Search *search, const PgsObject *rule, gint64 rows, const char *example)
{
    PgsAlignViolation *violation = g_new0(PgsAlignViolation, 1);
    g_autofree char *count = pgs_text_count((guint64)rows, "row", NULL);
    gboolean is_null = strcmp(rule->kind, "column") == 0;
    violation->rule = g_strdup_printf("%s %s", rule->kind, rule->identity);
    violation->table = g_strdup(rule->parent);
    violation->rows = rows;
    violation->example = g_strdup(example);
    g_autofree char *text = g_strdup_printf(
        "%s: %s of %s %s%s%s%s%s", violation->rule, count, rule->parent,
        rows == 1 ? "breaks" : "break", is_null ? " NOT NULL" : " it", example != NULL ? " (" : "",
        example != NULL ? example : "", example != NULL ? ")" : "");
    violation->text = pgs_text_plain(text);
    g_ptr_array_add(search->violations, violation);
}

/* FALSE only when the connection is gone; a question that the server refuses is one that cannot be
 * told yet. */
static gboolean
ask(Search *search, const PgsObject *rule, const char *condition, GError **error)
{
    enum { ROWS, EXAMPLE };
    const char *key = key_of(search->now, rule->parent);
    g_autofree char *key_text =
        key != NULL ? each_column(key, "t.%::pg_catalog.text", ", ") : g_strdup("t.ctid");
    g_autofree char *sql = g_strdup_printf(
        "SELECT pg_catalog.count(*), (SELECT pg_catalog.string_agg(k, '; ') FROM (SELECT "
        "pg_catalog.concat_ws(', ', %s) AS k FROM %s AS t WHERE %s LIMIT 3) AS few) "
        "FROM %s AS t WHERE %s",
        key_text, rule->parent, condition, rule->parent, condition);
    g_autoptr(GError) local = NULL;
    g_autoptr(PGresult) result =
        pgs_connection_query(search->connection, PGS_SHAPE_ROW, sql, 0, NULL, NULL, &local);
    if (result == NULL) {
        search->n_untold++;
        if (g_error_matches(local, PGS_PG_ERROR, PGS_PG_ERROR_STATEMENT) ||
            g_error_matches(local, PGS_PG_ERROR, PGS_PG_ERROR_TIMEOUT))
            return TRUE;
        g_propagate_error(error, g_steal_pointer(&local));
        return FALSE;
    }
    search->n_asked++;
    gint64 rows = g_ascii_strtoll(PQgetvalue(result, 0, ROWS), NULL, 10);
    g_autofree char *example =
        PQgetisnull(result, 0, EXAMPLE)
            ? NULL
            : g_strdup_printf("%s %s", key != NULL ? key : "ctid", PQgetvalue(result, 0, EXAMPLE));
    if (rows > 0)
        add(search, rule, rows, example);
    return TRUE;
}

GPtrArray *
pgs_align_rows_find(PgsConnection *connection, PgsSnapshot *now, PgsSnapshot *head, guint *n_asked,
                    guint *n_untold, GError **error)
{
    g_autoptr(GPtrArray) violations =
        g_ptr_array_new_with_free_func((GDestroyNotify)violation_free);
    Search search = {connection, now, head, violations, 0, 0};
    for (guint i = 0; i < pgs_snapshot_n_objects(head); i++) {
        const PgsObject *object = pgs_snapshot_object(head, i);
        if (!is_new_rule(&search, object) ||
            pgs_snapshot_find(now, "table", object->parent) == NULL)
            continue;
        g_autofree char *condition = condition_of(object);
        if (condition == NULL)
            search.n_untold++;
        else if (!ask(&search, object, condition, error))
            return NULL;
    }
    *n_asked = search.n_asked;
    *n_untold = search.n_untold;
    return g_steal_pointer(&violations);
}

GHashTable *
pgs_align_rows_count(PgsConnection *connection, const PgsSnapshot *snapshot, GError **error)
{
    g_autoptr(GHashTable) counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    for (guint i = 0; i < pgs_snapshot_n_objects(snapshot); i++) {
        const PgsObject *object = pgs_snapshot_object(snapshot, i);
        if (strcmp(object->kind, "table") != 0)
            continue;
        g_autofree char *sql =
            g_strdup_printf("SELECT pg_catalog.count(*) FROM %s", object->identity);
        g_autofree char *value = NULL;
        if (!pgs_connection_value(connection, sql, &value, error))
            return NULL;
        gint64 *count = g_new(gint64, 1);
        *count = g_ascii_strtoll(value, NULL, 10);
        g_hash_table_insert(counts, g_strdup(object->identity), count);
    }
    return g_steal_pointer(&counts);
}
