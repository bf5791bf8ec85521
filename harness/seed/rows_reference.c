#include "seed/rows_reference.h"

#include <string.h>

static void
reference_free(gpointer data)
{
    PgsReference *reference = data;
    g_free(reference->table);
    g_strfreev(reference->columns);
    g_free(reference->target);
    g_strfreev(reference->target_columns);
    g_free(reference);
}

/* An SQL identifier, maybe quoted, as its plain name; *text moves behind it. */
static char *
read_identifier(const char **text)
{
    GString *name = g_string_new(NULL);
    const char *at = *text;
    if (*at != '"') {
        gsize n = strcspn(at, ", )");
        g_string_append_len(name, at, (gssize)n);
        at += n;
    } else {
        for (at++; *at != '\0' && (*at != '"' || at[1] == '"'); at++) {
            at += *at == '"';
            g_string_append_c(name, *at);
        }
        at += *at == '"';
    }
    *text = at;
    return g_string_free(name, FALSE);
}

/* "a, \"B c\"" */
static char **
read_identifiers(const char *text)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    while (*text != '\0' && *text != ')') {
        g_ptr_array_add(names, read_identifier(&text));
        text += strspn(text, ", ");
    }
    g_ptr_array_add(names, NULL);
    return (char **)g_ptr_array_free(g_steal_pointer(&names), FALSE);
}

/* The parenthesis in "public.users (id)" behind the table's name, which may have its own quotes. */
static const char *
find_parenthesis(const char *text)
{
    gboolean is_quoted = FALSE;
    for (; *text != '\0'; text++) {
        if (*text == '"')
            is_quoted = !is_quoted;
        else if (*text == '(' && !is_quoted)
            return text;
    }
    return NULL;
}

static PgsReference *
reference_new(const PgsObject *object)
{
    const char *columns = pgs_object_get(object, "columns");
    const char *references = pgs_object_get(object, "references");
    const char *parenthesis = references != NULL ? find_parenthesis(references) : NULL;
    if (object->parent == NULL || columns == NULL || parenthesis == NULL)
        return NULL;
    PgsReference *reference = g_new0(PgsReference, 1);
    reference->table = g_strdup(object->parent);
    reference->columns = read_identifiers(columns);
    reference->target = g_strchomp(g_strndup(references, (gsize)(parenthesis - references)));
    reference->target_columns = read_identifiers(parenthesis + 1);
    return reference;
}

GPtrArray *
pgs_references_new(const PgsSnapshot *snapshot)
{
    GPtrArray *references = g_ptr_array_new_with_free_func(reference_free);
    for (guint i = 0; i < pgs_snapshot_n_objects(snapshot); i++) {
        const PgsObject *object = pgs_snapshot_object(snapshot, i);
        PgsReference *reference =
            strcmp(object->kind, "foreign key") == 0 ? reference_new(object) : NULL;
        if (reference != NULL &&
            g_strv_length(reference->columns) == g_strv_length(reference->target_columns))
            g_ptr_array_add(references, reference);
        else if (reference != NULL)
            reference_free(reference);
    }
    return references;
}
