#include "inventory/index_reader.h"

#include "base/embedded.h"
#include "inventory/inventory_reader.h"
#include "inventory/sandbox.h"
#include "snapshot/query.h"

extern const PgsEmbedded pgs_inventory_files[];

/* ---- the end of each ---- */

static void
key_free(gpointer data)
{
    PgsIndexKey *key = data;
    g_free(key->sql);
    g_free(key->type_sql);
    g_free(key->opclass_sql);
    g_free(key->collation_sql);
    g_free(key);
}

static void
index_free(gpointer data)
{
    PgsIndex *index = data;
    char *texts[] = {index->schema,          index->name,          index->identity,
                     index->relation_schema, index->relation_name, index->relation_sql,
                     index->method,          index->predicate,     index->constraint,
                     index->definition};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    g_ptr_array_unref(index->keys);
    g_ptr_array_unref(index->included);
    g_ptr_array_unref(index->children);
    g_free(index);
}

void
pgs_indexes_free(PgsIndexes *indexes)
{
    if (indexes == NULL)
        return;
    g_ptr_array_unref(indexes->all);
    g_hash_table_unref(indexes->by_oid);
    g_free(indexes);
}

static PgsIndexes *
indexes_new(void)
{
    PgsIndexes *indexes = g_new0(PgsIndexes, 1);
    indexes->all = g_ptr_array_new_with_free_func(index_free);
    indexes->by_oid = g_hash_table_new(NULL, NULL);
    return indexes;
}

/* ---- reading ---- */

typedef struct {
    PgsConnection *connection;
    PgsIndexes *indexes;
    GHashTable *relations; /* OID → const PgsRelation * */
} Reader;

static PGresult *
run_file(const Reader *reader, const char *file, const char *parameter, GError **error)
{
    g_autofree char *sql = pgs_query_expand(pgs_embedded_find(pgs_inventory_files, file),
                                            pgs_connection_version(reader->connection));
    return pgs_connection_query(reader->connection, PGS_SHAPE_ANY, sql, parameter != NULL ? 1 : 0,
                                &parameter, NULL, error);
}

static PgsIndex *
find_oid(const Reader *reader, guint32 oid)
{
    return g_hash_table_lookup(reader->indexes->by_oid, GUINT_TO_POINTER(oid));
}

/* index_facts.sql's columns */
enum {
    FACT_OID,
    FACT_SCHEMA,
    FACT_NAME,
    FACT_IDENTITY,
    FACT_RELATION,
    FACT_RELATION_SCHEMA,
    FACT_RELATION_NAME,
    FACT_RELATION_SQL,
    FACT_METHOD,
    FACT_CAN_ORDER,
    FACT_INCLUDED,
    FACT_PREDICATE,
    FACT_UNIQUE,
    FACT_VALID,
    FACT_CONSTRAINT,
    FACT_DEFINITION,
    FACT_PARENT,
};

static PgsIndex *
index_new(const Reader *reader, const PGresult *result, int row)
{
    PgsIndex *index = g_new0(PgsIndex, 1);
    index->oid = (guint32)pgs_cell_number(result, row, FACT_OID);
    index->schema = pgs_cell_copy(result, row, FACT_SCHEMA);
    index->name = pgs_cell_copy(result, row, FACT_NAME);
    index->identity = pgs_cell_copy(result, row, FACT_IDENTITY);
    index->relation_oid = (guint32)pgs_cell_number(result, row, FACT_RELATION);
    index->relation = g_hash_table_lookup(reader->relations, GUINT_TO_POINTER(index->relation_oid));
    index->relation_schema = pgs_cell_copy(result, row, FACT_RELATION_SCHEMA);
    index->relation_name = pgs_cell_copy(result, row, FACT_RELATION_NAME);
    index->relation_sql = pgs_cell_copy(result, row, FACT_RELATION_SQL);
    index->method = pgs_cell_copy(result, row, FACT_METHOD);
    index->can_order = pgs_cell_flag(result, row, FACT_CAN_ORDER);
    index->included = pgs_cell_strings(result, row, FACT_INCLUDED);
    if (index->included == NULL)
        index->included = g_ptr_array_new();
    index->predicate = pgs_cell_copy(result, row, FACT_PREDICATE);
    index->unique = pgs_cell_flag(result, row, FACT_UNIQUE);
    index->valid = pgs_cell_flag(result, row, FACT_VALID);
    index->constraint = pgs_cell_copy(result, row, FACT_CONSTRAINT);
    index->definition = pgs_cell_copy(result, row, FACT_DEFINITION);
    index->keys = g_ptr_array_new_with_free_func(key_free);
    index->children = g_ptr_array_new();
    return index;
}

/* A partition's index may come before the one above it. */
static void
tie_parents(const Reader *reader, const PGresult *result)
{
    for (int i = 0; i < PQntuples(result); i++) {
        PgsIndex *parent = find_oid(reader, (guint32)pgs_cell_number(result, i, FACT_PARENT));
        PgsIndex *index = reader->indexes->all->pdata[i];
        if (parent == NULL)
            continue;
        index->parent = parent;
        g_ptr_array_add(parent->children, index);
    }
}

/* *oids: of all of them, as an oid[]. */
static gboolean
read_facts(const Reader *reader, char **oids, GError **error)
{
    g_autoptr(PGresult) result = run_file(reader, "index_facts.sql", NULL, error);
    if (result == NULL)
        return FALSE;
    GString *list = g_string_new("{");
    for (int i = 0; i < PQntuples(result); i++) {
        PgsIndex *index = index_new(reader, result, i);
        g_ptr_array_add(reader->indexes->all, index);
        g_hash_table_insert(reader->indexes->by_oid, GUINT_TO_POINTER(index->oid), index);
        g_string_append_printf(list, "%s%u", i > 0 ? "," : "", index->oid);
    }
    g_string_append_c(list, '}');
    *oids = g_string_free(list, FALSE);
    tie_parents(reader, result);
    return TRUE;
}

/* index_keys.sql's columns */
enum {
    KEY_INDEX,
    KEY_NUMBER,
    KEY_SQL,
    KEY_TYPE_SQL,
    KEY_TYPE,
    KEY_OPCLASS,
    KEY_OPFAMILY,
    KEY_OPCLASS_SQL,
    KEY_IS_DEFAULT,
    KEY_COLLATION,
    KEY_COLLATION_SQL,
    KEY_COLLATION_IS_C,
    KEY_DESCENDING,
    KEY_NULLS_FIRST,
};

static const PgsColumn *
key_column(const PgsRelation *relation, gint64 number)
{
    for (guint i = 0; relation != NULL && i < relation->columns->len; i++) {
        const PgsColumn *column = relation->columns->pdata[i];
        if (column->number == number)
            return column;
    }
    return NULL;
}

static PgsIndexKey *
key_new(const PgsIndex *index, const PGresult *result, int row)
{
    PgsIndexKey *key = g_new0(PgsIndexKey, 1);
    key->column = key_column(index->relation, pgs_cell_number(result, row, KEY_NUMBER));
    key->sql = pgs_cell_copy(result, row, KEY_SQL);
    key->type_sql = pgs_cell_copy(result, row, KEY_TYPE_SQL);
    key->type = (guint32)pgs_cell_number(result, row, KEY_TYPE);
    key->opclass = (guint32)pgs_cell_number(result, row, KEY_OPCLASS);
    key->opfamily = (guint32)pgs_cell_number(result, row, KEY_OPFAMILY);
    key->opclass_sql = pgs_cell_copy(result, row, KEY_OPCLASS_SQL);
    key->opclass_is_default = pgs_cell_flag(result, row, KEY_IS_DEFAULT);
    key->collation = (guint32)pgs_cell_number(result, row, KEY_COLLATION);
    key->collation_sql = pgs_cell_copy(result, row, KEY_COLLATION_SQL);
    key->collation_is_c = pgs_cell_flag(result, row, KEY_COLLATION_IS_C);
    key->descending = pgs_cell_flag(result, row, KEY_DESCENDING);
    key->nulls_first = pgs_cell_flag(result, row, KEY_NULLS_FIRST);
    return key;
}

static gboolean
read_keys(const Reader *reader, const char *oids, GError **error)
{
    g_autoptr(PGresult) result = run_file(reader, "index_keys.sql", oids, error);
    for (int i = 0; result != NULL && i < PQntuples(result); i++) {
        PgsIndex *index = find_oid(reader, (guint32)pgs_cell_number(result, i, KEY_INDEX));
        g_ptr_array_add(index->keys, key_new(index, result, i));
    }
    return result != NULL;
}

/* What others refer to or inherit from is there only for their sake. */
static GHashTable *
relations_by_oid(const PgsInventory *inventory)
{
    GHashTable *by_oid = g_hash_table_new(NULL, NULL);
    const GPtrArray *relations = pgs_inventory_relations(inventory);
    for (guint i = 0; i < relations->len; i++) {
        const PgsRelation *relation = relations->pdata[i];
        g_hash_table_insert(by_oid, GUINT_TO_POINTER(relation->oid), (gpointer)relation);
    }
    return by_oid;
}

PgsIndexes *
pgs_indexes_read(PgsConnection *connection, const PgsInventory *inventory, GError **error)
{
    g_auto(PgsSandbox) sandbox = {0};
    /* What is outside of pg_catalog is printed with its schema then. */
    if (!pgs_sandbox_begin(&sandbox, connection, "SET LOCAL search_path = ''; SET LOCAL jit = off",
                           error))
        return NULL;
    g_autoptr(PgsIndexes) indexes = indexes_new();
    g_autoptr(GHashTable) relations = relations_by_oid(inventory);
    Reader reader = {connection, indexes, relations};
    g_autofree char *oids = NULL;
    if (!read_facts(&reader, &oids, error) || !read_keys(&reader, oids, error))
        return NULL;
    return g_steal_pointer(&indexes);
}
