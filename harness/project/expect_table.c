#include "project/expect_table.h"

#include "project/expect_part.h"
#include "project/names.h"

static gboolean
read_exact(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, G_GNUC_UNUSED gpointer target,
           gpointer context, G_GNUC_UNUSED GError **error)
{
    PgsReading *reading = context;
    if (pgs_node_flag(value) == 1)
        g_ptr_array_add(reading->block->exact_relations, g_strdup(reading->relation));
    return TRUE;
}

static gboolean
read_unlogged(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
              G_GNUC_UNUSED gpointer context, G_GNUC_UNUSED GError **error)
{
    const char *persistence = pgs_is_any(value)           ? "any"
                              : pgs_node_flag(value) == 1 ? "unlogged"
                                                          : NULL;
    pgs_expectation_set(target, "persistence", persistence);
    return TRUE;
}

static const PgsField table_fields[] = {
    {"exact", &pgs_shape_flag,
     "Every part of the table is listed here; another column, key, index, … is a finding.",
     .standard = "`false`", .read = read_exact},
    {"requirements", &pgs_shape_texts, PGS_REQUIREMENTS_DOC " Parts that name none have these.",
     .read = pgs_read_nothing},
    {"columns", &pgs_shape_columns, "Its columns.", .read = pgs_read_columns},
    {"primary-key", &pgs_shape_primary_key, "Its primary key.", .read = pgs_read_primary_key},
    {"unique", &pgs_shape_uniques, "Its unique rules.", .read = pgs_read_uniques},
    {"foreign-keys", &pgs_shape_foreign_keys, "Its foreign keys.", .read = pgs_read_foreign_keys},
    {"checks", &pgs_shape_checks, "Its check constraints.", .read = pgs_read_checks},
    {"indexes", &pgs_shape_indexes, "Its indexes.", .read = pgs_read_indexes},
    {"triggers", &pgs_shape_triggers, "Its triggers.", .read = pgs_read_triggers},
    {"comment", &pgs_shape_text_or_nothing, "Its comment; `null`: it has none.",
     .read = pgs_read_attribute, .detail = "comment"},
    {"unlogged", &pgs_shape_flag_or_any, "Whether it is lost in a crash: UNLOGGED.",
     .standard = "`false`", .read = read_unlogged},
    {"row-security", &pgs_shape_flag_or_any, "Whether row security is enabled.",
     .standard = "`false`", .read = pgs_read_attribute_flag, .detail = "row-security"},
    {"force-row-security", &pgs_shape_flag_or_any, "Whether it binds the owner too.",
     .standard = "`false`", .read = pgs_read_attribute_flag, .detail = "force-row-security"},
    PGS_OPTIONS_FIELD,
    {"partition-by", &pgs_shape_text_or_nothing, "The key of a partitioned table: `RANGE (at)`.",
     .standard = "none", .read = pgs_read_attribute, .detail = "partition-by"},
    {"partition-of", &pgs_shape_text_or_nothing, "The table of which it is a partition.",
     .standard = "none", .read = pgs_read_attribute, .detail = "partition-of"},
    {"bound", &pgs_shape_text,
     "Which rows a partition takes: `FOR VALUES FROM (1) TO (9)`, `DEFAULT`.",
     .read = pgs_read_attribute, .detail = "bound"},
    {"inherits", &pgs_shape_texts, "The tables that it inherits from, in their order.",
     .standard = "none", .read = pgs_read_attribute_list, .detail = "inherits"},
    {"of-type", &pgs_shape_text_or_nothing, "The type of a typed table.", .standard = "none",
     .read = pgs_read_attribute, .detail = "of-type"},
    {"access-method", &pgs_shape_text, "How it is stored.", .standard = "`heap`",
     .read = pgs_read_attribute, .detail = "access-method"},
    {0},
};
static const PgsShape table_record = {
    .type = PGS_SHAPE_RECORD,
    .name = "table",
    .doc =
        "A table with its parts. Nothing at all: it exists. Unless it says otherwise, also then, "
        "it is a plain one: permanent, neither partitioned nor a partition, without row "
        "security.",
    .example = "tables:\n  vbus:\n    exact: true\n    columns: {id: uuid not null}\n"
               "    primary-key: [id]\n",
    .fields = table_fields,
};
static const PgsShape *const table_choices[] = {&pgs_shape_nothing, &table_record, NULL};
static const PgsShape table = {.type = PGS_SHAPE_CHOICE, .choices = table_choices};
const PgsShape pgs_shape_tables = {.type = PGS_SHAPE_MAP, .element = &table, .key_name = "table"};

static gboolean
read_table(PgsReading *reading, PgsEntry entry, GError **error)
{
    static const PgsField requirements[] = {PGS_REQUIREMENTS_FIELD(PgsExpectation), {0}};
    g_autofree char *name = pgs_name_qualify(reading->schema, entry.key->text);
    PgsExpectation *expectation = pgs_reading_expect(reading, "table", NULL, name, entry.key);
    if (entry.value->type != PGS_NODE_MAPPING)
        return TRUE;
    pgs_fields_read(requirements, entry.value, expectation, reading, NULL);
    PgsReading parts = *reading;
    parts.relation = expectation->name;
    parts.inherited = expectation->requirements;
    return pgs_fields_read(table_fields, entry.value, expectation, &parts, error);
}

gboolean
pgs_read_tables(const PgsNode *value, G_GNUC_UNUSED const PgsField *field,
                G_GNUC_UNUSED gpointer target, gpointer context, GError **error)
{
    for (guint i = 0; i < pgs_entry_count(value); i++) {
        if (!read_table(context, pgs_entry_at(value, i), error))
            return FALSE;
    }
    return TRUE;
}
