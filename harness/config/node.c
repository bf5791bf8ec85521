#include "config/node.h"

#include "base/error.h"

#include <string.h>

G_DEFINE_QUARK(pgs_config_error, pgs_config_error)

/* http://yaml.org/type/null.html */
gboolean
pgs_node_is_null(const PgsNode *node)
{
    static const char *const words[] = {"", "~", "null", "Null", "NULL", NULL};
    return node->type == PGS_NODE_SCALAR && node->is_plain && g_strv_contains(words, node->text);
}

/* http://yaml.org/type/bool.html, but for y and n, which no reader of YAML takes for one. */
int
pgs_node_flag(const PgsNode *node)
{
    static const char *const yes[] = {"true", "True", "TRUE", "yes", "Yes",
                                      "YES",  "on",   "On",   "ON",  NULL};
    static const char *const no[] = {"false", "False", "FALSE", "no",  "No",
                                     "NO",    "off",   "Off",   "OFF", NULL};
    if (node->type != PGS_NODE_SCALAR || !node->is_plain)
        return -1;
    if (g_strv_contains(yes, node->text))
        return 1;
    return g_strv_contains(no, node->text) ? 0 : -1;
}

const PgsNode *
pgs_node_get(const PgsNode *node, const char *key)
{
    if (node->type != PGS_NODE_MAPPING)
        return NULL;
    for (guint i = 0; i < node->keys->len; i++) {
        if (strcmp(pgs_node_key_at(node, i)->text, key) == 0)
            return pgs_node_value_at(node, i);
    }
    return NULL;
}

guint
pgs_node_count(const PgsNode *node)
{
    return node->type == PGS_NODE_LIST ? node->values->len : 1;
}

const PgsNode *
pgs_node_at(const PgsNode *node, guint i)
{
    return node->type == PGS_NODE_LIST ? g_ptr_array_index(node->values, i) : node;
}

const PgsNode *
pgs_node_key_at(const PgsNode *node, guint i)
{
    return g_ptr_array_index(node->keys, i);
}

const PgsNode *
pgs_node_value_at(const PgsNode *node, guint i)
{
    return g_ptr_array_index(node->values, i);
}

const char *
pgs_node_type_name(const PgsNode *node)
{
    if (pgs_node_is_null(node))
        return "nothing";
    return node->type == PGS_NODE_SCALAR ? "text"
           : node->type == PGS_NODE_LIST ? "a list"
                                         : "a mapping";
}

static void G_GNUC_PRINTF(5, 0)
    set_error(const PgsPlace *place, PgsConfigError code, GError **error, const char *hint,
              const char *format, va_list args)
{
    g_autofree char *message = g_strdup_vprintf(format, args);
    pgs_error_set(error, PGS_CONFIG_ERROR, (int)code, hint, "%s:%u:%u: %s", place->file,
                  place->line, place->column, message);
}

gboolean
pgs_node_error(const PgsNode *node, PgsConfigError code, GError **error, const char *hint,
               const char *format, ...)
{
    va_list args;
    va_start(args, format);
    set_error(&node->place, code, error, hint, format, args);
    va_end(args);
    return FALSE;
}

gboolean
pgs_place_error(const PgsPlace *place, PgsConfigError code, GError **error, const char *hint,
                const char *format, ...)
{
    va_list args;
    va_start(args, format);
    set_error(place, code, error, hint, format, args);
    va_end(args);
    return FALSE;
}
