#include "config/schema.h"

#include "config/scalar.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* What is written, and the named shapes that are still to be. */
typedef struct {
    JsonBuilder *builder;
    GPtrArray *named; /* const PgsShape *, in the order in which they were first met */
} Schema;

static void write_shape(Schema *schema, const PgsShape *shape);

static void
write_text(Schema *schema, const char *member, const char *value)
{
    json_builder_set_member_name(schema->builder, member);
    json_builder_add_string_value(schema->builder, value);
}

static void
write_number(Schema *schema, const char *member, guint value)
{
    json_builder_set_member_name(schema->builder, member);
    json_builder_add_int_value(schema->builder, value);
}

static void
write_words(Schema *schema, const char *member, const char *const *words)
{
    json_builder_set_member_name(schema->builder, member);
    json_builder_begin_array(schema->builder);
    for (; *words != NULL; words++)
        json_builder_add_string_value(schema->builder, *words);
    json_builder_end_array(schema->builder);
}

/* "#/definitions/primary-key" */
static char *
definition_name(const PgsShape *shape)
{
    return g_strdelimit(g_strdup(shape->name), " ", '-');
}

static void
write_enum(Schema *schema, const char *const *words)
{
    json_builder_set_member_name(schema->builder, "enum");
    json_builder_begin_array(schema->builder);
    for (; *words != NULL; words++) {
        g_autofree char *upper = g_ascii_strup(*words, -1);
        json_builder_add_string_value(schema->builder, *words);
        json_builder_add_string_value(schema->builder, upper);
    }
    json_builder_end_array(schema->builder);
}

/*
 * Text is any scalar: a schema's validator has 001, 1.5, no and true as numbers and booleans.
 */
static void
write_any_scalar(Schema *schema)
{
    static const char *const types[] = {"string", "number", "boolean", NULL};
    write_words(schema, "type", types);
}

static void
write_text_shape(Schema *schema, const PgsShape *shape)
{
    if (shape->words == NULL && shape->pattern == NULL) {
        write_any_scalar(schema);
        return;
    }
    if (shape->words != NULL && shape->pattern != NULL) {
        json_builder_set_member_name(schema->builder, "anyOf");
        json_builder_begin_array(schema->builder);
        json_builder_begin_object(schema->builder);
        write_enum(schema, shape->words);
        json_builder_end_object(schema->builder);
        json_builder_begin_object(schema->builder);
        write_text(schema, "pattern", shape->pattern);
        json_builder_end_object(schema->builder);
        json_builder_end_array(schema->builder);
        return;
    }
    if (shape->words != NULL) {
        write_enum(schema, shape->words);
        return;
    }
    write_any_scalar(schema); /* a pattern alone lets lists and mappings pass */
    write_text(schema, "pattern", shape->pattern);
}

static void
write_member(Schema *schema, const char *member, const PgsShape *shape)
{
    json_builder_set_member_name(schema->builder, member);
    json_builder_begin_object(schema->builder);
    write_shape(schema, shape);
    json_builder_end_object(schema->builder);
}

static void
write_duration(Schema *schema, const PgsShape *shape)
{
    static const char *const types[] = {"string", "number", NULL};
    write_words(schema, "type", types);
    write_text(schema, "pattern",
               shape->or_none ? "^none$|" PGS_SCALAR_DURATION_PATTERN
                              : PGS_SCALAR_DURATION_PATTERN);
    /* One millisecond, in seconds. */
    json_builder_set_member_name(schema->builder, "minimum");
    json_builder_add_double_value(schema->builder, 0.001);
}

static void
write_property(Schema *schema, const PgsField *field)
{
    json_builder_set_member_name(schema->builder, field->key);
    json_builder_begin_object(schema->builder);
    g_autofree char *description =
        field->standard != NULL ? g_strdup_printf("%s Default: %s.", field->doc, field->standard)
                                : g_strdup(field->doc);
    write_text(schema, "description", description);
    /* Beside "$ref" draft-07 ignores all else. */
    if (field->shape->name != NULL) {
        json_builder_set_member_name(schema->builder, "allOf");
        json_builder_begin_array(schema->builder);
        json_builder_begin_object(schema->builder);
        write_shape(schema, field->shape);
        json_builder_end_object(schema->builder);
        json_builder_end_array(schema->builder);
    } else {
        write_shape(schema, field->shape);
    }
    json_builder_end_object(schema->builder);
}

static void
write_required(Schema *schema, const PgsField *fields)
{
    g_autoptr(GPtrArray) keys = g_ptr_array_new();
    for (; fields->key != NULL; fields++) {
        if (fields->required)
            g_ptr_array_add(keys, (gpointer)fields->key);
    }
    g_ptr_array_add(keys, NULL);
    if (keys->len > 1)
        write_words(schema, "required", (const char *const *)keys->pdata);
}

static void
write_one_of(Schema *schema, const char *const *keys)
{
    json_builder_set_member_name(schema->builder, "oneOf");
    json_builder_begin_array(schema->builder);
    for (; *keys != NULL; keys++) {
        const char *const one[] = {*keys, NULL};
        json_builder_begin_object(schema->builder);
        write_words(schema, "required", one);
        json_builder_end_object(schema->builder);
    }
    json_builder_end_array(schema->builder);
}

static void
write_record(Schema *schema, const PgsShape *shape)
{
    write_text(schema, "type", "object");
    json_builder_set_member_name(schema->builder, "properties");
    json_builder_begin_object(schema->builder);
    for (const PgsField *field = shape->fields; field->key != NULL; field++)
        write_property(schema, field);
    json_builder_end_object(schema->builder);
    json_builder_set_member_name(schema->builder, "additionalProperties");
    json_builder_add_boolean_value(schema->builder, FALSE);
    write_required(schema, shape->fields);
    if (shape->one_of != NULL)
        write_one_of(schema, shape->one_of);
}

static void
write_choice(Schema *schema, const PgsShape *shape)
{
    json_builder_set_member_name(schema->builder, "anyOf");
    json_builder_begin_array(schema->builder);
    for (const PgsShape *const *choice = shape->choices; *choice != NULL; choice++) {
        json_builder_begin_object(schema->builder);
        write_shape(schema, *choice);
        json_builder_end_object(schema->builder);
    }
    json_builder_end_array(schema->builder);
}

/* The members of an object that describes the shape, named or not. */
static void
write_members(Schema *schema, const PgsShape *shape)
{
    switch (shape->type) {
    case PGS_SHAPE_NOTHING:
        write_text(schema, "type", "null");
        break;
    case PGS_SHAPE_FLAG:
        write_text(schema, "type", "boolean");
        break;
    case PGS_SHAPE_NUMBER:
        write_text(schema, "type", "integer");
        write_number(schema, "minimum", shape->minimum);
        write_number(schema, "maximum", shape->maximum);
        break;
    case PGS_SHAPE_DURATION:
        write_duration(schema, shape);
        break;
    case PGS_SHAPE_DATE:
        write_text(schema, "type", "string");
        write_text(schema, "format", "date");
        write_text(schema, "pattern", PGS_SCALAR_DATE_PATTERN);
        break;
    case PGS_SHAPE_TEXT:
        write_text_shape(schema, shape);
        break;
    case PGS_SHAPE_LIST:
        write_text(schema, "type", "array");
        write_member(schema, "items", shape->element);
        if (shape->minimum > 0)
            write_number(schema, "minItems", shape->minimum);
        break;
    case PGS_SHAPE_MAP:
        write_text(schema, "type", "object");
        write_member(schema, "additionalProperties", shape->element);
        break;
    case PGS_SHAPE_RECORD:
        write_record(schema, shape);
        break;
    case PGS_SHAPE_CHOICE:
        write_choice(schema, shape);
        break;
    }
}

static void
write_shape(Schema *schema, const PgsShape *shape)
{
    if (shape->name == NULL) {
        write_members(schema, shape);
        return;
    }
    if (!g_ptr_array_find(schema->named, shape, NULL))
        g_ptr_array_add(schema->named, (gpointer)shape);
    g_autofree char *name = definition_name(shape);
    g_autofree char *reference = g_strconcat("#/definitions/", name, NULL);
    write_text(schema, "$ref", reference);
}

/* Writing one may add others behind it. */
static void
write_definitions(Schema *schema)
{
    json_builder_set_member_name(schema->builder, "definitions");
    json_builder_begin_object(schema->builder);
    for (guint i = 0; i < schema->named->len; i++) {
        const PgsShape *shape = g_ptr_array_index(schema->named, i);
        g_autofree char *name = definition_name(shape);
        json_builder_set_member_name(schema->builder, name);
        json_builder_begin_object(schema->builder);
        write_text(schema, "description", shape->doc);
        write_members(schema, shape);
        json_builder_end_object(schema->builder);
    }
    json_builder_end_object(schema->builder);
}

static char *
print(JsonBuilder *builder)
{
    g_autoptr(JsonGenerator) generator = json_generator_new();
    JsonNode *root = json_builder_get_root(builder);
    json_generator_set_root(generator, root);
    json_generator_set_pretty(generator, TRUE);
    json_generator_set_indent(generator, 2);
    g_autofree char *text = json_generator_to_data(generator, NULL);
    json_node_unref(root);
    return g_strconcat(text, "\n", NULL);
}

char *
pgs_schema_make(const PgsShape *shape, const char *title)
{
    g_autoptr(JsonBuilder) builder = json_builder_new_immutable();
    g_autoptr(GPtrArray) named = g_ptr_array_new();
    Schema schema = {builder, named};
    json_builder_begin_object(builder);
    write_text(&schema, "$schema", "http://json-schema.org/draft-07/schema#");
    write_text(&schema, "title", title);
    write_text(&schema, "description", shape->doc);
    write_members(&schema, shape);
    write_definitions(&schema);
    json_builder_end_object(builder);
    return print(builder);
}
