#include "values/mine_walk.h"

#include <string.h>

PgsMined *
pgs_mined_new(void)
{
    PgsMined *mined = g_new0(PgsMined, 1);
    mined->sayings = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_saying_free);
    mined->constants = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_node_free);
    mined->is_parsed = mined->is_stateless = mined->is_covered = TRUE;
    return mined;
}

void
pgs_mined_free(PgsMined *mined)
{
    if (mined == NULL)
        return;
    g_ptr_array_unref(mined->sayings);
    g_ptr_array_unref(mined->constants);
    g_free(mined);
}

PgsNode *
pgs_node_new_constant(const PgsNode *constant)
{
    PgsNode *node = g_new0(PgsNode, 1);
    node->kind = PGS_NODE_CONSTANT;
    node->constant = constant->constant;
    node->text = g_strdup(constant->text);
    node->arguments = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_node_free);
    return node;
}

void
pgs_saying_step_free(gpointer data)
{
    PgsSayingStep *step = data;
    g_free(step->name);
    g_free(step->schema);
    g_strfreev(step->arguments);
    g_free(step);
}

PgsSayingStep *
pgs_saying_step_copy(const PgsSayingStep *step)
{
    PgsSayingStep *copy = g_new0(PgsSayingStep, 1);
    *copy = *step;
    copy->name = g_strdup(step->name);
    copy->schema = g_strdup(step->schema);
    copy->arguments = g_strdupv(step->arguments);
    return copy;
}

/* Steps are never changed once they are a saying's. */
static GPtrArray *
ref_steps(GPtrArray *steps)
{
    return steps != NULL ? g_ptr_array_ref(steps) : NULL;
}

PgsSaying *
pgs_saying_copy(const PgsSaying *saying)
{
    PgsSaying *copy = g_new0(PgsSaying, 1);
    *copy = *saying;
    copy->column = g_strdup(saying->column);
    copy->steps = ref_steps(saying->steps);
    copy->operator= g_strdup(saying->operator);
    copy->text = g_strdup(saying->text);
    copy->sql = g_strdup(saying->sql);
    copy->other = g_strdup(saying->other);
    copy->other_steps = ref_steps(saying->other_steps);
    return copy;
}

void
pgs_saying_free(PgsSaying *saying)
{
    if (saying == NULL)
        return;
    g_free(saying->column);
    g_clear_pointer(&saying->steps, g_ptr_array_unref);
    g_free(saying->operator);
    g_free(saying->text);
    g_free(saying->sql);
    g_free(saying->other);
    g_clear_pointer(&saying->other_steps, g_ptr_array_unref);
    g_free(saying);
}

/* ---- array literals ---- */

/* At an opening quote; behind the closing one on return. */
static char *
read_quoted(const char **at)
{
    GString *text = g_string_new(NULL);
    const char *p = *at + 1;
    for (; *p != '\0' && *p != '"'; p++) {
        if (*p == '\\' && p[1] != '\0')
            p++;
        g_string_append_c(text, *p);
    }
    *at = *p == '"' ? p + 1 : p;
    return g_string_free(text, FALSE);
}

static char *
read_plain(const char **at)
{
    GString *text = g_string_new(NULL);
    const char *p = *at;
    for (; *p != '\0' && *p != ',' && *p != '}'; p++) {
        if (*p == '\\' && p[1] != '\0')
            p++;
        g_string_append_c(text, *p);
    }
    *at = p;
    g_strchomp(text->str);
    return g_string_free(text, FALSE);
}

GPtrArray *
pgs_array_literal_split(const char *text)
{
    g_autoptr(GPtrArray) elements = g_ptr_array_new_with_free_func(g_free);
    const char *at = text + strspn(text, " \t\n");
    if (*at++ != '{')
        return NULL;
    at += strspn(at, " \t\n");
    while (*at != '}' && *at != '\0') {
        if (*at == '{')
            return NULL;
        gboolean is_quoted = *at == '"';
        g_autofree char *element = is_quoted ? read_quoted(&at) : read_plain(&at);
        gboolean is_null = !is_quoted && g_ascii_strcasecmp(element, "null") == 0;
        g_ptr_array_add(elements, is_null ? NULL : g_steal_pointer(&element));
        at += strspn(at, " \t\n");
        if (*at == ',')
            at += 1 + strspn(at + 1, " \t\n");
        else if (*at != '}')
            return NULL;
    }
    return *at == '}' ? g_steal_pointer(&elements) : NULL;
}

void
pgs_array_literal_append(GString *literal, const char *element)
{
    if (literal->len > 0 && literal->str[literal->len - 1] != '{')
        g_string_append_c(literal, ',');
    if (element == NULL) {
        g_string_append(literal, "NULL");
        return;
    }
    g_string_append_c(literal, '"');
    for (const char *at = element; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\')
            g_string_append_c(literal, '\\');
        g_string_append_c(literal, *at);
    }
    g_string_append_c(literal, '"');
}

gboolean
pgs_is_constant_array(const PgsNode *node)
{
    for (guint i = 0; i < node->arguments->len; i++) {
        if (pgs_node_strip(g_ptr_array_index(node->arguments, i))->kind != PGS_NODE_CONSTANT)
            return FALSE;
    }
    return node->kind == PGS_NODE_ARRAY;
}

char *
pgs_array_literal_join(const PgsNode *array)
{
    GString *literal = g_string_new("{");
    for (guint i = 0; i < array->arguments->len; i++)
        pgs_array_literal_append(literal,
                                 pgs_node_strip(g_ptr_array_index(array->arguments, i))->text);
    g_string_append_c(literal, '}');
    return g_string_free(literal, FALSE);
}
