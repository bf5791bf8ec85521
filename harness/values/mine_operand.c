#include "values/mine_walk.h"

#include <string.h>

static const PgsNode *
argument(const PgsNode *node, guint i)
{
    return g_ptr_array_index(node->arguments, i);
}

static const char *
step_name(const PgsNode *node)
{
    switch (node->kind) {
    case PGS_NODE_CAST:
        return "cast";
    case PGS_NODE_SUBSCRIPT:
        return "[]";
    case PGS_NODE_FIELD:
        return ".";
    case PGS_NODE_ARRAY:
        return "array";
    case PGS_NODE_ROW:
        return "row";
    case PGS_NODE_CASE:
        return "case";
    default:
        return node->name != NULL ? node->name : "";
    }
}

/* The texts of a node's other arguments; what it has by name (a cast's type) is one of them. */
static void
describe_arguments(PgsSayingStep *step, const PgsNode *node)
{
    g_autoptr(GPtrArray) texts = g_ptr_array_new();
    if (node->kind == PGS_NODE_CAST || node->kind == PGS_NODE_FIELD)
        g_ptr_array_add(texts, g_strdup(node->name));
    for (guint i = 0; i < node->arguments->len; i++) {
        if (i == step->position)
            continue;
        const PgsNode *bare = pgs_node_strip(argument(node, i));
        gboolean is_constant = bare->kind == PGS_NODE_CONSTANT;
        g_autofree char *sql = is_constant ? NULL : pgs_node_to_sql(bare);
        step->is_mixed |= sql == NULL && !is_constant;
        step->is_mixed |= !is_constant && pgs_node_has_column(bare);
        const char *text = is_constant ? bare->text : sql;
        g_ptr_array_add(texts, g_strdup(text != NULL ? text : ""));
    }
    g_ptr_array_add(texts, NULL);
    step->arguments = (char **)g_ptr_array_free(g_steal_pointer(&texts), FALSE);
}

static void
enter(PgsWalk *walk, const PgsNode *node, guint position, GPtrArray *subjects)
{
    if (!pgs_node_has_column(argument(node, position)))
        return;
    PgsSayingStep *step = g_new0(PgsSayingStep, 1);
    step->name = g_strdup(step_name(node));
    step->schema = g_strdup(node->schema);
    step->position = position;
    describe_arguments(step, node);
    g_ptr_array_add(walk->chain, step);
    pgs_mine_subjects(walk, argument(node, position), subjects);
    g_ptr_array_remove_index(walk->chain, walk->chain->len - 1);
}

/* A step of a name that says it all, without arguments. */
void
pgs_mine_named(PgsWalk *walk, const PgsNode *node, const char *name, GPtrArray *subjects)
{
    PgsSayingStep *step = g_new0(PgsSayingStep, 1);
    step->name = g_strdup(name);
    step->arguments = g_new0(char *, 1);
    step->is_mixed = TRUE;
    g_ptr_array_add(walk->chain, step);
    pgs_mine_subjects(walk, node, subjects);
    g_ptr_array_remove_index(walk->chain, walk->chain->len - 1);
}

static void
add_subject(PgsWalk *walk, const PgsNode *node, GPtrArray *subjects)
{
    PgsSubject *subject = g_new0(PgsSubject, 1);
    subject->node = node;
    subject->steps = g_ptr_array_new_with_free_func(pgs_saying_step_free);
    for (guint i = walk->chain->len; i > 0; i--)
        g_ptr_array_add(subject->steps,
                        pgs_saying_step_copy(g_ptr_array_index(walk->chain, i - 1)));
    g_ptr_array_add(subjects, subject);
    g_hash_table_add(walk->covered, (gpointer)node);
}

/* A CASE's conditions are conditions; its operand is compared with them. */
static void
enter_case(PgsWalk *walk, const PgsNode *node, GPtrArray *subjects)
{
    guint n = node->arguments->len;
    for (guint i = 0; i < n; i++) {
        const PgsNode *part = argument(node, i);
        if (pgs_is_condition(part))
            pgs_mine_condition(walk, part);
        else
            pgs_mine_named(walk, part, "case", subjects);
    }
}

/* A regular expression, when a function of texts takes one. */
static void
find_pattern(PgsWalk *walk, const PgsNode *node)
{
    guint position;
    PgsPatternSyntax syntax;
    if (!pgs_function_pattern(node, &position, &syntax))
        return;
    const PgsNode *pattern = pgs_node_strip(argument(node, position));
    g_autoptr(GPtrArray) subjects = g_ptr_array_new_with_free_func(pgs_subject_free);
    pgs_mine_subjects(walk, argument(node, 0), subjects);
    if (pattern->text != NULL)
        pgs_say_pattern(walk, subjects, node->name, syntax, pattern->text);
}

static void
enter_function(PgsWalk *walk, const PgsNode *node, GPtrArray *subjects)
{
    find_pattern(walk, node);
    pgs_mine_function_body(walk, node);
    for (guint i = 0; i < node->arguments->len; i++)
        enter(walk, node, i, subjects);
}

void
pgs_mine_subjects(PgsWalk *walk, const PgsNode *node, GPtrArray *subjects)
{
    switch (node->kind) {
    case PGS_NODE_COLUMN:
    case PGS_NODE_VALUE:
        add_subject(walk, node, subjects);
        break;
    case PGS_NODE_CONSTANT:
        break;
    case PGS_NODE_COLLATE:
        pgs_mine_named(walk, argument(node, 0), "collate", subjects);
        break;
    case PGS_NODE_CASE:
        enter_case(walk, node, subjects);
        break;
    case PGS_NODE_FUNCTION:
        enter_function(walk, node, subjects);
        break;
    case PGS_NODE_OPERATOR:
        if (pgs_is_condition(node)) {
            pgs_mine_condition(walk, node);
            break;
        }
        /* fall through */
    case PGS_NODE_CAST:
    case PGS_NODE_SUBSCRIPT:
    case PGS_NODE_FIELD:
    case PGS_NODE_ARRAY:
    case PGS_NODE_ROW:
    case PGS_NODE_COALESCE:
        for (guint i = 0; i < node->arguments->len; i++)
            enter(walk, node, i, subjects);
        break;
    case PGS_NODE_OTHER:
        for (guint i = 0; i < node->arguments->len; i++)
            pgs_mine_named(walk, argument(node, i), "?", subjects);
        break;
    default:
        pgs_mine_condition(walk, node);
        break;
    }
}
