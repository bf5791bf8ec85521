#include "inventory/inventory_reader.h"

/* triggers.sql's columns */
enum {
    TRIGGER_RELATION,
    TRIGGER_NAME,
    TRIGGER_BEFORE,
    TRIGGER_ROW,
    TRIGGER_ON_INSERT,
    TRIGGER_ON_UPDATE,
    TRIGGER_ON_DELETE,
    TRIGGER_ENABLED,
    TRIGGER_FUNCTION,
    TRIGGER_BODY,
};

static PgsTriggerFacts *
trigger_new(const PGresult *result, int row)
{
    PgsTriggerFacts *trigger = g_new0(PgsTriggerFacts, 1);
    trigger->name = pgs_cell_copy(result, row, TRIGGER_NAME);
    trigger->before = pgs_cell_flag(result, row, TRIGGER_BEFORE);
    trigger->row = pgs_cell_flag(result, row, TRIGGER_ROW);
    trigger->on_insert = pgs_cell_flag(result, row, TRIGGER_ON_INSERT);
    trigger->on_update = pgs_cell_flag(result, row, TRIGGER_ON_UPDATE);
    trigger->on_delete = pgs_cell_flag(result, row, TRIGGER_ON_DELETE);
    trigger->enabled = pgs_cell_char(result, row, TRIGGER_ENABLED);
    trigger->function = pgs_cell_copy(result, row, TRIGGER_FUNCTION);
    trigger->body = pgs_cell_copy(result, row, TRIGGER_BODY);
    return trigger;
}

static gboolean
read_triggers(PgsInventoryReader *reader, GError **error)
{
    g_autoptr(PGresult) result = pgs_reader_query(reader, "triggers.sql", reader->oids, error);
    for (int i = 0; result != NULL && i < PQntuples(result); i++) {
        guint32 oid = (guint32)pgs_cell_number(result, i, TRIGGER_RELATION);
        g_ptr_array_add(pgs_reader_relation(reader, oid)->triggers, trigger_new(result, i));
    }
    return result != NULL;
}

static gboolean
read_rewrites(PgsInventoryReader *reader, GError **error)
{
    g_autoptr(PGresult) result = pgs_reader_query(reader, "rewrites.sql", reader->oids, error);
    for (int i = 0; result != NULL && i < PQntuples(result); i++) {
        guint32 oid = (guint32)pgs_cell_number(result, i, 0);
        g_ptr_array_add(pgs_reader_relation(reader, oid)->rewrites, pgs_cell_copy(result, i, 1));
    }
    return result != NULL;
}

/* Those of one name, whatever their arguments, are one text. */
static void
add_function(GHashTable *functions, char *name, const char *body)
{
    const char *before = g_hash_table_lookup(functions, name);
    g_hash_table_insert(functions, name,
                        before != NULL ? g_strjoin("\n", before, body, NULL) : g_strdup(body));
}

static gboolean
read_functions(PgsInventoryReader *reader, GError **error)
{
    g_autoptr(PGresult) result = pgs_reader_query(reader, "functions.sql", NULL, error);
    GHashTable *functions = reader->inventory->functions;
    for (int i = 0; result != NULL && i < PQntuples(result); i++) {
        const char *schema = pgs_cell(result, i, 0), *name = pgs_cell(result, i, 1);
        const char *body = pgs_cell(result, i, 2);
        add_function(functions, g_strconcat(schema, ".", name, NULL), body != NULL ? body : "");
        add_function(functions, g_strdup(name), body != NULL ? body : "");
    }
    return result != NULL;
}

gboolean
pgs_reader_behaviour(PgsInventoryReader *reader, GError **error)
{
    return read_triggers(reader, error) && read_rewrites(reader, error) &&
           read_functions(reader, error);
}
