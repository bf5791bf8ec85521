#include "inventory/inventory_reader.h"

#include "base/embedded.h"
#include "snapshot/query.h"

#include <json-glib/json-glib.h>
#include <string.h>

extern const PgsEmbedded pgs_inventory_files[];

/* ---- cells ---- */

const char *
pgs_cell(const PGresult *result, int row, int field)
{
    return PQgetisnull(result, row, field) ? NULL : PQgetvalue(result, row, field);
}

char *
pgs_cell_copy(const PGresult *result, int row, int field)
{
    return g_strdup(pgs_cell(result, row, field));
}

gint64
pgs_cell_number(const PGresult *result, int row, int field)
{
    return g_ascii_strtoll(PQgetvalue(result, row, field), NULL, 10);
}

gboolean
pgs_cell_flag(const PGresult *result, int row, int field)
{
    return strcmp(PQgetvalue(result, row, field), "t") == 0;
}

char
pgs_cell_char(const PGresult *result, int row, int field)
{
    return *PQgetvalue(result, row, field);
}

GPtrArray *
pgs_cell_strings(const PGresult *result, int row, int field)
{
    const char *text = pgs_cell(result, row, field);
    if (text == NULL)
        return NULL;
    GPtrArray *strings = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(JsonNode) node = json_from_string(text, NULL);
    JsonArray *array =
        node != NULL && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
    for (guint i = 0; array != NULL && i < json_array_get_length(array); i++)
        g_ptr_array_add(strings, g_strdup(json_array_get_string_element(array, i)));
    return strings;
}

/* ---- what the files share ---- */

PGresult *
pgs_reader_query(PgsInventoryReader *reader, const char *file, const char *parameter,
                 GError **error)
{
    g_autofree char *sql = pgs_query_expand(pgs_embedded_find(pgs_inventory_files, file),
                                            pgs_connection_version(reader->connection));
    return pgs_connection_query(reader->connection, PGS_SHAPE_ANY, sql, parameter != NULL ? 1 : 0,
                                &parameter, NULL, error);
}

PgsRelation *
pgs_reader_relation(const PgsInventoryReader *reader, guint32 oid)
{
    return g_hash_table_lookup(reader->relations, GUINT_TO_POINTER(oid));
}

PgsType *
pgs_reader_type(const PgsInventoryReader *reader, guint32 oid)
{
    return g_hash_table_lookup(reader->types, GUINT_TO_POINTER(oid));
}

PgsRule *
pgs_reader_rule(PgsInventoryReader *reader, PgsRuleKind kind, const PgsRelation *relation,
                const char *object_kind, char *object_identity)
{
    PgsRule *rule = g_new0(PgsRule, 1);
    rule->kind = kind;
    rule->relation = relation;
    rule->object_kind = object_kind;
    rule->object_identity = object_identity;
    rule->validated = rule->enforced = TRUE;
    g_ptr_array_add(reader->inventory->all_rules, rule);
    return rule;
}

static const PgsColumn *
find_number(const PgsRelation *relation, gint64 number)
{
    for (guint i = 0; i < relation->columns->len; i++) {
        const PgsColumn *column = relation->columns->pdata[i];
        if (column->number == number)
            return column;
    }
    return NULL; /* a system column: tableoid may stand in a CHECK */
}

const PgsColumn **
pgs_reader_key(const PgsRelation *relation, const char *numbers, guint *n)
{
    g_auto(GStrv) words = g_strsplit(numbers != NULL ? numbers : "", ",", -1);
    const PgsColumn **columns = g_new0(const PgsColumn *, g_strv_length(words) + 1);
    *n = 0;
    for (char **word = words; *word != NULL; word++) {
        const PgsColumn *column = find_number(relation, g_ascii_strtoll(*word, NULL, 10));
        if (column != NULL)
            columns[(*n)++] = column;
    }
    return columns;
}
