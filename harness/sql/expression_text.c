#include "base/text.h"
#include "sql/expression.h"

#include <string.h>

typedef gboolean (*WriteFunc)(GString *sql, const PgsNode *node);

static gboolean write_node(GString *sql, const PgsNode *node);

static const PgsNode *
argument(const PgsNode *node, guint i)
{
    return g_ptr_array_index(node->arguments, i);
}

static gboolean
write_list(GString *sql, const PgsNode *node, guint from, const char *between)
{
    for (guint i = from; i < node->arguments->len; i++) {
        if (i > from)
            g_string_append(sql, between);
        if (!write_node(sql, argument(node, i)))
            return FALSE;
    }
    return TRUE;
}

static gboolean
write_name(GString *sql, const PgsNode *node)
{
    if (node->schema != NULL) {
        g_auto(GStrv) parts = g_strsplit(node->schema, ".", -1);
        for (guint i = 0; parts[i] != NULL; i++) {
            pgs_text_append_identifier(sql, parts[i]);
            g_string_append_c(sql, '.');
        }
    }
    if (node->name == NULL)
        return FALSE;
    pgs_text_append_identifier(sql, node->name);
    return TRUE;
}

static gboolean
write_value(GString *sql, const PgsNode *node)
{
    (void)node;
    g_string_append(sql, "VALUE");
    return TRUE;
}

static gboolean
write_constant(GString *sql, const PgsNode *node)
{
    switch (node->constant) {
    case PGS_CONSTANT_NULL:
        g_string_append(sql, "NULL");
        break;
    case PGS_CONSTANT_STRING:
        pgs_text_append_literal(sql, node->text);
        break;
    case PGS_CONSTANT_BITS:
        g_string_append_c(sql, node->text[0]);
        pgs_text_append_literal(sql, node->text + MIN(strlen(node->text), 1));
        break;
    case PGS_CONSTANT_NUMBER:
    case PGS_CONSTANT_BOOLEAN:
        g_string_append(sql, node->text);
        break;
    }
    return TRUE;
}

static gboolean
write_operator_name(GString *sql, const PgsNode *node)
{
    if (node->name == NULL)
        return FALSE;
    if (node->schema != NULL) {
        g_string_append(sql, " OPERATOR(");
        pgs_text_append_identifier(sql, node->schema);
        g_string_append_printf(sql, ".%s) ", node->name);
    } else {
        g_string_append_printf(sql, " %s ", node->name);
    }
    return TRUE;
}

static gboolean
write_operator(GString *sql, const PgsNode *node)
{
    guint n = node->arguments->len;
    if (n == 0 || n > 2 || (n == 2 && !write_node(sql, argument(node, 0))))
        return FALSE;
    return write_operator_name(sql, node) && write_node(sql, argument(node, n - 1));
}

static gboolean
write_any(GString *sql, const PgsNode *node)
{
    if (node->arguments->len != 2 || !write_node(sql, argument(node, 0)) ||
        !write_operator_name(sql, node))
        return FALSE;
    g_string_append(sql, node->kind == PGS_NODE_ANY ? "ANY (" : "ALL (");
    gboolean is_known = write_node(sql, argument(node, 1));
    g_string_append_c(sql, ')');
    return is_known;
}

/* Functions that are only known by a key word, so that their name must not be quoted. */
static gboolean
write_function(GString *sql, const PgsNode *node)
{
    static const char *const words[] = {"current_date",    "current_time",  "current_timestamp",
                                        "localtime",       "current_user",  "localtimestamp",
                                        "current_role",    "session_user",  "user",
                                        "current_catalog", "current_schema"};
    for (guint i = 0; node->schema == NULL && i < G_N_ELEMENTS(words); i++) {
        if (g_strcmp0(node->name, words[i]) == 0) {
            g_string_append(sql, node->name);
            return node->arguments->len == 0;
        }
    }
    if (g_strcmp0(node->name, "nullif") == 0 && node->schema == NULL)
        g_string_append(sql, "NULLIF");
    else if (!write_name(sql, node))
        return FALSE;
    g_string_append_c(sql, '(');
    gboolean is_known = write_list(sql, node, 0, ", ");
    g_string_append_c(sql, ')');
    return is_known;
}

/* The type's name came from the parser, where key words have become pg_catalog's names. */
static gboolean
write_cast(GString *sql, const PgsNode *node)
{
    if (node->name == NULL || node->arguments->len != 1 || !write_node(sql, argument(node, 0)))
        return FALSE;
    g_string_append_printf(sql, "::%s", node->name);
    return TRUE;
}

static gboolean
write_boolean(GString *sql, const PgsNode *node)
{
    if (node->kind == PGS_NODE_NOT)
        g_string_append(sql, "NOT ");
    return write_list(sql, node, 0, node->kind == PGS_NODE_OR ? " OR " : " AND ");
}

static gboolean
write_test(GString *sql, const PgsNode *node)
{
    const char *word = node->kind == PGS_NODE_NULL_TEST ? "NULL" : node->name;
    if (word == NULL || !write_list(sql, node, 0, " "))
        return FALSE;
    g_string_append_printf(sql, " IS %s%s", node->negated ? "NOT " : "", word);
    return TRUE;
}

static gboolean
write_distinct(GString *sql, const PgsNode *node)
{
    return node->arguments->len == 2 &&
           write_list(sql, node, 0,
                      node->negated ? " IS NOT DISTINCT FROM " : " IS DISTINCT FROM ");
}

static gboolean
write_array(GString *sql, const PgsNode *node)
{
    g_string_append(sql, node->kind == PGS_NODE_ROW ? "ROW(" : "ARRAY[");
    gboolean is_known = write_list(sql, node, 0, ", ");
    g_string_append_c(sql, node->kind == PGS_NODE_ROW ? ')' : ']');
    return is_known;
}

static gboolean
write_coalesce(GString *sql, const PgsNode *node)
{
    g_string_append_printf(sql, "%s(", node->name);
    gboolean is_known = write_list(sql, node, 0, ", ");
    g_string_append_c(sql, ')');
    return is_known;
}

static gboolean
write_field(GString *sql, const PgsNode *node)
{
    if (node->arguments->len != 1 || !write_node(sql, argument(node, 0)))
        return FALSE;
    g_string_append_c(sql, '.');
    pgs_text_append_identifier(sql, node->name);
    return TRUE;
}

static gboolean
write_collate(GString *sql, const PgsNode *node)
{
    if (node->arguments->len != 1 || !write_node(sql, argument(node, 0)))
        return FALSE;
    g_string_append(sql, " COLLATE ");
    return write_name(sql, node);
}

/* NULL: CASE and slices do not say in the tree which of their parts are there. */
static const WriteFunc writers[] = {
    [PGS_NODE_COLUMN] = write_name,
    [PGS_NODE_VALUE] = write_value,
    [PGS_NODE_CONSTANT] = write_constant,
    [PGS_NODE_OPERATOR] = write_operator,
    [PGS_NODE_ANY] = write_any,
    [PGS_NODE_ALL] = write_any,
    [PGS_NODE_FUNCTION] = write_function,
    [PGS_NODE_CAST] = write_cast,
    [PGS_NODE_AND] = write_boolean,
    [PGS_NODE_OR] = write_boolean,
    [PGS_NODE_NOT] = write_boolean,
    [PGS_NODE_NULL_TEST] = write_test,
    [PGS_NODE_BOOLEAN_TEST] = write_test,
    [PGS_NODE_DISTINCT] = write_distinct,
    [PGS_NODE_ARRAY] = write_array,
    [PGS_NODE_ROW] = write_array,
    [PGS_NODE_CASE] = NULL,
    [PGS_NODE_COALESCE] = write_coalesce,
    [PGS_NODE_FIELD] = write_field,
    [PGS_NODE_SUBSCRIPT] = NULL,
    [PGS_NODE_COLLATE] = write_collate,
    [PGS_NODE_OTHER] = NULL,
};

static gboolean
write_node(GString *sql, const PgsNode *node)
{
    if (writers[node->kind] == NULL)
        return FALSE;
    g_string_append_c(sql, '(');
    gboolean is_known = writers[node->kind](sql, node);
    g_string_append_c(sql, ')');
    return is_known;
}

char *
pgs_node_to_sql(const PgsNode *node)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    return write_node(sql, node) ? g_string_free(g_steal_pointer(&sql), FALSE) : NULL;
}
