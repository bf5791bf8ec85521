#include "project/expect_part.h"

#include "project/short_form.h"

static const char *const identities[] = {"always", "by default", NULL};
static const PgsShape identity = {.type = PGS_SHAPE_TEXT, .words = identities};
static const PgsShape *const identity_choices[] = {&pgs_shape_nothing, &identity, NULL};
static const PgsShape identity_or_nothing = {.type = PGS_SHAPE_CHOICE, .choices = identity_choices};

static const PgsField column_fields[] = {
    {"type", &pgs_shape_text, "Its type, in any spelling that the server knows.",
     .read = pgs_read_attribute, .detail = "type"},
    {"null", &pgs_shape_flag, "`false`: it is NOT NULL.", .read = pgs_read_attribute_not,
     .detail = "not-null"},
    {"default", &pgs_shape_text_or_nothing,
     "The expression of its default, compared in the server's own form: `now()`, `\"'draft'\"`; "
     "`null` without quotes: it has none.",
     .read = pgs_read_attribute, .detail = "default"},
    {"generated", &pgs_shape_text_or_nothing,
     "The expression that it is generated from; `null`: it is not.", .read = pgs_read_attribute,
     .detail = "generated"},
    {"identity", &identity_or_nothing, "As what it is an identity column; `null`: it is none.",
     .read = pgs_read_attribute_word, .detail = "identity"},
    {"collation", &pgs_shape_text_or_nothing,
     "Its collation where it is not its type's own; `null`: it is the type's.",
     .read = pgs_read_attribute, .detail = "collation"},
    {"comment", &pgs_shape_text_or_nothing, "Its comment; `null`: it has none.",
     .read = pgs_read_attribute, .detail = "comment"},
    PGS_REQUIREMENTS_FIELD(PgsExpectation),
    {0},
};

static const PgsShape column_record = {
    .type = PGS_SHAPE_RECORD,
    .name = "column",
    .doc =
        "A column. What is not said is not asked. Short, as text: `type [not null] [default …]`, "
        "with `collate`, `generated always as (…) stored` or `generated … as identity` where "
        "they belong; a text says everything: without `not null` the column is nullable, "
        "without `default` it has none. Nothing at all: it exists.",
    .example = "columns:\n  id: uuid not null default gen_random_uuid()\n"
               "  name: {type: varchar(255), null: false}\n  note: {type: text, default: null}\n",
    .fields = column_fields,
};
static const PgsShape *const column_choices[] = {&pgs_shape_nothing, &pgs_shape_text,
                                                 &column_record, NULL};
static const PgsShape column = {.type = PGS_SHAPE_CHOICE, .choices = column_choices};
const PgsShape pgs_shape_columns = {
    .type = PGS_SHAPE_MAP, .element = &column, .key_name = "column"};

gboolean
pgs_read_columns(const PgsNode *value, G_GNUC_UNUSED const PgsField *field,
                 G_GNUC_UNUSED gpointer target, gpointer context, GError **error)
{
    for (guint i = 0; i < pgs_entry_count(value); i++) {
        PgsEntry entry = pgs_entry_at(value, i);
        PgsExpectation *expectation = pgs_expect_part(context, "column", entry);
        if (entry.value->type == PGS_NODE_MAPPING) {
            if (!pgs_fields_read(column_fields, entry.value, expectation, context, error))
                return FALSE;
        } else if (!pgs_node_is_null(entry.value) &&
                   !pgs_short_column(entry.value, expectation, error)) {
            return FALSE;
        }
    }
    return TRUE;
}
