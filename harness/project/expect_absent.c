#include "project/expect_absent.h"

#include "project/attribute.h"
#include "project/names.h"

#include <string.h>

gboolean
pgs_check_signature(const PgsNode *name, GError **error)
{
    const char *open = strchr(name->text, '(');
    if (open != NULL && open > name->text && g_str_has_suffix(open, ")"))
        return TRUE;
    return pgs_node_error(name, PGS_CONFIG_ERROR_VALUE, error,
                          "a function is known by its name and the types of its arguments",
                          "expected a signature such as f(integer, text), found \"%s\"",
                          name->text);
}

/* The kind is the field's detail.  Names in a schema. */
static gboolean
read_names(const PgsNode *value, const PgsField *field, G_GNUC_UNUSED gpointer target,
           gpointer context, G_GNUC_UNUSED GError **error)
{
    PgsReading *reading = context;
    for (guint i = 0; i < pgs_node_count(value); i++) {
        const PgsNode *item = pgs_node_at(value, i);
        g_autofree char *name = pgs_name_qualify(reading->schema, item->text);
        pgs_reading_expect(reading, field->detail, NULL, name, item);
    }
    return TRUE;
}

static gboolean
read_functions(const PgsNode *value, const PgsField *field, gpointer target, gpointer context,
               GError **error)
{
    for (guint i = 0; i < pgs_node_count(value); i++) {
        if (!pgs_check_signature(pgs_node_at(value, i), error))
            return FALSE;
    }
    return read_names(value, field, target, context, error);
}

/* Names without one. */
static gboolean
read_plain_names(const PgsNode *value, const PgsField *field, G_GNUC_UNUSED gpointer target,
                 gpointer context, G_GNUC_UNUSED GError **error)
{
    for (guint i = 0; i < pgs_node_count(value); i++) {
        const PgsNode *item = pgs_node_at(value, i);
        g_autofree char *name = pgs_name_plain(item->text);
        pgs_reading_expect(context, field->detail, NULL, name, item);
    }
    return TRUE;
}

static gboolean
split_part(const PgsNode *item, const PgsReading *reading, char **relation, char **part,
           GError **error)
{
    g_autofree char *table = NULL;
    if (!pgs_name_split(item->text, &table, part))
        return pgs_node_error(item, PGS_CONFIG_ERROR_VALUE, error, NULL,
                              "expected table.name, found \"%s\"", item->text);
    *relation = pgs_name_qualify(reading->schema, table);
    return TRUE;
}

/* "table.name" */
static gboolean
read_parts(const PgsNode *value, const PgsField *field, G_GNUC_UNUSED gpointer target,
           gpointer context, GError **error)
{
    for (guint i = 0; i < pgs_node_count(value); i++) {
        const PgsNode *item = pgs_node_at(value, i);
        g_autofree char *relation = NULL;
        g_autofree char *part = NULL;
        if (!split_part(item, context, &relation, &part, error))
            return FALSE;
        pgs_reading_expect(context, field->detail, relation, part, item);
    }
    return TRUE;
}

/* ---- Foreign keys: over which columns there must be none ---- */

static const PgsField key_fields[] = {
    {"table", &pgs_shape_text, "The table.", .required = TRUE, .read = pgs_read_nothing},
    {"columns", &pgs_shape_texts, "The columns, in the key's order.", .required = TRUE,
     .read = pgs_read_attribute_columns, .detail = "columns"},
    {0},
};
static const PgsShape key = {
    .type = PGS_SHAPE_RECORD,
    .name = "absent foreign key",
    .doc = "Columns that must not be a foreign key; short, when it is one: `table.column`.",
    .fields = key_fields,
};
static const PgsShape *const key_choices[] = {&pgs_shape_text, &key, NULL};
static const PgsShape key_or_text = {.type = PGS_SHAPE_CHOICE, .choices = key_choices};
static const PgsShape key_list = {.type = PGS_SHAPE_LIST, .element = &key_or_text};
static const PgsShape *const keys_choices[] = {&pgs_shape_text, &key_list, NULL};
static const PgsShape keys = {.type = PGS_SHAPE_CHOICE, .choices = keys_choices};

static gboolean
read_key(const PgsNode *item, PgsReading *reading, GError **error)
{
    if (item->type == PGS_NODE_MAPPING) {
        g_autofree char *relation =
            pgs_name_qualify(reading->schema, pgs_node_get(item, "table")->text);
        PgsExpectation *expectation =
            pgs_reading_expect(reading, "foreign key", relation, NULL, item);
        return pgs_fields_read(key_fields, item, expectation, reading, error);
    }
    g_autofree char *relation = NULL;
    g_autofree char *column = NULL;
    if (!split_part(item, reading, &relation, &column, error))
        return FALSE;
    g_autofree char *listed = pgs_name_listed(column);
    PgsExpectation *expectation = pgs_reading_expect(reading, "foreign key", relation, NULL, item);
    pgs_expectation_set(expectation, "columns", listed);
    return TRUE;
}

static gboolean
read_keys(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, G_GNUC_UNUSED gpointer target,
          gpointer context, GError **error)
{
    for (guint i = 0; i < pgs_node_count(value); i++) {
        if (!read_key(pgs_node_at(value, i), context, error))
            return FALSE;
    }
    return TRUE;
}

/* ---- The section ---- */

static const PgsShape objects = {.type = PGS_SHAPE_LIST, .element = &pgs_shape_object};

static const PgsField absent_fields[] = {
    {"requirements", &pgs_shape_texts, PGS_REQUIREMENTS_DOC, .read = pgs_read_nothing},
    {"tables", &pgs_shape_texts, "Tables.", .read = read_names, .detail = "table"},
    {"columns", &pgs_shape_texts, "Columns, `table.column`.", .read = read_parts,
     .detail = "column"},
    {"indexes", &pgs_shape_texts, "Indexes.", .read = read_names, .detail = "index"},
    {"constraints", &pgs_shape_texts, "Constraints of any kind, `table.name`.", .read = read_parts,
     .detail = "constraint"},
    {"foreign-keys", &keys, "Columns without a foreign key, `table.column`.", .read = read_keys},
    {"enums", &pgs_shape_texts, "Enum types.", .read = read_names, .detail = "enum type"},
    {"triggers", &pgs_shape_texts, "Triggers, `table.name`.", .read = read_parts,
     .detail = "trigger"},
    {"functions", &pgs_shape_texts, "Functions, `f(integer)`.", .read = read_functions,
     .detail = "function"},
    {"views", &pgs_shape_texts, "Views.", .read = read_names, .detail = "view"},
    {"sequences", &pgs_shape_texts, "Sequences.", .read = read_names, .detail = "sequence"},
    {"extensions", &pgs_shape_texts, "Extensions.", .read = read_plain_names,
     .detail = "extension"},
    {"schemas", &pgs_shape_texts, "Schemas.", .read = read_plain_names, .detail = "schema"},
    {"objects", &objects, "Objects of other kinds.", .read = pgs_read_objects},
    {0},
};
static const PgsShape absent = {
    .type = PGS_SHAPE_RECORD,
    .name = "absent",
    .doc = "What must not exist; one such mapping, or a list of them, each with its requirements.",
    .example = "absent:\n  columns: [users.legacy_id]\n  foreign-keys: [resources.category_key]\n",
    .fields = absent_fields,
};
static const PgsShape absent_list = {.type = PGS_SHAPE_LIST, .element = &absent};
static const PgsShape *const absent_choices[] = {&absent, &absent_list, NULL};
const PgsShape pgs_shape_absent = {.type = PGS_SHAPE_CHOICE, .choices = absent_choices};

/* Whatever inherits requirements has a member for them; here it is this alone. */
typedef struct {
    char **requirements;
} Section;

static gboolean
read_section(const PgsNode *node, const PgsReading *block, GError **error)
{
    static const PgsField requirements[] = {PGS_REQUIREMENTS_FIELD(Section), {0}};
    Section section = {NULL};
    PgsReading reading = *block;
    reading.absent = TRUE;
    pgs_fields_read(requirements, node, &section, &reading, NULL);
    if (section.requirements != NULL)
        reading.inherited = section.requirements;
    gboolean is_read = pgs_fields_read(absent_fields, node, NULL, &reading, error);
    g_strfreev(section.requirements);
    return is_read;
}

gboolean
pgs_read_absent(const PgsNode *value, G_GNUC_UNUSED const PgsField *field,
                G_GNUC_UNUSED gpointer target, gpointer context, GError **error)
{
    for (guint i = 0; i < pgs_node_count(value); i++) {
        if (!read_section(pgs_node_at(value, i), context, error))
            return FALSE;
    }
    return TRUE;
}
