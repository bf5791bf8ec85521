#include "project/expect_part.h"

#include "project/names.h"

static const PgsField index_fields[] = {
    {"columns", &pgs_shape_texts,
     "Its columns and expressions, in their order, as CREATE INDEX has them: `lower(email)`, "
     "`created_at DESC`.",
     .read = pgs_read_attribute_list, .detail = "columns"},
    {"where", &pgs_shape_text_or_nothing,
     "The predicate of a partial index; `null`: it must have all rows.", .standard = "none",
     .read = pgs_read_attribute, .detail = "predicate"},
    {"unique", &pgs_shape_flag_or_any, "Whether it is unique.", .standard = "`false`",
     .read = pgs_read_attribute_flag, .detail = "unique"},
    {"method", &pgs_shape_text, "Its access method: btree, gin, ….", .standard = "`btree`",
     .read = pgs_read_attribute, .detail = "method"},
    PGS_INCLUDE_FIELD,
    PGS_NULLS_FIELD,
    PGS_OPTIONS_FIELD,
    PGS_REQUIREMENTS_FIELD(PgsExpectation),
    {0},
};
static const PgsShape index_record = {
    .type = PGS_SHAPE_RECORD,
    .name = "index",
    .doc = "An index. Short: a list of its columns and expressions. Nothing at all: a valid one of "
           "that name exists.",
    .example = "indexes:\n  ix_vbus_gm_id: [gm_id]\n"
               "  ix_outbox: {columns: [published_at], where: published_at IS NULL}\n",
    .fields = index_fields,
};
static const PgsShape *const index_choices[] = {&pgs_shape_nothing, &pgs_shape_text_list,
                                                &index_record, NULL};
static const PgsShape index_shape = {
    .type = PGS_SHAPE_CHOICE,
    .choices = index_choices,
    .doc = "a list of columns, [a, b], or a mapping, {columns: [a, b], unique: true}"};
const PgsShape pgs_shape_indexes = {
    .type = PGS_SHAPE_MAP, .element = &index_shape, .key_name = "name"};

static gboolean
read_index(const PgsNode *value, PgsExpectation *expectation, gpointer context, GError **error)
{
    static const PgsField list = {.detail = "columns"};
    if (value->type == PGS_NODE_MAPPING)
        return pgs_fields_read(index_fields, value, expectation, context, error);
    if (value->type == PGS_NODE_SCALAR)
        return TRUE;
    pgs_expectation_set(expectation, "method", "btree");
    pgs_expectation_set(expectation, "unique", NULL);
    pgs_expectation_set(expectation, "predicate", NULL);
    return pgs_read_attribute_list(value, &list, expectation, context, error);
}

gboolean
pgs_read_indexes(const PgsNode *value, G_GNUC_UNUSED const PgsField *field,
                 G_GNUC_UNUSED gpointer target, gpointer context, GError **error)
{
    PgsReading *reading = context;
    g_autofree char *schema = pgs_name_schema(reading->relation);
    for (guint i = 0; i < pgs_entry_count(value); i++) {
        PgsEntry entry = pgs_entry_at(value, i);
        g_autofree char *name = pgs_name_qualify(schema, entry.key->text);
        PgsExpectation *expectation =
            pgs_reading_expect(reading, "index", reading->relation, name, entry.key);
        if (!read_index(entry.value, expectation, reading, error))
            return FALSE;
    }
    return TRUE;
}
