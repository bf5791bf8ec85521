#include "project/sql_fields.h"

#include "project/system.h"

static const PgsField sql_file_fields[] = {
    {"file", &pgs_shape_text, "A file of SQL.", .required = TRUE, .read = pgs_read_path,
     .offset = G_STRUCT_OFFSET(PgsSqlText, path), .detail = "exists"},
    {0},
};
static const PgsShape sql_file = {
    .type = PGS_SHAPE_RECORD,
    .name = "sql file",
    .doc = "SQL that is in a file of its own.",
    .example = "prepare:\n  - CREATE EXTENSION IF NOT EXISTS pgcrypto\n  - file: roles.sql\n",
    .fields = sql_file_fields,
};
static const PgsShape *const sql_choices[] = {&pgs_shape_text, &sql_file, NULL};
static const PgsShape sql = {.type = PGS_SHAPE_CHOICE, .choices = sql_choices};
static const PgsShape sql_list = {.type = PGS_SHAPE_LIST, .element = &sql};
static const PgsShape *const texts_choices[] = {&pgs_shape_text, &sql_file, &sql_list, NULL};
const PgsShape pgs_shape_sql_texts = {.type = PGS_SHAPE_CHOICE, .choices = texts_choices};

gboolean
pgs_read_sql_texts(const PgsNode *value, const PgsField *field, gpointer target, gpointer context,
                   GError **error)
{
    GPtrArray *texts = G_STRUCT_MEMBER(GPtrArray *, target, field->offset);
    for (guint i = 0; i < pgs_node_count(value); i++) {
        const PgsNode *item = pgs_node_at(value, i);
        PgsSqlText *text = pgs_sql_text_new(NULL, item->text);
        text->place = item->place;
        g_ptr_array_add(texts, text);
        if (item->type == PGS_NODE_MAPPING &&
            !pgs_fields_read(sql_file_fields, item, text, context, error))
            return FALSE;
    }
    return TRUE;
}
