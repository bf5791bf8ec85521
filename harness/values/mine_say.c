#include "values/mine_walk.h"

static const PgsNode *
argument(const PgsNode *node, guint i)
{
    return g_ptr_array_index(node->arguments, i);
}

void
pgs_subject_free(gpointer data)
{
    PgsSubject *subject = data;
    g_ptr_array_unref(subject->steps);
    g_free(subject);
}

gboolean
pgs_node_is_name(const PgsNode *node)
{
    return node->kind == PGS_NODE_COLUMN || node->kind == PGS_NODE_VALUE;
}

gboolean
pgs_node_has_column(const PgsNode *node)
{
    if (pgs_node_is_name(node))
        return TRUE;
    for (guint i = 0; i < node->arguments->len; i++) {
        if (pgs_node_has_column(argument(node, i)))
            return TRUE;
    }
    return FALSE;
}

static PgsSaying *
new_saying(const PgsSubject *subject, PgsSayingKind kind, const char *operator)
{
    PgsSaying *saying = g_new0(PgsSaying, 1);
    saying->kind = kind;
    saying->column = g_strdup(subject->node->name);
    saying->steps = g_ptr_array_ref(subject->steps);
    saying->operator= g_strdup(operator);
    return saying;
}

static void
say(PgsWalk *walk, PgsSaying *saying)
{
    g_ptr_array_add(walk->mined->sayings, saying);
}

void
pgs_say_constant(PgsWalk *walk, const GPtrArray *subjects, const char *operator,
                 const PgsNode * constant, gboolean in_list)
{
    const PgsNode *bare = pgs_node_strip(constant);
    for (guint i = 0; i < subjects->len; i++) {
        PgsSaying *saying =
            new_saying(g_ptr_array_index(subjects, i), PGS_SAYING_COMPARED, operator);
        saying->in_list = in_list;
        if (bare->kind == PGS_NODE_CONSTANT) {
            saying->constant = bare->constant;
            saying->text = g_strdup(bare->text);
        } else if (pgs_is_constant_array(bare)) {
            saying->constant = PGS_CONSTANT_STRING;
            saying->text = pgs_array_literal_join(bare);
        } else {
            saying->sql = pgs_node_to_sql(constant);
        }
        say(walk, saying);
    }
}

void
pgs_say_text(PgsWalk *walk, const GPtrArray *subjects, const char *operator, const char * text)
{
    for (guint i = 0; i < subjects->len; i++) {
        PgsSaying *saying =
            new_saying(g_ptr_array_index(subjects, i), PGS_SAYING_COMPARED, operator);
        saying->in_list = TRUE;
        saying->constant = text != NULL ? PGS_CONSTANT_STRING : PGS_CONSTANT_NULL;
        saying->text = g_strdup(text);
        say(walk, saying);
    }
}

void
pgs_say_pattern(PgsWalk *walk, const GPtrArray *subjects, const char *operator,
                PgsPatternSyntax syntax, const char *pattern)
{
    for (guint i = 0; i < subjects->len; i++) {
        PgsSaying *saying =
            new_saying(g_ptr_array_index(subjects, i), PGS_SAYING_PATTERN, operator);
        saying->syntax = syntax;
        saying->text = g_strdup(pattern);
        say(walk, saying);
    }
}

void
pgs_say_columns(PgsWalk *walk, const GPtrArray *subjects, const char *operator,
                const GPtrArray * others)
{
    for (guint i = 0; i < subjects->len; i++) {
        for (guint k = 0; k < others->len; k++) {
            const PgsSubject *other = g_ptr_array_index(others, k);
            PgsSaying *saying =
                new_saying(g_ptr_array_index(subjects, i), PGS_SAYING_COLUMN, operator);
            saying->other = g_strdup(other->node->name);
            saying->other_steps = g_ptr_array_ref(other->steps);
            say(walk, saying);
        }
    }
}

void
pgs_say_plainly(PgsWalk *walk, const GPtrArray *subjects, PgsSayingKind kind)
{
    for (guint i = 0; i < subjects->len; i++)
        say(walk, new_saying(g_ptr_array_index(subjects, i), kind, NULL));
}
