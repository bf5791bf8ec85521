#include "plan/reason_condition.h"

#include "sql/token.h"

#include <string.h>

/* ---- texts, by their tokens ---- */

/* Tokens [from, to) of a text. */
typedef struct {
    const GArray *tokens;
    guint from, to;
} Span;

static const PgsToken *
at(const Span *span, guint i)
{
    return &g_array_index(span->tokens, PgsToken, i);
}

static gboolean
opens(const PgsToken *token)
{
    return pgs_token_is_char(token, '(') || pgs_token_is_char(token, '[');
}

static gboolean
closes(const PgsToken *token)
{
    return pgs_token_is_char(token, ')') || pgs_token_is_char(token, ']');
}

/* Where what is opened at i is closed; to when it is not. */
static guint
closing(const Span *span, guint i)
{
    guint depth = 0;
    for (; i < span->to; i++) {
        if (opens(at(span, i)))
            depth++;
        else if (closes(at(span, i)) && --depth == 0)
            return i;
    }
    return span->to;
}

static Span
without_parentheses(Span span)
{
    while (span.to - span.from >= 2 && pgs_token_is_char(at(&span, span.from), '(') &&
           closing(&span, span.from) == span.to - 1) {
        span.from++;
        span.to--;
    }
    return span;
}

static gboolean
token_equals(const PgsToken *token, const char *text)
{
    return token->length == strlen(text) && memcmp(token->text, text, token->length) == 0;
}

/* A name without its quotes; g_free(). */
static char *
unquote(const PgsToken *token)
{
    if (token->kind != PGS_TOKEN_NAME || token->length < 2)
        return g_strndup(token->text, token->length);
    g_autofree char *inner = g_strndup(token->text + 1, token->length - 2);
    g_auto(GStrv) parts = g_strsplit(inner, "\"\"", -1);
    return g_strjoinv("\"", parts);
}

/* Whether the table's alias stands at i, as the qualifier of a column. */
static gboolean
is_alias(const Span *span, guint i, const char *const *aliases)
{
    const PgsToken *token = at(span, i);
    if ((token->kind != PGS_TOKEN_WORD && token->kind != PGS_TOKEN_NAME) || i + 1 >= span->to ||
        !pgs_token_is_char(at(span, i + 1), '.') ||
        (i > span->from && pgs_token_is_char(at(span, i - 1), '.')))
        return FALSE;
    g_autofree char *name = unquote(token);
    return g_strv_contains(aliases, name);
}

/* The span's text, with the white space between its tokens, without aliases.  g_free(). */
static char *
span_text(const Span *span, const char *const *aliases)
{
    GString *text = g_string_new(NULL);
    for (guint i = span->from; i < span->to; i++) {
        const PgsToken *token = at(span, i);
        if (i > span->from) {
            const PgsToken *before = at(span, i - 1);
            const char *end = before->text + before->length;
            g_string_append_len(text, end, token->text - end);
        }
        if (is_alias(span, i, aliases))
            i++;
        else
            g_string_append_len(text, token->text, (gssize)token->length);
    }
    return g_string_free(text, FALSE);
}

/* GArray of Span: what the word is between, outside of all parentheses. */
static GArray *
split_at(Span span, const char *word)
{
    GArray *parts = g_array_new(FALSE, FALSE, sizeof(Span));
    Span part = span;
    for (guint i = span.from; i < span.to; i++) {
        if (opens(at(&span, i))) {
            i = closing(&span, i);
        } else if (pgs_token_is(at(&span, i), word)) {
            part.to = i;
            g_array_append_val(parts, part);
            part.from = i + 1;
        }
    }
    part.to = span.to;
    g_array_append_val(parts, part);
    return parts;
}

/* The first such token outside of all parentheses; to when there is none. */
static guint
find_token(const Span *span, const char *text)
{
    for (guint i = span->from; i < span->to; i++) {
        if (opens(at(span, i)))
            i = closing(span, i);
        else if (token_equals(at(span, i), text))
            return i;
    }
    return span->to;
}

/* ---- nodes ---- */

/* A type's or function's name counts without its schema: texts were printed for different paths. */
static gboolean
same_name(const PgsNode *one, const PgsNode *other)
{
    if (one->kind != PGS_NODE_CAST)
        return g_strcmp0(one->name, other->name) == 0;
    const char *dot = strrchr(one->name, '.'), *other_dot = strrchr(other->name, '.');
    return strcmp(dot != NULL ? dot + 1 : one->name,
                  other_dot != NULL ? other_dot + 1 : other->name) == 0;
}

gboolean
pgs_node_equal(const PgsNode *one, const PgsNode *other)
{
    if (one->kind != other->kind || one->constant != other->constant ||
        one->negated != other->negated || !same_name(one, other) ||
        g_strcmp0(one->text, other->text) != 0 || one->arguments->len != other->arguments->len ||
        (one->kind == PGS_NODE_COLUMN && g_strcmp0(one->schema, other->schema) != 0))
        return FALSE;
    for (guint i = 0; i < one->arguments->len; i++) {
        if (!pgs_node_equal(one->arguments->pdata[i], other->arguments->pdata[i]))
            return FALSE;
    }
    return TRUE;
}

/* A parameter reads as a column, too. */
static gboolean
is_own_column(const PgsNode *node)
{
    return node->kind == PGS_NODE_COLUMN && node->schema == NULL && node->name[0] != '$';
}

gboolean
pgs_node_names_own(const PgsNode *node)
{
    gboolean names = is_own_column(node);
    for (guint i = 0; !names && i < node->arguments->len; i++)
        names = pgs_node_names_own(node->arguments->pdata[i]);
    return names;
}

static gboolean
names_column(const PgsNode *node, const char *name)
{
    gboolean names = is_own_column(node) && strcmp(node->name, name) == 0;
    for (guint i = 0; !names && i < node->arguments->len; i++)
        names = names_column(node->arguments->pdata[i], name);
    return names;
}

gboolean
pgs_node_share_column(const PgsNode *one, const PgsNode *other)
{
    gboolean share = is_own_column(one) && names_column(other, one->name);
    for (guint i = 0; !share && i < one->arguments->len; i++)
        share = pgs_node_share_column(one->arguments->pdata[i], other);
    return share;
}

/* ---- conditions ---- */

static void
condition_free(gpointer data)
{
    PgsCondition *condition = data;
    char *texts[] = {condition->text, condition->operand, condition->comparison, condition->value};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    pgs_node_free(condition->node);
    pgs_node_free(condition->operand_node);
    pgs_node_free(condition->value_node);
    g_clear_pointer(&condition->branches, g_ptr_array_unref);
    g_free(condition);
}

static gboolean
is_negative(const char *comparison)
{
    static const char *const operators[] = {"<>", "!~~", "!~~*", "!~", "!~*", NULL};
    return g_strv_contains(operators, comparison);
}

static const char *
commuted(const char *comparison)
{
    static const char *const pairs[][2] = {{"<", ">"},   {">", "<"},   {"<=", ">="},
                                           {">=", "<="}, {"@>", "<@"}, {"<@", "@>"}};
    for (guint i = 0; i < G_N_ELEMENTS(pairs); i++) {
        if (strcmp(pairs[i][0], comparison) == 0)
            return pairs[i][1];
    }
    return comparison;
}

static void
set_operand(PgsCondition *condition, const Span *side, const char *const *aliases)
{
    Span inner = without_parentheses(*side);
    condition->operand = span_text(&inner, aliases);
    condition->operand_node = pgs_expression_parse(condition->operand, NULL);
    if (condition->operand_node == NULL)
        g_clear_pointer(&condition->operand, g_free);
}

static void
set_value(PgsCondition *condition, const Span *side, const char *const *aliases)
{
    Span inner = without_parentheses(*side);
    condition->value = span_text(&inner, aliases);
    condition->value_node = pgs_expression_parse(condition->value, NULL);
}

static gboolean
side_is_own(const Span *side, const char *const *aliases)
{
    for (guint i = side->from; i < side->to; i++) {
        if (is_alias(side, i, aliases))
            return TRUE;
    }
    return FALSE;
}

/* left op right, left op ANY (right) */
static void
set_comparison(PgsCondition *condition, Span span, const char *const *aliases)
{
    const PgsNode *node = condition->node;
    guint place = find_token(&span, node->name), behind = place + 1;
    if (place == span.to) {
        /* OPERATOR(public.@>) */
        place = find_token(&span, "OPERATOR");
        behind = place < span.to ? closing(&span, place + 1) + 1 : place;
    }
    if (place == span.to || behind >= span.to)
        return;
    gboolean is_set = node->kind != PGS_NODE_OPERATOR;
    Span left = {span.tokens, span.from, place}, right = {span.tokens, behind + is_set, span.to};
    gboolean left_is_own = side_is_own(&left, aliases), right_is_own = side_is_own(&right, aliases);
    gboolean is_turned = !left_is_own && right_is_own;
    set_operand(condition, is_turned ? &right : &left, aliases);
    set_value(condition, is_turned ? &left : &right, aliases);
    condition->comparison = g_strdup(is_turned && !is_set ? commuted(node->name) : node->name);
    condition->is_any = is_set && !is_turned;
    condition->is_element = is_set && is_turned;
    condition->is_negation = is_negative(node->name) || node->kind == PGS_NODE_ALL;
    condition->value_is_own = left_is_own && right_is_own;
}

/* operand IS NULL, left IS DISTINCT FROM right */
static void
set_test(PgsCondition *condition, Span span, const char *const *aliases)
{
    const PgsNode *node = condition->node;
    guint place = find_token(&span, "IS");
    Span left = {span.tokens, span.from, MIN(place, span.to)};
    set_operand(condition, &left, aliases);
    if (node->kind == PGS_NODE_NULL_TEST) {
        condition->comparison = g_strdup(node->negated ? "IS NOT NULL" : "IS NULL");
    } else if (node->kind == PGS_NODE_DISTINCT) {
        condition->comparison = g_strdup("IS DISTINCT FROM");
        condition->is_negation = TRUE;
    }
}

static GPtrArray *parse_all(Span span, const char *const *aliases);

static void
set_branches(PgsCondition *condition, Span span, const char *const *aliases)
{
    g_autoptr(GArray) parts = split_at(span, "OR");
    condition->branches = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    for (guint i = 0; i < parts->len; i++)
        g_ptr_array_add(condition->branches, parse_all(g_array_index(parts, Span, i), aliases));
}

/* NOT (left IS DISTINCT FROM right) */
static void
set_not_distinct(PgsCondition *condition, Span span, const char *const *aliases)
{
    span = without_parentheses(span);
    Span left = {span.tokens, span.from, find_token(&span, "IS")};
    Span right = {span.tokens, MIN(find_token(&span, "FROM") + 1, span.to), span.to};
    set_operand(condition, &left, aliases);
    set_value(condition, &right, aliases);
    condition->comparison = g_strdup("IS NOT DISTINCT FROM");
    condition->value_is_own = side_is_own(&right, aliases);
    condition->is_negation = TRUE;
}

/* active, NOT active, and what else is true or false. */
static void
set_truth(PgsCondition *condition, Span span, const char *const *aliases)
{
    if (condition->node->kind == PGS_NODE_NOT) {
        const PgsNode *inner = pgs_node_strip(condition->node->arguments->pdata[0]);
        span.from++;
        if (inner->kind == PGS_NODE_DISTINCT && !inner->negated) {
            set_not_distinct(condition, span, aliases);
            return;
        }
        condition->is_negation = inner->kind != PGS_NODE_COLUMN;
    }
    set_operand(condition, &span, aliases);
}

static PgsCondition *
parse_one(Span span, const char *const *aliases)
{
    PgsCondition *condition = g_new0(PgsCondition, 1);
    condition->text = span_text(&span, aliases);
    condition->node = pgs_expression_parse(condition->text, NULL);
    if (condition->node == NULL)
        return condition;
    switch (condition->node->kind) {
    case PGS_NODE_OPERATOR:
    case PGS_NODE_ANY:
    case PGS_NODE_ALL:
        if (condition->node->arguments->len == 2)
            set_comparison(condition, span, aliases);
        break;
    case PGS_NODE_NULL_TEST:
    case PGS_NODE_BOOLEAN_TEST:
    case PGS_NODE_DISTINCT:
        set_test(condition, span, aliases);
        break;
    case PGS_NODE_OR:
        set_branches(condition, span, aliases);
        break;
    default:
        set_truth(condition, span, aliases);
        break;
    }
    return condition;
}

static void
add_all(GPtrArray *conditions, Span span, const char *const *aliases)
{
    span = without_parentheses(span);
    g_autoptr(GArray) parts = split_at(span, "AND");
    for (guint i = 0; i < parts->len; i++) {
        Span part = g_array_index(parts, Span, i);
        if (parts->len > 1)
            add_all(conditions, part, aliases);
        else if (part.from < part.to)
            g_ptr_array_add(conditions, parse_one(part, aliases));
    }
}

static GPtrArray *
parse_all(Span span, const char *const *aliases)
{
    GPtrArray *conditions = g_ptr_array_new_with_free_func(condition_free);
    add_all(conditions, span, aliases);
    return conditions;
}

/* What another part of the plan gives stands for a value: "(SubPlan 1)", "(InitPlan 2).col1". */
static char *
without_subplans(const char *text)
{
    g_autoptr(GRegex) subplan =
        g_regex_new("\\((hashed )?(SubPlan|InitPlan) [0-9]+\\)(\\.col[0-9]+)?", 0, 0, NULL);
    return g_regex_replace_literal(subplan, text, -1, 0, "$0", 0, NULL);
}

GPtrArray *
pgs_conditions_parse(const char *text, const char *const *aliases)
{
    g_autofree char *sql = without_subplans(text);
    g_autoptr(GArray) tokens = pgs_token_scan_all(sql);
    return parse_all((Span){tokens, 0, tokens->len}, aliases);
}

char *
pgs_condition_plain(const char *text, const char *const *aliases)
{
    g_autofree char *sql = g_strdup(text);
    g_autoptr(GArray) tokens = pgs_token_scan_all(sql);
    Span span = without_parentheses((Span){tokens, 0, tokens->len});
    return span_text(&span, aliases);
}

/* ---- ORDER BY ---- */

void
pgs_sort_key_free(PgsSortKey *key)
{
    if (key == NULL)
        return;
    g_free(key->sql);
    g_free(key->suffix);
    pgs_node_free(key->node);
    g_free(key);
}

/* Where what follows the expression begins (show_sortorder_options() in explain.c). */
static guint
find_suffix(const Span *span)
{
    static const char *const words[] = {"COLLATE", "USING", "DESC", "NULLS"};
    guint first = span->to;
    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        first = MIN(first, find_token(span, words[i]));
    return first;
}

PgsSortKey *
pgs_sort_key_parse(const char *text, const char *const *aliases)
{
    g_autofree char *sql = without_subplans(text);
    g_autoptr(GArray) tokens = pgs_token_scan_all(sql);
    Span all = {tokens, 0, tokens->len};
    Span suffix = {tokens, find_suffix(&all), tokens->len};
    Span own = without_parentheses((Span){tokens, 0, suffix.from});
    PgsSortKey *key = g_new0(PgsSortKey, 1);
    key->sql = span_text(&own, aliases);
    key->node = pgs_expression_parse(key->sql, NULL);
    key->suffix = span_text(&suffix, aliases);
    key->is_own = key->node != NULL && pgs_node_names_own(key->node);
    key->is_using = find_token(&suffix, "USING") < suffix.to;
    return key;
}
