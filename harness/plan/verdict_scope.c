#include "plan/verdict_scope.h"

#include "base/embedded.h"
#include "snapshot/query.h"

#include <string.h>

extern const PgsEmbedded pgs_plan_files[];

static void
table_free(gpointer data)
{
    PgsScopeTable *table = data;
    g_free(table->schema);
    g_free(table->name);
    g_free(table);
}

void
pgs_verdict_scope_free(PgsVerdictScope *scope)
{
    if (scope == NULL)
        return;
    g_free(scope->table);
    g_ptr_array_unref(scope->tables);
    g_hash_table_unref(scope->own);
    g_ptr_array_unref(scope->mine);
    g_ptr_array_unref(scope->others);
    g_free(scope);
}

char *
pgs_verdict_table_name(const char *schema, const char *name)
{
    return schema == NULL || strcmp(schema, "public") == 0 ? g_strdup(name)
                                                           : g_strconcat(schema, ".", name, NULL);
}

/* ---- tables ---- */

static gboolean
read_tables(PgsVerdictScope *scope, PgsConnection *connection, guint32 relation, GError **error)
{
    g_autofree char *sql = pgs_query_expand(pgs_embedded_find(pgs_plan_files, "verdict_tables.sql"),
                                            pgs_connection_version(connection));
    g_autofree char *oid = g_strdup_printf("%u", relation);
    const char *const parameters[] = {oid};
    g_autoptr(PGresult) result =
        pgs_connection_query(connection, PGS_SHAPE_ANY, sql, 1, parameters, NULL, error);
    if (result == NULL)
        return FALSE;
    for (int i = 0; i < PQntuples(result); i++) {
        PgsScopeTable *table = g_new0(PgsScopeTable, 1);
        table->oid = (guint32)g_ascii_strtoull(PQgetvalue(result, i, 0), NULL, 10);
        table->schema = g_strdup(PQgetvalue(result, i, 1));
        table->name = g_strdup(PQgetvalue(result, i, 2));
        table->has_rows = strcmp(PQgetvalue(result, i, 3), "t") == 0;
        table->rows = g_ascii_strtod(PQgetvalue(result, i, 4), NULL);
        table->pages = g_ascii_strtoll(PQgetvalue(result, i, 5), NULL, 10);
        table->is_partition = strcmp(PQgetvalue(result, i, 6), "t") == 0;
        g_ptr_array_add(scope->tables, table);
    }
    const PgsScopeTable *first = scope->tables->len > 0 ? scope->tables->pdata[0] : NULL;
    scope->table = first != NULL ? pgs_verdict_table_name(first->schema, first->name)
                                 : g_strdup("a table that is gone");
    return TRUE;
}

const PgsScopeTable *
pgs_verdict_scope_table(const PgsVerdictScope *scope, const PgsPlanNode *node)
{
    for (guint i = 0; node->relation != NULL && i < scope->tables->len; i++) {
        const PgsScopeTable *table = scope->tables->pdata[i];
        if (strcmp(table->name, node->relation) == 0 &&
            (node->schema == NULL || strcmp(table->schema, node->schema) == 0))
            return table;
    }
    return NULL;
}

/* A partitioned table's own count is that of its partitions, from 14 on; nothing before. */
double
pgs_verdict_scope_rows(const PgsVerdictScope *scope)
{
    double rows = 0;
    for (guint i = 0; i < scope->tables->len; i++) {
        const PgsScopeTable *table = scope->tables->pdata[i];
        if (!table->has_rows)
            continue;
        if (table->rows < 0)
            return -1;
        rows += table->rows;
    }
    return rows;
}

/* ---- indexes ---- */

static gboolean
has_table(const PgsVerdictScope *scope, guint32 oid)
{
    for (guint i = 0; i < scope->tables->len; i++) {
        const PgsScopeTable *table = scope->tables->pdata[i];
        if (table->oid == oid)
            return TRUE;
    }
    return FALSE;
}

const PgsIndex *
pgs_verdict_scope_whole(const PgsVerdictScope *scope, const PgsIndex *index)
{
    while (index->parent != NULL && has_table(scope, index->parent->relation_oid))
        index = index->parent;
    return index;
}

gboolean
pgs_verdict_scope_owns(const PgsVerdictScope *scope, const PgsIndex *index)
{
    return g_hash_table_contains(scope->own, index);
}

/* The index and its parts, each with its twins: a partition may have one of its own.  Twins do not
 * make up for an index that is INVALID. */
static void
add_own(PgsVerdictScope *scope, const PgsIndex *index)
{
    if (!g_hash_table_add(scope->own, (gpointer)index))
        return;
    for (guint i = 0; i < index->children->len; i++)
        add_own(scope, index->children->pdata[i]);
    if (!scope->index->valid)
        return;
    g_autoptr(GPtrArray) twins = pgs_index_twins(scope->indexes, index);
    for (guint i = 0; i < twins->len; i++)
        add_own(scope, twins->pdata[i]);
}

static gboolean
is_same_key(const PgsIndexKey *a, const PgsIndexKey *b)
{
    return strcmp(a->sql, b->sql) == 0 && a->opclass == b->opclass &&
           a->collation == b->collation && a->descending == b->descending &&
           a->nulls_first == b->nulls_first;
}

/* Of a table that inherits, or a partition that was attached without it. */
static gboolean
is_like(const PgsIndex *index, const PgsIndex *wanted)
{
    if (!index->valid || !wanted->valid || index->keys->len != wanted->keys->len ||
        strcmp(index->method, wanted->method) != 0 ||
        g_strcmp0(index->predicate, wanted->predicate) != 0)
        return FALSE;
    for (guint i = 0; i < index->keys->len; i++) {
        if (!is_same_key(index->keys->pdata[i], wanted->keys->pdata[i]))
            return FALSE;
    }
    return TRUE;
}

static void
add_once(GPtrArray *indexes, const PgsIndex *index)
{
    if (!g_ptr_array_find(indexes, index, NULL))
        g_ptr_array_add(indexes, (gpointer)index);
}

static void
sort_index(PgsVerdictScope *scope, PgsScopeTable *table, const PgsIndex *index)
{
    if (scope->index == NULL ||
        (index->relation_oid != scope->index->relation_oid && is_like(index, scope->index)))
        g_hash_table_add(scope->own, (gpointer)index);
    gboolean is_own = pgs_verdict_scope_owns(scope, index);
    table->is_owning = table->is_owning || is_own;
    add_once(is_own ? scope->mine : scope->others, pgs_verdict_scope_whole(scope, index));
}

PgsVerdictScope *
pgs_verdict_scope_read(PgsConnection *connection, const PgsIndexes *indexes,
                       const PgsQuestion *question, GError **error)
{
    g_autoptr(PgsVerdictScope) scope = g_new0(PgsVerdictScope, 1);
    scope->indexes = indexes;
    scope->index = question->index;
    scope->tables = g_ptr_array_new_with_free_func(table_free);
    scope->own = g_hash_table_new(NULL, NULL);
    scope->mine = g_ptr_array_new();
    scope->others = g_ptr_array_new();
    guint32 relation = question->relation != 0 || question->index == NULL
                           ? question->relation
                           : question->index->relation_oid;
    if (!read_tables(scope, connection, relation, error))
        return NULL;
    if (scope->index != NULL)
        add_own(scope, scope->index);
    for (guint i = 0; i < scope->tables->len; i++) {
        PgsScopeTable *table = scope->tables->pdata[i];
        g_autoptr(GPtrArray) of_table = pgs_indexes_of(indexes, table->oid);
        for (guint k = 0; k < of_table->len; k++)
            sort_index(scope, table, of_table->pdata[k]);
    }
    return g_steal_pointer(&scope);
}
