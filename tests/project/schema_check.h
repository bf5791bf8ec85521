#ifndef PGS_TESTS_PROJECT_SCHEMA_CHECK_H
#define PGS_TESTS_PROJECT_SCHEMA_CHECK_H

#include "cmocka_all.h"

#include "config/node.h"

#include <json-glib/json-glib.h>
#include <string.h>

/*
 * A small validator of JSON Schema, as much of it as config/schema.c writes, over a YAML tree.  It
 * knows nothing of config/field.c, so that the two can be held against each other.  A key word that
 * it does not know fails the test.
 */
typedef struct {
    JsonParser *parser;
    JsonObject *root;
    GHashTable *used; /* "definition.key" of all properties that some value was held against */
} SchemaCheck;

static inline SchemaCheck *
schema_check_new(const char *schema)
{
    SchemaCheck *check = g_new0(SchemaCheck, 1);
    g_autoptr(GError) error = NULL;
    check->parser = json_parser_new();
    if (!json_parser_load_from_data(check->parser, schema, -1, &error))
        fail_msg("%s", error->message);
    check->root = json_node_get_object(json_parser_get_root(check->parser));
    check->used = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return check;
}

static inline void
schema_check_free(SchemaCheck *check)
{
    g_object_unref(check->parser);
    g_hash_table_unref(check->used);
    g_free(check);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SchemaCheck, schema_check_free)

static inline gboolean schema_accepts(SchemaCheck *check, JsonObject *schema, const char *name,
                                      const PgsNode *node);

static inline gboolean
is_number(const PgsNode *node, const char *pattern)
{
    return node->type == PGS_NODE_SCALAR && node->is_plain &&
           g_regex_match_simple(pattern, node->text, 0, 0);
}

/* What a loader of YAML makes of a scalar depends on its version: any of these will do. */
static inline gboolean
has_type(const PgsNode *node, const char *type)
{
    gboolean is_scalar = node->type == PGS_NODE_SCALAR && !pgs_node_is_null(node);
    if (strcmp(type, "null") == 0)
        return pgs_node_is_null(node);
    if (strcmp(type, "boolean") == 0)
        return pgs_node_flag(node) >= 0;
    if (strcmp(type, "integer") == 0)
        return is_number(node, "^-?[0-9]+$");
    if (strcmp(type, "number") == 0)
        return is_number(node, "^-?[0-9]+([.][0-9]+)?$");
    if (strcmp(type, "string") == 0)
        return is_scalar;
    if (strcmp(type, "array") == 0)
        return node->type == PGS_NODE_LIST;
    assert_string_equal(type, "object");
    return node->type == PGS_NODE_MAPPING;
}

static inline gboolean
has_some_type(const PgsNode *node, JsonNode *types)
{
    if (!JSON_NODE_HOLDS_ARRAY(types))
        return has_type(node, json_node_get_string(types));
    JsonArray *array = json_node_get_array(types);
    for (guint i = 0; i < json_array_get_length(array); i++) {
        if (has_type(node, json_array_get_string_element(array, i)))
            return TRUE;
    }
    return FALSE;
}

/* How many of the schemas accept it. */
static inline guint
count_accepting(SchemaCheck *check, JsonNode *schemas, const char *name, const PgsNode *node)
{
    JsonArray *array = json_node_get_array(schemas);
    guint n = 0;
    for (guint i = 0; i < json_array_get_length(array); i++)
        n += schema_accepts(check, json_array_get_object_element(array, i), name, node);
    return n;
}

static inline gboolean
has_required(const PgsNode *node, JsonNode *keys)
{
    JsonArray *array = json_node_get_array(keys);
    for (guint i = 0; i < json_array_get_length(array); i++) {
        if (node->type == PGS_NODE_MAPPING &&
            pgs_node_get(node, json_array_get_string_element(array, i)) == NULL)
            return FALSE;
    }
    return TRUE;
}

static inline gboolean
is_in_enum(const PgsNode *node, JsonNode *words)
{
    JsonArray *array = json_node_get_array(words);
    for (guint i = 0; node->type == PGS_NODE_SCALAR && i < json_array_get_length(array); i++) {
        if (strcmp(json_array_get_string_element(array, i), node->text) == 0)
            return TRUE;
    }
    return FALSE;
}

static inline gboolean
accepts_properties(SchemaCheck *check, JsonObject *schema, const char *name, const PgsNode *node)
{
    JsonObject *properties = json_object_has_member(schema, "properties")
                                 ? json_object_get_object_member(schema, "properties")
                                 : NULL;
    JsonNode *others = json_object_get_member(schema, "additionalProperties");
    for (guint i = 0; node->type == PGS_NODE_MAPPING && i < node->keys->len; i++) {
        const char *key = pgs_node_key_at(node, i)->text;
        const PgsNode *value = pgs_node_value_at(node, i);
        if (properties != NULL && json_object_has_member(properties, key)) {
            g_hash_table_add(check->used, g_strdup_printf("%s.%s", name, key));
            if (!schema_accepts(check, json_object_get_object_member(properties, key), name, value))
                return FALSE;
        } else if (JSON_NODE_HOLDS_OBJECT(others)) {
            if (!schema_accepts(check, json_node_get_object(others), name, value))
                return FALSE;
        } else {
            assert_false(json_node_get_boolean(others));
            return FALSE;
        }
    }
    return TRUE;
}

static inline gboolean
accepts_items(SchemaCheck *check, JsonObject *schema, const char *name, const PgsNode *node)
{
    JsonObject *items = json_object_get_object_member(schema, "items");
    for (guint i = 0; node->type == PGS_NODE_LIST && i < pgs_node_count(node); i++) {
        if (!schema_accepts(check, items, name, pgs_node_at(node, i)))
            return FALSE;
    }
    return TRUE;
}

static inline gboolean
accepts_reference(SchemaCheck *check, JsonNode *value, const PgsNode *node)
{
    const char *reference = json_node_get_string(value);
    assert_true(g_str_has_prefix(reference, "#/definitions/"));
    const char *name = reference + strlen("#/definitions/");
    JsonObject *definitions = json_object_get_object_member(check->root, "definitions");
    assert_true(json_object_has_member(definitions, name));
    return schema_accepts(check, json_object_get_object_member(definitions, name), name, node);
}

static inline gboolean
accepts_member(SchemaCheck *check, JsonObject *schema, const char *member, const char *name,
               const PgsNode *node)
{
    static const char *const silent[] = {"$schema",     "title",  "description",
                                         "definitions", "format", NULL};
    JsonNode *value = json_object_get_member(schema, member);
    if (g_strv_contains(silent, member))
        return TRUE;
    if (strcmp(member, "$ref") == 0)
        return accepts_reference(check, value, node);
    if (strcmp(member, "type") == 0)
        return has_some_type(node, value);
    if (strcmp(member, "anyOf") == 0)
        return count_accepting(check, value, name, node) > 0;
    if (strcmp(member, "oneOf") == 0)
        return count_accepting(check, value, name, node) == 1;
    if (strcmp(member, "allOf") == 0)
        return count_accepting(check, value, name, node) ==
               json_array_get_length(json_node_get_array(value));
    if (strcmp(member, "required") == 0)
        return has_required(node, value);
    if (strcmp(member, "enum") == 0)
        return is_in_enum(node, value);
    if (strcmp(member, "pattern") == 0)
        return node->type != PGS_NODE_SCALAR ||
               g_regex_match_simple(json_node_get_string(value), node->text, G_REGEX_DOLLAR_ENDONLY,
                                    0);
    if (strcmp(member, "properties") == 0 || strcmp(member, "additionalProperties") == 0)
        return accepts_properties(check, schema, name, node);
    if (strcmp(member, "items") == 0)
        return accepts_items(check, schema, name, node);
    if (strcmp(member, "minItems") == 0)
        return node->type != PGS_NODE_LIST || pgs_node_count(node) >= json_node_get_int(value);
    if (strcmp(member, "minimum") == 0)
        return !has_type(node, "number") ||
               g_ascii_strtod(node->text, NULL) >= json_node_get_double(value);
    assert_string_equal(member, "maximum");
    return !has_type(node, "number") ||
           g_ascii_strtod(node->text, NULL) <= json_node_get_double(value);
}

/* name: of the definition that the schema stands in. */
static inline gboolean
schema_accepts(SchemaCheck *check, JsonObject *schema, const char *name, const PgsNode *node)
{
    g_autoptr(GList) members = json_object_get_members(schema);
    for (GList *member = members; member != NULL; member = member->next) {
        if (!accepts_member(check, schema, member->data, name, node))
            return FALSE;
    }
    return TRUE;
}

/* The keys of the definition's properties that no value was held against, added to list. */
static inline void
schema_add_unused(SchemaCheck *check, const char *name, JsonObject *definition, GString *list)
{
    if (!json_object_has_member(definition, "properties"))
        return;
    JsonObject *properties = json_object_get_object_member(definition, "properties");
    g_autoptr(GList) keys = json_object_get_members(properties);
    for (GList *key = keys; key != NULL; key = key->next) {
        g_autofree char *full = g_strdup_printf("%s.%s", name, (char *)key->data);
        if (!g_hash_table_contains(check->used, full))
            g_string_append_printf(list, "%s ", full);
    }
}

/* All of them; root: what the root is called in SchemaCheck.used.  g_free(). */
static inline char *
schema_unused(SchemaCheck *check, const char *root)
{
    GString *list = g_string_new(NULL);
    schema_add_unused(check, root, check->root, list);
    JsonObject *definitions = json_object_get_object_member(check->root, "definitions");
    g_autoptr(GList) names = json_object_get_members(definitions);
    for (GList *name = names; name != NULL; name = name->next)
        schema_add_unused(check, name->data, json_object_get_object_member(definitions, name->data),
                          list);
    return g_string_free(list, FALSE);
}

#endif
