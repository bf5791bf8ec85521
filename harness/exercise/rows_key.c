#include "exercise/rows_key.h"

#include "base/embedded.h"
#include "snapshot/query.h"

#include <string.h>

extern const PgsEmbedded pgs_exercise_files[];

enum {
    MAX_PAIRED = 3000, /* rows of which each is compared with each */
};

/* index_keys.sql's columns */
enum {
    KEY_INDEX,
    KEY_SHOWN,
    KEY_SQL,
    KEY_IS_COMPARABLE,
};

typedef struct {
    char *shown; /* as the index's definition has it */
    char *sql;
    gboolean is_comparable; /* GROUP BY tells them apart where the index does */
} Key;

static void
key_free(gpointer data)
{
    Key *key = data;
    g_free(key->shown);
    g_free(key->sql);
    g_free(key);
}

static void
add_key(GHashTable *keys, const PGresult *result, int row)
{
    const char *index = PQgetvalue(result, row, KEY_INDEX);
    GPtrArray *list = g_hash_table_lookup(keys, index);
    if (list == NULL) {
        list = g_ptr_array_new_with_free_func(key_free);
        g_hash_table_insert(keys, g_strdup(index), list);
    }
    Key *key = g_new0(Key, 1);
    key->shown = g_strdup(PQgetvalue(result, row, KEY_SHOWN));
    key->sql = g_strdup(PQgetvalue(result, row, KEY_SQL));
    key->is_comparable = *PQgetvalue(result, row, KEY_IS_COMPARABLE) == 't';
    g_ptr_array_add(list, key);
}

GHashTable *
pgs_row_keys_read(PgsConnection *connection, GError **error)
{
    g_autofree char *sql = pgs_query_expand(pgs_embedded_find(pgs_exercise_files, "index_keys.sql"),
                                            pgs_connection_version(connection));
    g_autoptr(PGresult) result =
        pgs_connection_query(connection, PGS_SHAPE_ANY, sql, 0, NULL, NULL, error);
    if (result == NULL)
        return NULL;
    GHashTable *keys =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    for (int i = 0; i < PQntuples(result); i++)
        add_key(keys, result, i);
    return keys;
}

/* ---- what the queries are made of ---- */

typedef struct {
    const PgsRule *rule;
    const GPtrArray *keys; /* Key */
    GPtrArray *names;      /* char *: what a person is shown of a row, as quoted names */
    char *from, *rows; /* the relation; a query for what is shown and pgstair_k0 … of its rows */
} Query;

static void
query_clear(Query *query)
{
    g_ptr_array_unref(query->names);
    g_free(query->from);
    g_free(query->rows);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Query, query_clear)

/* FALSE: it is among them. */
static gboolean
add_name(GPtrArray *names, const char *name)
{
    if (g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL))
        return FALSE;
    g_ptr_array_add(names, g_strdup(name));
    return TRUE;
}

static const PgsRule *
primary_key(const PgsRelation *relation)
{
    for (guint i = 0; i < relation->rules->len; i++) {
        const PgsRule *rule = relation->rules->pdata[i];
        if (rule->kind == PGS_RULE_PRIMARY_KEY)
            return rule;
    }
    return NULL;
}

static gboolean
is_column(const PgsRelation *relation, const char *quoted)
{
    for (guint i = 0; i < relation->columns->len; i++) {
        const PgsColumn *column = relation->columns->pdata[i];
        if (strcmp(column->quoted, quoted) == 0)
            return TRUE;
    }
    return FALSE;
}

/* The primary key's columns, then the keys: a column by its name, an expression as it is written.
 */
static void
append_shown(GString *sql, Query *query, PgsConnection *connection)
{
    const PgsRule *primary = primary_key(query->rule->relation);
    for (guint i = 0; primary != NULL && i < primary->n_columns; i++) {
        const char *name = primary->columns[i]->quoted;
        if (add_name(query->names, name))
            g_string_append_printf(sql, "%s, ", name);
    }
    for (guint i = 0; i < query->keys->len; i++) {
        const Key *key = query->keys->pdata[i];
        gboolean plain = is_column(query->rule->relation, key->shown);
        g_autofree char *name =
            plain ? g_strdup(key->shown) : pgs_connection_quote(connection, key->shown);
        if (add_name(query->names, name))
            g_string_append_printf(sql, "%s AS %s, ", key->shown, name);
    }
}

/* Of the rows that the index holds and compares: a NULL is distinct from all, unless it says so;
 * IS NOT NULL would ask for the fields of a composite value. */
static void
append_filter(GString *sql, const PgsRule *rule, const GPtrArray *keys)
{
    g_string_append_printf(sql, " WHERE %s", rule->predicate != NULL ? rule->predicate : "true");
    for (guint i = 0; !rule->nulls_not_distinct && i < keys->len; i++) {
        const Key *key = keys->pdata[i];
        g_string_append_printf(sql, " AND %s IS DISTINCT FROM NULL", key->sql);
    }
}

/* extra: columns before the keys, each with its comma. */
static void
query_init(Query *query, PgsConnection *connection, const char *extra)
{
    const PgsRule *rule = query->rule;
    GString *sql = g_string_new("SELECT ");
    query->names = g_ptr_array_new_with_free_func(g_free);
    query->from =
        g_strconcat(rule->relation->kind == 'p' ? "" : "ONLY ", rule->relation->identity, NULL);
    append_shown(sql, query, connection);
    g_string_append(sql, extra);
    for (guint i = 0; i < query->keys->len; i++) {
        const Key *key = query->keys->pdata[i];
        g_string_append_printf(sql, "%s%s AS pgstair_k%u", i > 0 ? ", " : "", key->sql, i);
    }
    g_string_append_printf(sql, " FROM %s", query->from);
    append_filter(sql, rule, query->keys);
    query->rows = g_string_free(sql, FALSE);
}

static void
append_keys(GString *sql, const GPtrArray *keys)
{
    for (guint i = 0; i < keys->len; i++)
        g_string_append_printf(sql, "%spgstair_k%u", i > 0 ? ", " : "", i);
}

static void
append_names(GString *sql, const Query *query, const char *row)
{
    for (guint i = 0; i < query->names->len; i++)
        g_string_append_printf(sql, "%s%s%s", i > 0 ? ", " : "", row,
                               (const char *)query->names->pdata[i]);
}

/* ---- rows that have the same key ---- */

static void
fill_unique(PgsRowCondition *condition, PgsConnection *connection, const GPtrArray *keys)
{
    g_auto(Query) query = {.rule = condition->rule, .keys = keys};
    query_init(&query, connection, "");
    GString *count = g_string_new(NULL);
    g_string_printf(count,
                    "SELECT (SELECT pg_catalog.count(*) FROM %s), coalesce(pg_catalog.sum("
                    "pgstair_n), 0) FROM (SELECT pg_catalog.count(*) AS pgstair_n FROM (%s) AS "
                    "pgstair_r GROUP BY ",
                    query.from, query.rows);
    append_keys(count, keys);
    g_string_append(count, " HAVING pg_catalog.count(*) > 1) AS pgstair_g");
    condition->count = g_string_free(count, FALSE);

    GString *example = g_string_new("SELECT ");
    append_names(example, &query, "");
    g_string_append(example, " FROM (SELECT *, pg_catalog.count(*) OVER (PARTITION BY ");
    append_keys(example, keys);
    g_string_append_printf(example,
                           ") AS pgstair_n FROM (%s) AS pgstair_r) AS pgstair_s WHERE "
                           "pgstair_n > 1 ORDER BY ",
                           query.rows);
    append_keys(example, keys);
    g_string_append(example, ", ");
    append_names(example, &query, "");
    condition->examples = g_string_free(example, FALSE);
}

/* ---- rows that exclude each other ---- */

static void
fill_exclusion(PgsRowCondition *condition, PgsConnection *connection, const GPtrArray *keys)
{
    const PgsRule *rule = condition->rule;
    g_auto(Query) query = {.rule = rule, .keys = keys};
    query_init(&query, connection, "tableoid AS pgstair_t, ctid AS pgstair_c, ");
    g_autoptr(GString) conflict = g_string_new(NULL);
    for (guint i = 0; i < keys->len; i++)
        g_string_append_printf(conflict, " AND pgstair_a.pgstair_k%u %s pgstair_b.pgstair_k%u", i,
                               (const char *)rule->operators->pdata[i], i);
    condition->count = g_strdup_printf(
        "SELECT pgstair_n, CASE WHEN pgstair_n <= %d THEN (SELECT pg_catalog.count(*) FROM (%s) "
        "AS pgstair_a WHERE EXISTS (SELECT FROM (%s) AS pgstair_b WHERE (pgstair_a.pgstair_t, "
        "pgstair_a.pgstair_c) <> (pgstair_b.pgstair_t, pgstair_b.pgstair_c)%s)) END FROM (SELECT "
        "pg_catalog.count(*) AS pgstair_n FROM %s) AS pgstair_x",
        MAX_PAIRED, query.rows, query.rows, conflict->str, query.from);

    GString *example = g_string_new("SELECT ");
    append_names(example, &query, "pgstair_a.");
    g_string_append(example, ", ");
    append_names(example, &query, "pgstair_b.");
    g_string_append_printf(
        example,
        " FROM (%s) AS pgstair_a JOIN (%s) AS pgstair_b ON (pgstair_a.pgstair_t, "
        "pgstair_a.pgstair_c) < (pgstair_b.pgstair_t, pgstair_b.pgstair_c)%s ORDER BY "
        "pgstair_a.pgstair_t, pgstair_a.pgstair_c, pgstair_b.pgstair_t, pgstair_b.pgstair_c",
        query.rows, query.rows, conflict->str);
    condition->examples = g_string_free(example, FALSE);
}

/* ---- all of a relation ---- */

static gboolean
are_comparable(const GPtrArray *keys)
{
    for (guint i = 0; i < keys->len; i++)
        if (!((const Key *)keys->pdata[i])->is_comparable)
            return FALSE;
    return TRUE;
}

static void
fill(PgsRowCondition *condition, PgsConnection *connection, const GPtrArray *keys)
{
    const PgsRule *rule = condition->rule;
    if (rule->kind != PGS_RULE_EXCLUSION && are_comparable(keys))
        fill_unique(condition, connection, keys);
    else if (rule->kind == PGS_RULE_EXCLUSION && rule->operators != NULL &&
             rule->operators->len == keys->len)
        fill_exclusion(condition, connection, keys);
}

void
pgs_row_keys_add(GPtrArray *conditions, PgsConnection *connection, const PgsRelation *relation,
                 GHashTable *keys)
{
    for (guint i = 0; i < relation->rules->len; i++) {
        const PgsRule *rule = relation->rules->pdata[i];
        const GPtrArray *own = rule->index != NULL ? g_hash_table_lookup(keys, rule->index) : NULL;
        if (own == NULL)
            continue;
        PgsRowCondition *condition = g_new0(PgsRowCondition, 1);
        condition->relation = relation;
        condition->rule = rule;
        fill(condition, connection, own);
        g_ptr_array_add(conditions, condition);
    }
}
