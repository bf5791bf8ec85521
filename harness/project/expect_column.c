#include "project/expect_part.h"

#include "project/short_form.h"

#include <string.h>

static const char *const identities[] = {"always", "by default", "any", NULL};
static const PgsShape identity = {.type = PGS_SHAPE_TEXT, .words = identities};
static const PgsShape *const identity_choices[] = {&pgs_shape_nothing, &identity, NULL};
static const PgsShape identity_or_nothing = {.type = PGS_SHAPE_CHOICE, .choices = identity_choices};

static const PgsField column_fields[] = {
    {"type", &pgs_shape_text, "Its type, in any spelling that the server knows.",
     .read = pgs_read_attribute, .detail = "type"},
    {"null", &pgs_shape_flag_or_any, "`false`: it is NOT NULL.",
     .standard = "`true`; `false` for an identity column", .read = pgs_read_attribute_not,
     .detail = "not-null"},
    {"nullable", &pgs_shape_flag_or_any,
     "The same as `null`, for readers of YAML that take that key for no text.",
     .standard = "`true`", .read = pgs_read_attribute_not, .detail = "not-null"},
    {"default", &pgs_shape_text_or_nothing,
     "The expression of its default, compared in the server's own form: `now()`, `\"'draft'\"`; "
     "`null` without quotes: it has none.",
     .standard = "none", .read = pgs_read_attribute, .detail = "default"},
    {"generated", &pgs_shape_text_or_nothing,
     "The expression that it is generated from; `null`: it is not.", .standard = "none",
     .read = pgs_read_attribute, .detail = "generated"},
    {"identity", &identity_or_nothing, "As what it is an identity column; `null`: it is none.",
     .standard = "none", .read = pgs_read_attribute_word, .detail = "identity"},
    {"collation", &pgs_shape_text_or_nothing,
     "Its collation where it is not its type's own; `null`: it is the type's.",
     .standard = "its type's", .read = pgs_read_attribute, .detail = "collation"},
    PGS_OPTIONS_FIELD,
    {"comment", &pgs_shape_text_or_nothing, "Its comment; `null`: it has none.",
     .read = pgs_read_attribute, .detail = "comment"},
    PGS_REQUIREMENTS_FIELD(PgsExpectation),
    {0},
};

static const PgsShape column_record = {
    .type = PGS_SHAPE_RECORD,
    .name = "column",
    .doc =
        "A column. Short, as text: `type [not null] [default …]`, with `collate`, `generated "
        "always as (…) stored` or `generated … as identity` where they belong. In either form "
        "it is described whole: without `not null` it is nullable, also in a primary key, and "
        "without `default` it has none; `default any` leaves it open. Nothing at all: it exists.",
    .example = "columns:\n  id: uuid not null default gen_random_uuid()\n"
               "  name: {type: varchar(255), null: false}\n  note: {type: text, default: any}\n",
    .fields = column_fields,
};
static const PgsShape *const column_choices[] = {&pgs_shape_nothing, &pgs_shape_text,
                                                 &column_record, NULL};
static const PgsShape column = {.type = PGS_SHAPE_CHOICE, .choices = column_choices};
const PgsShape pgs_shape_columns = {
    .type = PGS_SHAPE_MAP, .element = &column, .key_name = "column"};

/* An identity column is NOT NULL without being told. */
static void
imply_not_null(PgsExpectation *expectation)
{
    const char *kept;
    if (!pgs_expectation_get(expectation, "not-null", NULL) &&
        pgs_expectation_get(expectation, "identity", &kept) && kept != NULL)
        pgs_expectation_set(expectation, "not-null", strcmp(kept, "ANY") == 0 ? "any" : "true");
}

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
            imply_not_null(expectation);
        } else if (!pgs_node_is_null(entry.value) &&
                   !pgs_short_column(entry.value, expectation, error)) {
            return FALSE;
        }
    }
    return TRUE;
}
