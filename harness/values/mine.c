#include "values/mine.h"

#include "values/mine_walk.h"

#include <string.h>

static const PgsNode *
argument(const PgsNode *node, guint i)
{
    return g_ptr_array_index(node->arguments, i);
}

static GPtrArray *
subjects_of(PgsWalk *walk, const PgsNode *node)
{
    GPtrArray *subjects = g_ptr_array_new_with_free_func(pgs_subject_free);
    pgs_mine_subjects(walk, node, subjects);
    return subjects;
}

/* The right side of x ~ '…', x LIKE …, x SIMILAR TO …: FALSE when it is no pattern that is known.
 */
static gboolean
mine_pattern(PgsWalk *walk, const char *operator, const GPtrArray * subjects, const PgsNode *right)
{
    PgsPatternSyntax syntax;
    if (!pgs_operator_pattern(operator, & syntax))
        return FALSE;
    const PgsNode *bare = pgs_node_strip(right);
    if (bare->kind == PGS_NODE_FUNCTION && bare->arguments->len > 0) {
        if (g_str_has_prefix(bare->name, "similar_"))
            syntax = PGS_PATTERN_SIMILAR;
        else if (!g_str_equal(bare->name, "like_escape"))
            return FALSE;
        bare = pgs_node_strip(argument(bare, 0));
    }
    if (bare->kind != PGS_NODE_CONSTANT || bare->text == NULL)
        return FALSE;
    pgs_say_pattern(walk, subjects, operator, syntax, bare->text);
    return TRUE;
}

static void mine_comparison(PgsWalk *walk, const char *operator, const PgsNode * left,
                            const PgsNode *right);

/* (a, b) = (1, 2): a with 1, b with 2. */
static gboolean
mine_rows(PgsWalk *walk, const char *operator, const PgsNode * left, const PgsNode *right)
{
    if (left->kind != PGS_NODE_ROW || right->kind != PGS_NODE_ROW ||
        left->arguments->len != right->arguments->len)
        return FALSE;
    for (guint i = 0; i < left->arguments->len; i++)
        mine_comparison(walk, operator, argument(left, i), argument(right, i));
    return TRUE;
}

static void
mine_comparison(PgsWalk *walk, const char *operator, const PgsNode * left, const PgsNode *right)
{
    if (operator== NULL || mine_rows(walk, operator, left, right))
        return;
    g_autoptr(GPtrArray) lefts = subjects_of(walk, left);
    g_autoptr(GPtrArray) rights = subjects_of(walk, right);
    if (lefts->len > 0 && rights->len > 0) {
        pgs_say_columns(walk, lefts, operator, rights);
        pgs_say_columns(walk, rights, pgs_operator_commuted(operator), lefts);
    } else if (lefts->len > 0) {
        if (!mine_pattern(walk, operator, lefts, right))
            pgs_say_constant(walk, lefts, operator, right, FALSE);
    } else if (rights->len > 0) {
        pgs_say_constant(walk, rights, pgs_operator_commuted(operator), left, FALSE);
    }
}

/* x = ANY ('{a,b}'::text[]) */
static gboolean
mine_array_literal(PgsWalk *walk, const char *operator, const GPtrArray * subjects,
                   const PgsNode *array)
{
    if (array->kind != PGS_NODE_CONSTANT || array->text == NULL)
        return FALSE;
    g_autoptr(GPtrArray) elements = pgs_array_literal_split(array->text);
    PgsPatternSyntax syntax;
    for (guint i = 0; elements != NULL && i < elements->len; i++) {
        const char *text = g_ptr_array_index(elements, i);
        if (text != NULL && pgs_operator_pattern(operator, & syntax))
            pgs_say_pattern(walk, subjects, operator, syntax, text);
        else
            pgs_say_text(walk, subjects, operator, text);
    }
    return elements != NULL;
}

static void
mine_element(PgsWalk *walk, const PgsNode *node, const GPtrArray *subjects, const PgsNode *element)
{
    const PgsNode *left = argument(node, 0);
    if (pgs_node_has_column(element) || left->kind == PGS_NODE_ROW)
        mine_comparison(walk, node->name, left, element);
    else if (!mine_pattern(walk, node->name, subjects, element))
        pgs_say_constant(walk, subjects, node->name, element, TRUE);
}

static void
mine_list(PgsWalk *walk, const PgsNode *node)
{
    if (node->arguments->len != 2 || node->name == NULL)
        return;
    g_autoptr(GPtrArray) lefts = subjects_of(walk, argument(node, 0));
    const PgsNode *array = pgs_node_strip(argument(node, 1));
    if (array->kind == PGS_NODE_ARRAY) {
        for (guint i = 0; i < array->arguments->len; i++)
            mine_element(walk, node, lefts, argument(array, i));
        return;
    }
    if (mine_array_literal(walk, node->name, lefts, array))
        return;
    g_autoptr(GPtrArray) rights = g_ptr_array_new_with_free_func(pgs_subject_free);
    pgs_mine_named(walk, argument(node, 1), "any", rights);
    if (lefts->len > 0 && rights->len > 0) {
        pgs_say_columns(walk, lefts, node->name, rights);
        pgs_say_columns(walk, rights, pgs_operator_commuted(node->name), lefts);
    } else if (rights->len > 0) {
        pgs_say_constant(walk, rights, pgs_operator_commuted(node->name), argument(node, 0), TRUE);
    } else {
        pgs_say_constant(walk, lefts, node->name, argument(node, 1), TRUE);
    }
}

/* CASE: its parts that are conditions; the operand's with what it is compared with. */
static void
mine_case(PgsWalk *walk, const PgsNode *node)
{
    for (guint i = 0; i < node->arguments->len; i++)
        pgs_mine_condition(walk, argument(node, i));
    /* With an operand, an even number of parts has no ELSE. */
    const PgsNode *first = argument(node, 0);
    if (node->arguments->len < 3 || pgs_is_condition(first))
        return;
    for (guint i = 1; i + 1 < node->arguments->len; i += 2)
        mine_comparison(walk, "=", first, argument(node, i));
}

static gboolean
mine_known_function(PgsWalk *walk, const PgsNode *node)
{
    const char *operator= pgs_function_operator(node);
    if (operator== NULL)
        return FALSE;
    mine_comparison(walk, operator, argument(node, 0), argument(node, 1));
    return TRUE;
}

static void
mine_arguments(PgsWalk *walk, const PgsNode *node)
{
    for (guint i = 0; i < node->arguments->len; i++)
        pgs_mine_condition(walk, argument(node, i));
}

static void
mine_truth(PgsWalk *walk, const PgsNode *node, PgsSayingKind kind)
{
    g_autoptr(GPtrArray) subjects = subjects_of(walk, node);
    pgs_say_plainly(walk, subjects, kind);
}

void
pgs_mine_condition(PgsWalk *walk, const PgsNode *node)
{
    switch (node->kind) {
    case PGS_NODE_AND:
    case PGS_NODE_OR:
    case PGS_NODE_NOT:
    case PGS_NODE_BOOLEAN_TEST:
        mine_arguments(walk, node);
        break;
    case PGS_NODE_NULL_TEST:
        mine_truth(walk, argument(node, 0), PGS_SAYING_NULL);
        break;
    case PGS_NODE_DISTINCT:
        mine_comparison(walk, "=", argument(node, 0), argument(node, 1));
        break;
    case PGS_NODE_OPERATOR:
        if (node->arguments->len == 2)
            mine_comparison(walk, node->name, argument(node, 0), argument(node, 1));
        else
            mine_truth(walk, node, PGS_SAYING_TRUTH);
        break;
    case PGS_NODE_ANY:
    case PGS_NODE_ALL:
        mine_list(walk, node);
        break;
    case PGS_NODE_CASE:
        mine_case(walk, node);
        break;
    case PGS_NODE_COALESCE:
        if (g_strcmp0(node->name, "coalesce") == 0 && pgs_is_condition(argument(node, 0)))
            mine_arguments(walk, node);
        else
            mine_truth(walk, node, PGS_SAYING_TRUTH);
        break;
    case PGS_NODE_FUNCTION:
        if (!mine_known_function(walk, node))
            mine_truth(walk, node, PGS_SAYING_TRUTH);
        break;
    case PGS_NODE_CONSTANT:
        break;
    default:
        mine_truth(walk, node, PGS_SAYING_TRUTH);
        break;
    }
}

/* ---- all of it ---- */

typedef struct {
    GHashTable *covered;
    PgsMined *mined;
} Judgement;

static void
judge_node(const PgsNode *node, gpointer data)
{
    Judgement *judgement = data;
    if (pgs_node_is_name(node) && !g_hash_table_contains(judgement->covered, node))
        judgement->mined->is_covered = FALSE;
    if (!pgs_node_is_stateless(node))
        judgement->mined->is_stateless = FALSE;
}

typedef void (*MineFunc)(PgsWalk *walk, const PgsNode *node);

static void
mine_value(PgsWalk *walk, const PgsNode *node)
{
    mine_truth(walk, node, PGS_SAYING_TRUTH);
}

static void
mine_tree(const PgsInventory *inventory, const PgsNode *node, guint level, PgsMined *mined,
          MineFunc mine)
{
    PgsWalk walk = {.inventory = inventory, .mined = mined, .level = level};
    walk.chain = g_ptr_array_new_with_free_func(pgs_saying_step_free);
    walk.covered = g_hash_table_new(NULL, NULL);
    mine(&walk, node);
    Judgement judgement = {walk.covered, mined};
    pgs_node_walk(node, judge_node, &judgement);
    g_hash_table_unref(walk.covered);
    g_ptr_array_unref(walk.chain);
}

void
pgs_mine_tree(const PgsInventory *inventory, const PgsNode *node, guint level, PgsMined *mined)
{
    mine_tree(inventory, node, level, mined, pgs_mine_condition);
}

/* What a newer server prints and libpg_query 15 cannot read, as something that says much the same.
 */
static const struct {
    const char *pattern, *replacement;
} rewritings[] = {
    {"\\sIS (NOT )?JSON( VALUE| OBJECT| ARRAY| SCALAR)?( WITH(OUT)? UNIQUE( KEYS)?)?\\b",
     "::json IS NOT NULL"},
    /* JSON_VALUE(j, '$.a' RETURNING integer DEFAULT 3 ON EMPTY) */
    {"(?<=')( RETURNING [a-z_ .\"]+(\\([0-9, ]+\\))?)?"
     "( WITH(OUT)? [A-Z ]*WRAPPER)?( (KEEP|OMIT) QUOTES)?"
     "( (ERROR|NULL|TRUE|FALSE|UNKNOWN|EMPTY( ARRAY| OBJECT)?|DEFAULT [^()]*?) ON (EMPTY|ERROR))*"
     "(?=\\))",
     ""},
};

static char *
rewrite(const char *expression)
{
    char *text = g_strdup(expression);
    for (guint i = 0; i < G_N_ELEMENTS(rewritings); i++) {
        g_autoptr(GRegex) regex = g_regex_new(rewritings[i].pattern, 0, 0, NULL);
        g_autofree char *before = text;
        text = g_regex_replace_literal(regex, before, -1, 0, rewritings[i].replacement, 0, NULL);
        if (text == NULL)
            return g_steal_pointer(&before);
    }
    return text;
}

static PgsMined *
mine_expression(const PgsInventory *inventory, const char *expression, MineFunc mine)
{
    PgsMined *mined = pgs_mined_new();
    g_autoptr(PgsNode) node = pgs_expression_parse(expression, NULL);
    if (node != NULL) {
        mine_tree(inventory, node, 0, mined, mine);
        return mined;
    }
    g_autofree char *text = g_utf8_validate(expression, -1, NULL) ? rewrite(expression) : NULL;
    node = text != NULL ? pgs_expression_parse(text, NULL) : NULL;
    if (node != NULL)
        mine_tree(inventory, node, 0, mined, mine);
    g_ptr_array_unref(mined->constants);
    mined->constants = pgs_expression_scan_constants(expression);
    mined->is_parsed = mined->is_stateless = mined->is_covered = FALSE;
    return mined;
}

PgsMined *
pgs_mine_expression(const PgsInventory *inventory, const char *expression)
{
    return mine_expression(inventory, expression, pgs_mine_condition);
}

PgsMined *
pgs_mine_value(const PgsInventory *inventory, const char *expression)
{
    return mine_expression(inventory, expression, mine_value);
}
