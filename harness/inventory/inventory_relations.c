#include "inventory/inventory_reader.h"

#include "inventory/sandbox.h"

#include <stdlib.h>

enum {
    PROBED = 200, /* relations that are asked for rows at a time */
};

static PgsRelation *
relation_new(void)
{
    PgsRelation *relation = g_new0(PgsRelation, 1);
    GPtrArray **lists[] = {&relation->columns,       &relation->rules,   &relation->references,
                           &relation->referenced_by, &relation->checks,  &relation->triggers,
                           &relation->rewrites,      &relation->children};
    for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
        *lists[i] = g_ptr_array_new();
    return relation;
}

/* relations.sql's columns */
enum {
    RELATION_OID,
    RELATION_SCHEMA,
    RELATION_NAME,
    RELATION_IDENTITY,
    RELATION_KIND,
    RELATION_IS_PARTITION,
    RELATION_PARENTS,
    RELATION_PARTITION_CONSTRAINT,
    RELATION_ROW_SECURITY,
    RELATION_MAY_HAVE_ROWS,
    RELATION_IS_AUXILIARY,
};

static void
add_relation(PgsInventoryReader *reader, const PGresult *result, int row)
{
    PgsRelation *relation = relation_new();
    relation->oid = (guint32)pgs_cell_number(result, row, RELATION_OID);
    relation->schema = pgs_cell_copy(result, row, RELATION_SCHEMA);
    relation->name = pgs_cell_copy(result, row, RELATION_NAME);
    relation->identity = pgs_cell_copy(result, row, RELATION_IDENTITY);
    relation->kind = pgs_cell_char(result, row, RELATION_KIND);
    relation->is_partition = pgs_cell_flag(result, row, RELATION_IS_PARTITION);
    relation->partition_constraint = pgs_cell_copy(result, row, RELATION_PARTITION_CONSTRAINT);
    relation->row_security_forced = pgs_cell_flag(result, row, RELATION_ROW_SECURITY);
    relation->is_auxiliary = pgs_cell_flag(result, row, RELATION_IS_AUXILIARY);
    PgsInventory *inventory = reader->inventory;
    g_ptr_array_add(inventory->relations, relation);
    g_hash_table_insert(reader->relations, GUINT_TO_POINTER(relation->oid), relation);
    g_hash_table_insert(inventory->by_identity, relation->identity, relation);
    gboolean is_known = g_hash_table_contains(inventory->by_name, relation->name);
    g_hash_table_insert(inventory->by_name, relation->name, is_known ? NULL : relation);
}

static void
add_parents(PgsInventoryReader *reader, PgsRelation *relation, const char *oids)
{
    g_auto(GStrv) words = g_strsplit(oids, ",", -1);
    GPtrArray *parents = g_ptr_array_new();
    for (char **word = words; *word != NULL; word++) {
        PgsRelation *parent = pgs_reader_relation(reader, (guint32)strtoul(*word, NULL, 10));
        if (parent == NULL)
            continue;
        g_ptr_array_add(parents, parent);
        g_ptr_array_add(parent->children, relation);
        if (relation->parent == NULL)
            relation->parent = parent;
    }
    g_hash_table_insert(reader->parents, relation, parents);
}

static void
mark_rows(PgsRelation *relation, const PgsInventoryReader *reader)
{
    relation->has_rows = TRUE;
    const GPtrArray *parents = g_hash_table_lookup(reader->parents, relation);
    for (guint i = 0; parents != NULL && i < parents->len; i++) {
        PgsRelation *parent = parents->pdata[i];
        if (!parent->has_rows)
            mark_rows(parent, reader);
    }
}

/* In a savepoint, which gives the locks back: there are only so many. */
static gboolean
probe(PgsInventoryReader *reader, const char *existing, GError **error)
{
    g_auto(PgsSandbox) sandbox = {0};
    if (!pgs_sandbox_begin(&sandbox, reader->connection, "", error))
        return FALSE;
    g_autofree char *sql = g_strdup_printf("SELECT pg_catalog.unnest(ARRAY[%s])", existing);
    g_autoptr(PGresult) result =
        pgs_connection_query(reader->connection, PGS_SHAPE_ANY, sql, 0, NULL, NULL, error);
    for (int i = 0; result != NULL && i < PQntuples(result); i++) {
        if (!PQgetisnull(result, i, 0))
            mark_rows(reader->inventory->relations->pdata[pgs_cell_number(result, i, 0)], reader);
    }
    return result != NULL;
}

/*
 * Rows that were deleted leave a table its size.  A policy, which may do or refuse anything, is not
 * asked: what has a size counts then.
 */
static gboolean
look_for_rows(PgsInventoryReader *reader, const PGresult *relations, GError **error)
{
    g_autoptr(GString) existing = g_string_new(NULL);
    guint n = 0;
    for (int i = 0; i < PQntuples(relations); i++) {
        PgsRelation *relation = reader->inventory->relations->pdata[i];
        gboolean may_have = pgs_cell_flag(relations, i, RELATION_MAY_HAVE_ROWS);
        if (may_have && relation->row_security_forced) {
            mark_rows(relation, reader);
        } else if (may_have) {
            g_string_append_printf(existing, "%sCASE WHEN EXISTS (SELECT FROM ONLY %s) THEN %d END",
                                   existing->len > 0 ? ", " : "", relation->identity, i);
            n++;
        }
        if (n == PROBED || (n > 0 && i + 1 == PQntuples(relations))) {
            if (!probe(reader, existing->str, error))
                return FALSE;
            g_string_truncate(existing, 0);
            n = 0;
        }
    }
    return TRUE;
}

gboolean
pgs_reader_relations(PgsInventoryReader *reader, GError **error)
{
    g_autoptr(PGresult) result = pgs_reader_query(reader, "relations.sql", NULL, error);
    if (result == NULL)
        return FALSE;
    g_autoptr(GString) oids = g_string_new("{");
    for (int i = 0; i < PQntuples(result); i++) {
        add_relation(reader, result, i);
        g_string_append_printf(oids, "%s%s", i > 0 ? "," : "", pgs_cell(result, i, RELATION_OID));
    }
    g_string_append_c(oids, '}');
    reader->oids = g_string_free(g_steal_pointer(&oids), FALSE);
    for (int i = 0; i < PQntuples(result); i++) {
        const char *parents = pgs_cell(result, i, RELATION_PARENTS);
        if (parents != NULL)
            add_parents(reader, reader->inventory->relations->pdata[i], parents);
    }
    return look_for_rows(reader, result, error);
}
