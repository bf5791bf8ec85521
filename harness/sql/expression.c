#include "sql/expression.h"

#include "base/error.h"
#include "sql/expression_json.h"
#include "sql/token.h"

#include <json-glib/json-glib.h>
#include <pg_query.h>
#include <string.h>

G_DEFINE_QUARK(pgs_expression_error, pgs_expression_error)

void
pgs_node_free(PgsNode *node)
{
    if (node == NULL)
        return;
    g_free(node->schema);
    g_free(node->name);
    g_free(node->text);
    g_ptr_array_unref(node->arguments);
    g_free(node);
}

/* ---- depth ---- */

/*
 * libpg_query has no limit of its own on what it prints, and would run out of stack.  No tree is
 * deeper than the tokens that stand on the way to it: those of the open parentheses, in each
 * behind its last comma, AND or OR, none of which makes a tree deeper.
 */
static gboolean
is_too_deep(const GArray *tokens)
{
    g_autoptr(GArray) outer = g_array_new(FALSE, FALSE, sizeof(guint));
    guint depth = 0, at_open = 0;
    for (guint i = 0; i < tokens->len; i++) {
        const PgsToken *token = &g_array_index(tokens, PgsToken, i);
        depth++;
        if (depth > 8 * PGS_EXPRESSION_DEPTH || outer->len > PGS_EXPRESSION_DEPTH)
            return TRUE;
        if (pgs_token_is_char(token, '(') || pgs_token_is_char(token, '[')) {
            g_array_append_val(outer, at_open);
            at_open = depth;
        } else if ((pgs_token_is_char(token, ')') || pgs_token_is_char(token, ']')) &&
                   outer->len > 0) {
            depth = at_open;
            at_open = g_array_index(outer, guint, outer->len - 1);
            g_array_set_size(outer, outer->len - 1);
        } else if (pgs_token_is_char(token, ',') || pgs_token_is(token, "AND") ||
                   pgs_token_is(token, "OR")) {
            depth = at_open;
        }
    }
    return FALSE;
}

/* ---- parsing ---- */

static void
set_syntax_error(GError **error, const char *message)
{
    pgs_error_set(error, PGS_EXPRESSION_ERROR, PGS_EXPRESSION_ERROR_SYNTAX, NULL,
                  "the expression cannot be parsed: %s", message);
}

static void
set_depth_error(GError **error)
{
    pgs_error_set(error, PGS_EXPRESSION_ERROR, PGS_EXPRESSION_ERROR_DEPTH, NULL,
                  "the expression is nested too deeply");
}

/* The member of a member; json_reader_… would do, with more words. */
static JsonNode *
down(JsonNode *json, const char *name)
{
    if (json == NULL || !JSON_NODE_HOLDS_OBJECT(json))
        return NULL;
    return json_object_get_member(json_node_get_object(json), name);
}

static JsonNode *
only_element(JsonNode *json)
{
    if (json == NULL || !JSON_NODE_HOLDS_ARRAY(json))
        return NULL;
    JsonArray *array = json_node_get_array(json);
    return json_array_get_length(array) == 1 ? json_array_get_element(array, 0) : NULL;
}

/* The expression of SELECT expression, when the statement is just that. */
static JsonNode *
find_target(JsonNode *root)
{
    JsonNode *select = down(down(only_element(down(root, "stmts")), "stmt"), "SelectStmt");
    static const char *const clauses[] = {"fromClause",   "whereClause", "groupClause",
                                          "havingClause", "valuesLists", "sortClause",
                                          "larg",         "limitCount"};
    for (guint i = 0; i < G_N_ELEMENTS(clauses); i++) {
        if (down(select, clauses[i]) != NULL)
            return NULL;
    }
    JsonNode *target = down(only_element(down(select, "targetList")), "ResTarget");
    return down(target, "name") == NULL ? down(target, "val") : NULL;
}

static PgsNode *
read_tree(const char *tree, const char *sql, GError **error)
{
    g_autoptr(JsonParser) parser = json_parser_new_immutable();
    if (!json_parser_load_from_data(parser, tree, -1, error)) {
        if (error != NULL)
            g_clear_error(error);
        set_syntax_error(error, "libpg_query's answer is no JSON");
        return NULL;
    }
    gboolean was_too_deep = FALSE;
    JsonNode *target = find_target(json_parser_get_root(parser));
    g_autoptr(PgsNode) node =
        target != NULL ? pgs_expression_read_json(target, sql, &was_too_deep) : NULL;
    if (was_too_deep)
        set_depth_error(error);
    else if (node == NULL)
        set_syntax_error(error, "it is not one expression");
    return was_too_deep ? NULL : g_steal_pointer(&node);
}

PgsNode *
pgs_expression_parse(const char *expression, GError **error)
{
    if (!g_utf8_validate(expression, -1, NULL)) {
        set_syntax_error(error, "it is not UTF-8");
        return NULL;
    }
    g_autofree char *sql = g_strconcat("SELECT ", expression, NULL);
    g_autoptr(GArray) tokens = pgs_token_scan_all(sql);
    if (is_too_deep(tokens)) {
        set_depth_error(error);
        return NULL;
    }
    PgQueryParseResult result = pg_query_parse(sql);
    PgsNode *node = NULL;
    if (result.error != NULL)
        set_syntax_error(error, result.error->message);
    else
        node = read_tree(result.parse_tree, sql, error);
    pg_query_free_parse_result(result);
    return node;
}

/* ---- walking ---- */

const PgsNode *
pgs_node_strip(const PgsNode *node)
{
    while ((node->kind == PGS_NODE_CAST || node->kind == PGS_NODE_COLLATE) &&
           node->arguments->len == 1)
        node = g_ptr_array_index(node->arguments, 0);
    return node;
}

void
pgs_node_walk(const PgsNode *node, PgsNodeFunc func, gpointer data)
{
    func(node, data);
    for (guint i = 0; i < node->arguments->len; i++)
        pgs_node_walk(g_ptr_array_index(node->arguments, i), func, data);
}

/* ---- constants in a text ---- */

/* A string token's value: the parser knows all of its forms. */
static PgsNode *
string_constant(const PgsToken *token)
{
    g_autofree char *text = g_strndup(token->text, token->length);
    g_autoptr(PgsNode) node = pgs_expression_parse(text, NULL);
    return node != NULL && node->kind == PGS_NODE_CONSTANT ? g_steal_pointer(&node) : NULL;
}

static gboolean
is_number(const PgsToken *token)
{
    return token->kind == PGS_TOKEN_OTHER &&
           (g_ascii_isdigit(token->text[0]) ||
            (token->text[0] == '.' && token->length > 1 && g_ascii_isdigit(token->text[1])));
}

/* Whether a "-" behind the token is a sign: nothing stands in front that could be subtracted from.
 */
static gboolean
precedes_sign(const PgsToken *token)
{
    static const char *const words[] = {"RETURN", "THEN", "ELSE", "AND",    "OR",
                                        "WHEN",   "NOT",  "IN",   "SELECT", "BETWEEN"};
    if (token == NULL)
        return TRUE;
    for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
        if (pgs_token_is(token, words[i]))
            return TRUE;
    }
    return token->kind == PGS_TOKEN_OTHER && !is_number(token) && token->text[0] != '$' &&
           !pgs_token_is_char(token, ')') && !pgs_token_is_char(token, ']');
}

static PgsNode *
number_constant(const GArray *tokens, guint i)
{
    const PgsToken *all = (const PgsToken *)(gconstpointer)tokens->data;
    gboolean is_negative =
        i > 0 && pgs_token_is_char(&all[i - 1], '-') && precedes_sign(i > 1 ? &all[i - 2] : NULL);
    PgsNode *node = g_new0(PgsNode, 1);
    node->kind = PGS_NODE_CONSTANT;
    node->constant = PGS_CONSTANT_NUMBER;
    node->arguments = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_node_free);
    g_autofree char *digits = g_strndup(all[i].text, all[i].length);
    node->text = g_strconcat(is_negative ? "-" : "", digits, NULL);
    return node;
}

static gboolean
has_constant(const GPtrArray *constants, const PgsNode *node)
{
    for (guint i = 0; i < constants->len; i++) {
        const PgsNode *other = g_ptr_array_index(constants, i);
        if (other->constant == node->constant && g_strcmp0(other->text, node->text) == 0)
            return TRUE;
    }
    return FALSE;
}

GPtrArray *
pgs_expression_scan_constants(const char *body)
{
    GPtrArray *constants = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_node_free);
    if (!g_utf8_validate(body, -1, NULL))
        return constants;
    g_autofree char *text = g_strdup(body);
    g_autoptr(GArray) tokens = pgs_token_scan_all(text);
    for (guint i = 0; i < tokens->len; i++) {
        const PgsToken *token = &g_array_index(tokens, PgsToken, i);
        g_autoptr(PgsNode) node = NULL;
        if (token->kind == PGS_TOKEN_STRING)
            node = string_constant(token);
        else if (is_number(token))
            node = number_constant(tokens, i);
        if (node != NULL && node->text != NULL && !has_constant(constants, node))
            g_ptr_array_add(constants, g_steal_pointer(&node));
    }
    return constants;
}
