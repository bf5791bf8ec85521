#include "project/expect_block.h"

#include "project/attribute.h"
#include "project/expect_absent.h"
#include "project/expect_table.h"
#include "project/names.h"
#include "project/system.h"

#include <string.h>

#define REQUIREMENTS PGS_REQUIREMENTS_FIELD(PgsExpectation)

/* ---- Objects with a schema: enum types, functions, views, sequences ---- */

/* How the value of an entry is read that is neither nothing nor a mapping. */
typedef gboolean (*ReadShort)(const PgsNode *value, PgsExpectation *expectation, GError **error);

static gboolean
read_object(PgsEntry entry, const char *kind, const char *name, const PgsField *fields,
            ReadShort read_short, PgsReading *reading, GError **error)
{
    PgsExpectation *expectation = pgs_reading_expect(reading, kind, NULL, name, entry.key);
    if (entry.value->type == PGS_NODE_MAPPING)
        return pgs_fields_read(fields, entry.value, expectation, reading, error);
    if (entry.value == entry.key || pgs_node_is_null(entry.value) || read_short == NULL)
        return TRUE;
    return read_short(entry.value, expectation, error);
}

static gboolean
read_objects_of_kind(const PgsNode *value, const char *kind, const PgsField *fields,
                     ReadShort read_short, PgsReading *reading, GError **error)
{
    for (guint i = 0; i < pgs_entry_count(value); i++) {
        PgsEntry entry = pgs_entry_at(value, i);
        g_autofree char *name = pgs_name_qualify(reading->schema, entry.key->text);
        if (!read_object(entry, kind, name, fields, read_short, reading, error))
            return FALSE;
    }
    return TRUE;
}

static const PgsField enum_fields[] = {
    {"labels", &pgs_shape_text_list, "Its labels, in their order.",
     .read = pgs_read_attribute_literals, .detail = "labels"},
    {"comment", &pgs_shape_text_or_nothing, "Its comment; `null`: it has none.",
     .read = pgs_read_attribute, .detail = "comment"},
    REQUIREMENTS,
    {0},
};
static const PgsShape enum_record = {
    .type = PGS_SHAPE_RECORD,
    .name = "enum",
    .doc = "An enum type; short: its labels. Nothing at all: it exists.",
    .example = "enums:\n  lifecycle_lane: [build, sell, milk, reframe]\n",
    .fields = enum_fields,
};
static const PgsShape *const enum_choices[] = {&pgs_shape_nothing, &pgs_shape_text_list,
                                               &enum_record, NULL};
static const PgsShape enum_shape = {.type = PGS_SHAPE_CHOICE, .choices = enum_choices};
static const PgsShape enums = {.type = PGS_SHAPE_MAP, .element = &enum_shape, .key_name = "type"};

static gboolean
read_labels(const PgsNode *value, PgsExpectation *expectation, GError **error)
{
    static const PgsField labels = {.detail = "labels"};
    return pgs_read_attribute_literals(value, &labels, expectation, NULL, error);
}

static gboolean
read_enums(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, G_GNUC_UNUSED gpointer target,
           gpointer context, GError **error)
{
    return read_objects_of_kind(value, "enum type", enum_fields, read_labels, context, error);
}

static const char *const volatilities[] = {"immutable", "stable", "volatile", "any", NULL};
static const PgsShape volatility = {.type = PGS_SHAPE_TEXT, .words = volatilities};

static const char *const parallels[] = {"safe", "restricted", "unsafe", "any", NULL};
static const PgsShape parallel = {.type = PGS_SHAPE_TEXT, .words = parallels};

/* The snapshot leaves out what a function is by default. */
static gboolean
read_volatility(const PgsNode *value, const PgsField *field, gpointer target, gpointer context,
                GError **error)
{
    if (g_ascii_strcasecmp(value->text, "volatile") != 0)
        return pgs_read_attribute_word(value, field, target, context, error);
    pgs_expectation_set(target, field->detail, NULL);
    return TRUE;
}

static const PgsField function_fields[] = {
    {"returns", &pgs_shape_text, "Its result type: `trigger`, `SETOF integer`.",
     .read = pgs_read_attribute, .detail = "returns"},
    {"language", &pgs_shape_text, "Its language.", .read = pgs_read_attribute,
     .detail = "language"},
    {"body", &pgs_shape_text, "Its body; only white space may differ.", .read = pgs_read_attribute,
     .detail = "body"},
    {"volatility", &volatility, "What it promises to the planner.", .standard = "`volatile`",
     .read = read_volatility, .detail = "volatility"},
    {"strict", &pgs_shape_flag_or_any, "Whether it is NULL for a NULL argument.",
     .standard = "`false`", .read = pgs_read_attribute_flag, .detail = "strict"},
    {"security-definer", &pgs_shape_flag_or_any, "Whether it runs as its owner.",
     .standard = "`false`", .read = pgs_read_attribute_flag, .detail = "security-definer"},
    {"settings", &pgs_shape_text_or_nothing,
     "Its SET clauses, one a line: `search_path=pg_catalog`; `null`: it has none.",
     .standard = "none", .read = pgs_read_attribute, .detail = "settings"},
    {"parallel", &parallel, "Whether it may run in parallel workers.", .standard = "`unsafe`",
     .read = pgs_read_attribute_word, .detail = "parallel"},
    {"leakproof", &pgs_shape_flag_or_any, "Whether it tells nothing of its arguments.",
     .standard = "`false`", .read = pgs_read_attribute_flag, .detail = "leakproof"},
    {"comment", &pgs_shape_text_or_nothing, "Its comment; `null`: it has none.",
     .read = pgs_read_attribute, .detail = "comment"},
    REQUIREMENTS,
    {0},
};
static const PgsShape function_record = {
    .type = PGS_SHAPE_RECORD,
    .name = "function",
    .doc = "A function, known by its name and the types of its arguments. Nothing at all: it "
           "exists.",
    .example = "functions:\n  set_updated_at(): {returns: trigger, language: plpgsql}\n",
    .fields = function_fields,
};
static const PgsShape *const function_choices[] = {&pgs_shape_nothing, &function_record, NULL};
static const PgsShape function = {.type = PGS_SHAPE_CHOICE, .choices = function_choices};
static const PgsShape functions = {
    .type = PGS_SHAPE_MAP, .element = &function, .key_name = "signature"};

static gboolean
read_functions(const PgsNode *value, G_GNUC_UNUSED const PgsField *field,
               G_GNUC_UNUSED gpointer target, gpointer context, GError **error)
{
    for (guint i = 0; i < value->keys->len; i++) {
        if (!pgs_check_signature(pgs_node_key_at(value, i), error))
            return FALSE;
    }
    return read_objects_of_kind(value, "function", function_fields, NULL, context, error);
}

/* A materialized view is another kind. */
static gboolean
read_materialized(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
                  G_GNUC_UNUSED gpointer context, G_GNUC_UNUSED GError **error)
{
    if (pgs_node_flag(value) == 1)
        ((PgsExpectation *)target)->kind = g_intern_string("materialized view");
    return TRUE;
}

static const PgsField view_fields[] = {
    {"definition", &pgs_shape_text_or_nothing,
     "Its query, compared in the server's own form; `null`: any.", .read = pgs_read_attribute_text,
     .detail = "definition"},
    {"materialized", &pgs_shape_flag, "It is a materialized view.", .standard = "`false`",
     .read = read_materialized},
    PGS_OPTIONS_FIELD,
    {"comment", &pgs_shape_text_or_nothing, "Its comment; `null`: it has none.",
     .read = pgs_read_attribute, .detail = "comment"},
    REQUIREMENTS,
    {0},
};
static const PgsShape view_record = {
    .type = PGS_SHAPE_RECORD,
    .name = "view",
    .doc = "A view; short: its query. Nothing at all: it exists.",
    .example = "views:\n  active_users: SELECT id FROM users WHERE is_active\n",
    .fields = view_fields,
};
static const PgsShape *const view_choices[] = {&pgs_shape_nothing, &pgs_shape_text, &view_record,
                                               NULL};
static const PgsShape view = {.type = PGS_SHAPE_CHOICE, .choices = view_choices};
static const PgsShape views = {.type = PGS_SHAPE_MAP, .element = &view, .key_name = "view"};

static gboolean
read_query(const PgsNode *value, PgsExpectation *expectation, G_GNUC_UNUSED GError **error)
{
    pgs_expectation_set(expectation, "definition", value->text);
    return TRUE;
}

static gboolean
read_views(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, G_GNUC_UNUSED gpointer target,
           gpointer context, GError **error)
{
    return read_objects_of_kind(value, "view", view_fields, read_query, context, error);
}

static const PgsField sequence_fields[] = {
    {"type", &pgs_shape_text, "Its type.", .read = pgs_read_attribute, .detail = "type"},
    {"start", &pgs_shape_text, "Its first value.", .read = pgs_read_attribute, .detail = "start"},
    {"increment", &pgs_shape_text, "Its step.", .standard = "1", .read = pgs_read_attribute,
     .detail = "increment"},
    {"minimum", &pgs_shape_text, "Its least value.", .read = pgs_read_attribute,
     .detail = "minimum"},
    {"maximum", &pgs_shape_text, "Its greatest value.", .read = pgs_read_attribute,
     .detail = "maximum"},
    {"cycle", &pgs_shape_flag_or_any, "Whether it begins again at its end.", .standard = "`false`",
     .read = pgs_read_attribute_flag, .detail = "cycle"},
    {"owned-by", &pgs_shape_text_or_nothing,
     "The column that it goes with, `public.users.id`; `null`: none.", .standard = "none",
     .read = pgs_read_attribute, .detail = "owned-by"},
    REQUIREMENTS,
    {0},
};
static const PgsShape sequence_record = {
    .type = PGS_SHAPE_RECORD,
    .name = "sequence",
    .doc = "A sequence. Nothing at all: it exists.",
    .fields = sequence_fields,
};
static const PgsShape *const sequence_choices[] = {&pgs_shape_nothing, &sequence_record, NULL};
static const PgsShape sequence = {.type = PGS_SHAPE_CHOICE, .choices = sequence_choices};
static const PgsShape sequence_map = {
    .type = PGS_SHAPE_MAP, .element = &sequence, .key_name = "sequence"};
static const PgsShape *const sequences_choices[] = {&sequence_map, &pgs_shape_text_list, NULL};
static const PgsShape sequences = {.type = PGS_SHAPE_CHOICE, .choices = sequences_choices};

static gboolean
read_sequences(const PgsNode *value, G_GNUC_UNUSED const PgsField *field,
               G_GNUC_UNUSED gpointer target, gpointer context, GError **error)
{
    return read_objects_of_kind(value, "sequence", sequence_fields, NULL, context, error);
}

/* ---- Objects without a schema: extensions, schemas ---- */

static const PgsField extension_fields[] = {
    {"version", &pgs_shape_text, "Its version.", .read = pgs_read_attribute, .detail = "version"},
    {"schema", &pgs_shape_text, "The schema of its objects.", .read = pgs_read_attribute,
     .detail = "schema"},
    REQUIREMENTS,
    {0},
};
static const PgsShape extension_record = {
    .type = PGS_SHAPE_RECORD,
    .name = "extension",
    .doc = "An extension; short: its version. Nothing at all: it exists, in any version.",
    .example = "extensions: [pgcrypto]\n",
    .fields = extension_fields,
};
static const PgsShape *const extension_choices[] = {&pgs_shape_nothing, &pgs_shape_text,
                                                    &extension_record, NULL};
static const PgsShape extension = {.type = PGS_SHAPE_CHOICE, .choices = extension_choices};
static const PgsShape extension_map = {
    .type = PGS_SHAPE_MAP, .element = &extension, .key_name = "extension"};
static const PgsShape *const extensions_choices[] = {&extension_map, &pgs_shape_text_list, NULL};
static const PgsShape extensions = {.type = PGS_SHAPE_CHOICE, .choices = extensions_choices};

static gboolean
read_version(const PgsNode *value, PgsExpectation *expectation, G_GNUC_UNUSED GError **error)
{
    pgs_expectation_set(expectation, "version", value->text);
    return TRUE;
}

static gboolean
read_extensions(const PgsNode *value, G_GNUC_UNUSED const PgsField *field,
                G_GNUC_UNUSED gpointer target, gpointer context, GError **error)
{
    for (guint i = 0; i < pgs_entry_count(value); i++) {
        PgsEntry entry = pgs_entry_at(value, i);
        g_autofree char *name = pgs_name_plain(entry.key->text);
        if (!read_object(entry, "extension", name, extension_fields, read_version, context, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
read_schemas(const PgsNode *value, G_GNUC_UNUSED const PgsField *field,
             G_GNUC_UNUSED gpointer target, gpointer context, G_GNUC_UNUSED GError **error)
{
    for (guint i = 0; i < pgs_node_count(value); i++) {
        const PgsNode *item = pgs_node_at(value, i);
        g_autofree char *name = pgs_name_plain(item->text);
        pgs_reading_expect(context, "schema", NULL, name, item);
    }
    return TRUE;
}

/* ---- Anything else ---- */

/* A snapshot has "true" or nothing at all. */
static gboolean
read_attributes(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
                G_GNUC_UNUSED gpointer context, G_GNUC_UNUSED GError **error)
{
    for (guint i = 0; i < value->keys->len; i++) {
        const PgsNode *item = pgs_node_value_at(value, i);
        int flag = pgs_node_flag(item);
        const char *text = flag == 1                             ? "true"
                           : flag == 0 || pgs_node_is_null(item) ? NULL
                                                                 : item->text;
        pgs_expectation_set(target, pgs_node_key_at(value, i)->text, text);
    }
    return TRUE;
}

static const PgsShape attributes = {
    .type = PGS_SHAPE_MAP, .element = &pgs_shape_text_or_nothing, .key_name = "attribute"};

static const PgsField object_fields[] = {
    {"kind", &pgs_shape_text, "A kind of objects, as `pgstair snapshot` has it.", .required = TRUE,
     .read = pgs_read_nothing},
    {"name", &pgs_shape_text, "Its identity there: `public.users.policy_name`.", .required = TRUE,
     .read = pgs_read_nothing},
    {"attributes", &attributes,
     "Attributes by their names there; `null` or `false`, and most that are left out: it must not "
     "have it. Owner, privileges, storage and comment are asked only when they are said.",
     .read = read_attributes},
    REQUIREMENTS,
    {0},
};
const PgsShape pgs_shape_object = {
    .type = PGS_SHAPE_RECORD,
    .name = "object",
    .doc = "Any object that a snapshot has.",
    .example = "objects:\n  - {kind: policy, name: public.docs.own, attributes: {command: "
               "SELECT}}\n",
    .fields = object_fields,
};
static const PgsShape objects = {.type = PGS_SHAPE_LIST, .element = &pgs_shape_object};

gboolean
pgs_read_objects(const PgsNode *value, G_GNUC_UNUSED const PgsField *field,
                 G_GNUC_UNUSED gpointer target, gpointer context, GError **error)
{
    for (guint i = 0; i < pgs_node_count(value); i++) {
        const PgsNode *item = pgs_node_at(value, i);
        PgsExpectation *expectation =
            pgs_reading_expect(context, pgs_node_get(item, "kind")->text, NULL,
                               pgs_node_get(item, "name")->text, item);
        if (!pgs_fields_read(object_fields, item, expectation, context, error))
            return FALSE;
    }
    return TRUE;
}

/* ---- Blocks ---- */

static const PgsField block_fields[] = {
    {"at", &pgs_shape_text, "The revision at which this holds: its id, `head` or `base`.",
     .standard = "`head`", .offset = G_STRUCT_OFFSET(PgsExpectations, at)},
    {"exact", &pgs_shape_flag, "Every object is listed; another one is a finding.",
     .standard = "`false`", .offset = G_STRUCT_OFFSET(PgsExpectations, exact)},
    {"requirements", &pgs_shape_texts,
     PGS_REQUIREMENTS_DOC " Tables and objects that name none have these.",
     .read = pgs_read_nothing},
    {"schema", &pgs_shape_text, "The schema of names that say none.", .standard = "`public`",
     .read = pgs_read_nothing},
    {"schemas", &pgs_shape_texts, "Schemas that exist.", .read = read_schemas},
    {"extensions", &extensions, "Extensions: a list of names, or name → version.",
     .read = read_extensions},
    {"enums", &enums, "Enum types.", .read = read_enums},
    {"functions", &functions, "Functions.", .read = read_functions},
    {"sequences", &sequences, "Sequences: a list of names, or a mapping.", .read = read_sequences},
    {"tables", &pgs_shape_tables, "Tables.", .read = pgs_read_tables},
    {"views", &views, "Views.", .read = read_views},
    {"objects", &objects, "Objects of other kinds.", .read = pgs_read_objects},
    {"absent", &pgs_shape_absent, "What must not exist.", .read = pgs_read_absent},
    {0},
};
static const PgsShape block = {
    .type = PGS_SHAPE_RECORD,
    .name = "expectations",
    .doc = "What the schema is at one revision. What is described is described whole: an attribute "
           "that is left out has to be as in a plain object (the last column says how); `any` "
           "leaves it open, and so does leaving it out where that column says nothing. What "
           "stands for its name alone, with nothing beside it, exists and is in force.",
    .example = "expect:\n  at: head\n  requirements: [CANVAS-02]\n  tables:\n    vbus:\n"
               "      columns: {id: uuid not null, name: varchar(255)}\n",
    .fields = block_fields,
};
static const PgsShape block_list = {.type = PGS_SHAPE_LIST, .element = &block};
static const PgsShape *const expect_choices[] = {&block, &block_list, NULL};
const PgsShape pgs_shape_expect = {.type = PGS_SHAPE_CHOICE, .choices = expect_choices};

static gboolean
read_block(const PgsNode *node, const PgsReading *file, PgsExpectations *expectations,
           GError **error)
{
    static const PgsField requirements[] = {PGS_REQUIREMENTS_FIELD(PgsExpectations), {0}};
    const PgsNode *schema = pgs_node_get(node, "schema");
    PgsReading reading = *file;
    reading.block = expectations;
    reading.schema = schema != NULL ? schema->text : "public";
    pgs_fields_read(requirements, node, expectations, &reading, NULL);
    reading.inherited = expectations->requirements;
    return pgs_fields_read(block_fields, node, expectations, &reading, error);
}

gboolean
pgs_read_expect(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
                gpointer context, GError **error)
{
    PgsSystem *system = target;
    for (guint i = 0; i < pgs_node_count(value); i++) {
        const PgsNode *node = pgs_node_at(value, i);
        PgsExpectations *expectations = pgs_expectations_new("head");
        expectations->place = node->place;
        g_ptr_array_add(system->expectations, expectations);
        if (!read_block(node, context, expectations, error))
            return FALSE;
    }
    return TRUE;
}
