#include "inventory/inventory_reader.h"

#include <stdlib.h>

/* ---- types ---- */

/* types.sql's columns */
enum {
    TYPE_OID,
    TYPE_SCHEMA,
    TYPE_NAME,
    TYPE_SQL,
    TYPE_IDENTITY,
    TYPE_KIND,
    TYPE_CATEGORY,
    TYPE_EXTENSION,
    TYPE_ELEMENT,
    TYPE_BASE,
    TYPE_BASE_TYPMOD,
    TYPE_BASE_SQL,
    TYPE_SUBTYPE,
    TYPE_NOT_NULL,
    TYPE_DEFAULT,
    TYPE_LABELS,
    TYPE_RELATION,
    TYPE_IS_OWN_DOMAIN,
};

static PgsType *
type_new(const PGresult *result, int row)
{
    PgsType *type = g_new0(PgsType, 1);
    type->oid = (guint32)pgs_cell_number(result, row, TYPE_OID);
    type->schema = pgs_cell_copy(result, row, TYPE_SCHEMA);
    type->name = pgs_cell_copy(result, row, TYPE_NAME);
    type->sql = pgs_cell_copy(result, row, TYPE_SQL);
    type->identity = pgs_cell_copy(result, row, TYPE_IDENTITY);
    type->kind = pgs_cell_char(result, row, TYPE_KIND);
    type->category = pgs_cell_char(result, row, TYPE_CATEGORY);
    type->extension = pgs_cell_copy(result, row, TYPE_EXTENSION);
    type->base_typmod = (gint32)pgs_cell_number(result, row, TYPE_BASE_TYPMOD);
    type->base_sql = pgs_cell_copy(result, row, TYPE_BASE_SQL);
    type->not_null = pgs_cell_flag(result, row, TYPE_NOT_NULL);
    type->domain_default = pgs_cell_copy(result, row, TYPE_DEFAULT);
    type->labels = pgs_cell_strings(result, row, TYPE_LABELS);
    type->rules = g_ptr_array_new();
    return type;
}

static const PgsType *
linked_type(const PgsInventoryReader *reader, const PGresult *result, int row, int field)
{
    guint32 oid = (guint32)pgs_cell_number(result, row, field);
    return oid != 0 ? pgs_reader_type(reader, oid) : NULL;
}

/* Once all are there. */
static void
link_types(PgsInventoryReader *reader, const PGresult *result)
{
    for (int i = 0; i < PQntuples(result); i++) {
        PgsType *type = reader->inventory->types->pdata[i];
        type->element = linked_type(reader, result, i, TYPE_ELEMENT);
        type->base = linked_type(reader, result, i, TYPE_BASE);
        type->subtype = linked_type(reader, result, i, TYPE_SUBTYPE);
    }
    for (int i = 0; i < PQntuples(result); i++) {
        PgsType *type = reader->inventory->types->pdata[i];
        if (!pgs_cell_flag(result, i, TYPE_IS_OWN_DOMAIN))
            continue;
        g_ptr_array_add(reader->inventory->domains, type);
        pgs_reader_domain_rules(reader, type);
    }
}

/* ---- columns ---- */

/* columns.sql's columns */
enum {
    COLUMN_RELATION,
    COLUMN_NUMBER,
    COLUMN_NAME,
    COLUMN_QUOTED,
    COLUMN_TYPE,
    COLUMN_TYPMOD,
    COLUMN_TYPE_SQL,
    COLUMN_NOT_NULL,
    COLUMN_DEFAULT,
    COLUMN_DEFAULT_IS_VOLATILE,
    COLUMN_IDENTITY,
    COLUMN_GENERATED,
    COLUMN_GENERATED_SQL,
    COLUMN_SEQUENCE,
    COLUMN_COLLATION,
    COLUMN_IS_INHERITED,
    COLUMN_NOT_NULL_IS_INHERITED,
};

static PgsColumn *
column_new(const PgsInventoryReader *reader, const PGresult *result, int row)
{
    PgsColumn *column = g_new0(PgsColumn, 1);
    column->number = (gint16)pgs_cell_number(result, row, COLUMN_NUMBER);
    column->name = pgs_cell_copy(result, row, COLUMN_NAME);
    column->quoted = pgs_cell_copy(result, row, COLUMN_QUOTED);
    column->type = linked_type(reader, result, row, COLUMN_TYPE);
    column->typmod = (gint32)pgs_cell_number(result, row, COLUMN_TYPMOD);
    column->type_sql = pgs_cell_copy(result, row, COLUMN_TYPE_SQL);
    column->not_null = pgs_cell_flag(result, row, COLUMN_NOT_NULL);
    column->default_sql = pgs_cell_copy(result, row, COLUMN_DEFAULT);
    column->default_is_volatile = pgs_cell_flag(result, row, COLUMN_DEFAULT_IS_VOLATILE);
    column->identity = pgs_cell_char(result, row, COLUMN_IDENTITY);
    column->generated = pgs_cell_char(result, row, COLUMN_GENERATED);
    column->generated_sql = pgs_cell_copy(result, row, COLUMN_GENERATED_SQL);
    column->sequence = pgs_cell_copy(result, row, COLUMN_SEQUENCE);
    column->collation = pgs_cell_copy(result, row, COLUMN_COLLATION);
    column->is_inherited = pgs_cell_flag(result, row, COLUMN_IS_INHERITED);
    return column;
}

gboolean
pgs_reader_columns(PgsInventoryReader *reader, GError **error)
{
    g_autoptr(PGresult) result = pgs_reader_query(reader, "columns.sql", reader->oids, error);
    for (int i = 0; result != NULL && i < PQntuples(result); i++) {
        PgsRelation *relation =
            pgs_reader_relation(reader, (guint32)pgs_cell_number(result, i, COLUMN_RELATION));
        PgsColumn *column = column_new(reader, result, i);
        column->relation = relation;
        column->index = relation->columns->len;
        g_ptr_array_add(relation->columns, column);
        pgs_reader_column_rules(reader, relation, column,
                                !pgs_cell_flag(result, i, COLUMN_NOT_NULL_IS_INHERITED));
    }
    return result != NULL;
}

/* ---- attributes of composite types ---- */

/* The relations of the composite types (relation → PgsType), as an oid[]; NULL: there are none. */
static char *
find_composites(PgsInventoryReader *reader, const PGresult *types, GHashTable *composites)
{
    g_autoptr(GString) oids = g_string_new("{");
    for (int i = 0; i < PQntuples(types); i++) {
        const char *oid = pgs_cell(types, i, TYPE_RELATION);
        if (oid == NULL)
            continue;
        PgsType *type = reader->inventory->types->pdata[i];
        type->fields = g_ptr_array_new();
        g_hash_table_insert(composites, GUINT_TO_POINTER(strtoul(oid, NULL, 10)), type);
        g_string_append_printf(oids, "%s%s", oids->len > 1 ? "," : "", oid);
    }
    g_string_append_c(oids, '}');
    return g_hash_table_size(composites) > 0 ? g_string_free(g_steal_pointer(&oids), FALSE) : NULL;
}

static gboolean
read_fields(PgsInventoryReader *reader, const PGresult *types, GError **error)
{
    g_autoptr(GHashTable) composites = g_hash_table_new(NULL, NULL);
    g_autofree char *oids = find_composites(reader, types, composites);
    if (oids == NULL)
        return TRUE;
    g_autoptr(PGresult) result = pgs_reader_query(reader, "columns.sql", oids, error);
    for (int i = 0; result != NULL && i < PQntuples(result); i++) {
        guint32 oid = (guint32)pgs_cell_number(result, i, COLUMN_RELATION);
        PgsType *type = g_hash_table_lookup(composites, GUINT_TO_POINTER(oid));
        PgsColumn *field = column_new(reader, result, i);
        field->index = type->fields->len;
        g_ptr_array_add(type->fields, field);
    }
    return result != NULL;
}

gboolean
pgs_reader_types(PgsInventoryReader *reader, GError **error)
{
    g_autoptr(PGresult) result = pgs_reader_query(reader, "types.sql", reader->oids, error);
    if (result == NULL)
        return FALSE;
    for (int i = 0; i < PQntuples(result); i++) {
        PgsType *type = type_new(result, i);
        g_ptr_array_add(reader->inventory->types, type);
        g_hash_table_insert(reader->types, GUINT_TO_POINTER(type->oid), type);
    }
    link_types(reader, result);
    return read_fields(reader, result, error);
}
