#include "sql/parse_json.h"

#include <json-glib/json-glib.h>

JsonNode *
pgs_parsed_member(JsonObject *object, const char *name)
{
    return json_object_get_member(object, name);
}

static const char *
string_of(JsonNode *json)
{
    return json != NULL && JSON_NODE_HOLDS_VALUE(json) &&
                   json_node_get_value_type(json) == G_TYPE_STRING
               ? json_node_get_string(json)
               : NULL;
}

const char *
pgs_parsed_string_member(JsonObject *object, const char *name)
{
    const char *value = string_of(pgs_parsed_member(object, name));
    return value != NULL ? value : "";
}

gboolean
pgs_parsed_flag_member(JsonObject *object, const char *name)
{
    JsonNode *json = pgs_parsed_member(object, name);
    return json != NULL && JSON_NODE_HOLDS_VALUE(json) &&
           json_node_get_value_type(json) == G_TYPE_BOOLEAN && json_node_get_boolean(json);
}

JsonObject *
pgs_parsed_object_of(JsonNode *json)
{
    return json != NULL && JSON_NODE_HOLDS_OBJECT(json) ? json_node_get_object(json) : NULL;
}

JsonArray *
pgs_parsed_array_member(JsonObject *object, const char *name)
{
    JsonNode *json = pgs_parsed_member(object, name);
    return json != NULL && JSON_NODE_HOLDS_ARRAY(json) ? json_node_get_array(json) : NULL;
}

guint
pgs_parsed_length_of(JsonArray *array)
{
    return array != NULL ? json_array_get_length(array) : 0;
}

/* {"String": {"sval": "x"}}: its text, or NULL. */
const char *
pgs_parsed_name_of(JsonNode *json)
{
    JsonObject *outer = pgs_parsed_object_of(json);
    JsonObject *inner =
        outer != NULL ? pgs_parsed_object_of(pgs_parsed_member(outer, "String")) : NULL;
    if (inner == NULL)
        return NULL;
    const char *text = string_of(pgs_parsed_member(inner, "sval"));
    return text != NULL ? text
                        : string_of(pgs_parsed_member(inner, "str")); /* before libpg_query 15 */
}

/* The last of a list of names, and those before it, joined by dots, or NULL. */
const char *
pgs_parsed_last_name(JsonArray *names, char **qualifier)
{
    guint n = pgs_parsed_length_of(names);
    const char *last = n > 0 ? pgs_parsed_name_of(json_array_get_element(names, n - 1)) : NULL;
    g_autoptr(GString) before = g_string_new(NULL);
    for (guint i = 0; i + 1 < n; i++) {
        const char *name = pgs_parsed_name_of(json_array_get_element(names, i));
        g_string_append_printf(before, "%s%s", before->len > 0 ? "." : "",
                               name != NULL ? name : "*");
    }
    *qualifier = before->len > 0 ? g_strdup(before->str) : NULL;
    return last;
}
