#include "values/mine_walk.h"

#include "sql/token.h"

#include <string.h>

enum {
    BODY_LEVELS = 2, /* bodies of functions that a body calls */
};

/* Words behind which an expression stands, and words before which it ends. */
static const char *const openers[] = {"IF",    "ELSIF", "ELSEIF", "WHEN",  "RETURN",
                                      "WHERE", "WHILE", "SELECT", "ASSERT"};
static const char *const closers[] = {"THEN",  "LOOP",  "FROM",   "INTO",  "ORDER",
                                      "GROUP", "LIMIT", "RETURN", "WHERE", "UNION"};

static gboolean
is_word(const PgsToken *token, const char *const *words, gsize n)
{
    for (gsize i = 0; token->kind == PGS_TOKEN_WORD && i < n; i++) {
        if (pgs_token_is(token, words[i]))
            return TRUE;
    }
    return FALSE;
}

/* The first token behind the expression that begins at from: a closer outside of parentheses and of
 * CASE … END. */
static guint
find_end(const GArray *tokens, guint from)
{
    gint depth = 0;
    guint i;
    for (i = from; i < tokens->len; i++) {
        const PgsToken *token = &g_array_index(tokens, PgsToken, i);
        if (pgs_token_is_char(token, '(') || pgs_token_is(token, "CASE"))
            depth++;
        else if (pgs_token_is_char(token, ')') || (depth > 0 && pgs_token_is(token, "END")))
            depth--;
        if (depth < 0 || pgs_token_is_char(token, ';') ||
            (depth == 0 && i > from && is_word(token, closers, G_N_ELEMENTS(closers))))
            break;
    }
    return i;
}

static void
mine_fragment(const PgsInventory *inventory, const GArray *tokens, guint from, guint end,
              guint level, PgsMined *mined)
{
    if (from >= end)
        return;
    const PgsToken *first = &g_array_index(tokens, PgsToken, from);
    const PgsToken *last = &g_array_index(tokens, PgsToken, end - 1);
    gsize length = (gsize)(last->text + last->length - first->text);
    g_autofree char *text = g_strndup(first->text, length);
    g_autoptr(PgsNode) node = pgs_expression_parse(text, NULL);
    if (node != NULL)
        pgs_mine_tree(inventory, node, level, mined);
}

PgsMined *
pgs_mine_code(const PgsInventory *inventory, const char *body, guint level)
{
    PgsMined *mined = pgs_mined_new();
    mined->is_stateless = mined->is_covered = FALSE;
    g_ptr_array_unref(mined->constants);
    mined->constants = pgs_expression_scan_constants(body);
    if (!g_utf8_validate(body, -1, NULL))
        return mined;
    g_autofree char *text = g_strdup(body);
    g_autoptr(GArray) tokens = pgs_token_scan_all(text);
    for (guint i = 0; i < tokens->len; i++) {
        const PgsToken *token = &g_array_index(tokens, PgsToken, i);
        if (!is_word(token, openers, G_N_ELEMENTS(openers)))
            continue;
        guint end = find_end(tokens, i + 1);
        mine_fragment(inventory, tokens, i + 1, end, level, mined);
    }
    return mined;
}

PgsMined *
pgs_mine_body(const PgsInventory *inventory, const char *body)
{
    return pgs_mine_code(inventory, body, 0);
}

/* ---- functions' bodies ---- */

/* What the body says of its arguments, said of the column. */
static void
say_inner(PgsWalk *walk, const PgsSubject *subject, const PgsMined *inner)
{
    for (guint i = 0; i < inner->sayings->len; i++) {
        PgsSaying *saying = pgs_saying_copy(g_ptr_array_index(inner->sayings, i));
        g_autoptr(GPtrArray) steps = g_steal_pointer(&saying->steps);
        saying->steps = g_ptr_array_new_with_free_func(pgs_saying_step_free);
        for (guint k = 0; k < subject->steps->len; k++)
            g_ptr_array_add(saying->steps,
                            pgs_saying_step_copy(g_ptr_array_index(subject->steps, k)));
        for (guint k = 0; k < steps->len; k++)
            g_ptr_array_add(saying->steps, pgs_saying_step_copy(g_ptr_array_index(steps, k)));
        g_free(saying->column);
        saying->column = g_strdup(subject->node->name);
        if (saying->kind == PGS_SAYING_COLUMN || saying->sql != NULL)
            pgs_saying_free(saying); /* its names mean nothing here */
        else
            g_ptr_array_add(walk->mined->sayings, saying);
    }
}

void
pgs_mine_function_body(PgsWalk *walk, const PgsNode *node)
{
    const char *body =
        walk->inventory != NULL && walk->level < BODY_LEVELS && !pgs_function_is_known(node)
            ? pgs_inventory_function_body(walk->inventory, node->schema, node->name)
            : NULL;
    if (body == NULL)
        return;
    g_autoptr(PgsMined) inner = pgs_mine_code(walk->inventory, body, walk->level + 1);
    g_autoptr(GPtrArray) outer = g_steal_pointer(&walk->chain);
    walk->chain = g_ptr_array_new_with_free_func(pgs_saying_step_free);
    for (guint i = 0; i < node->arguments->len; i++) {
        g_autoptr(GPtrArray) subjects = g_ptr_array_new_with_free_func(pgs_subject_free);
        pgs_mine_named(walk, g_ptr_array_index(node->arguments, i), "body", subjects);
        for (guint k = 0; k < subjects->len; k++)
            say_inner(walk, g_ptr_array_index(subjects, k), inner);
    }
    g_ptr_array_unref(walk->chain);
    walk->chain = g_steal_pointer(&outer);
    for (guint i = 0; i < inner->constants->len; i++)
        g_ptr_array_add(walk->mined->constants,
                        pgs_node_new_constant(g_ptr_array_index(inner->constants, i)));
}
