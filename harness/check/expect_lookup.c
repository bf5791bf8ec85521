#include "check/expect_lookup.h"

#include "check/expect_name.h"

#include <string.h>

struct _PgsLookup {
    const PgsSnapshot *snapshot;
    GHashTable *by_names;  /* key() → PgsObject */
    GHashTable *by_parent; /* identity → GPtrArray of PgsObject */
    GPtrArray *nothing;
};

static const char *const routine_kinds[] = {"function", "procedure", "aggregate", "window function",
                                            NULL};
static const char *const relation_kinds[] = {"table", "foreign table", "view", "materialized view",
                                             NULL};

/* Where a function's arguments begin; NULL: the object is no function. */
static const char *
arguments_of(const PgsObject *object)
{
    if (!g_strv_contains(routine_kinds, object->kind))
        return NULL;
    gboolean is_quoted = FALSE;
    for (const char *at = object->identity; *at != '\0'; at++) {
        if (*at == '"')
            is_quoted = !is_quoted;
        else if (*at == '(' && !is_quoted)
            return at;
    }
    return NULL;
}

char **
pgs_object_names(const PgsObject *object)
{
    const char *arguments = arguments_of(object);
    if (arguments == NULL)
        return pgs_expect_name_split(object->identity, 0);
    g_autofree char *name = g_strndup(object->identity, (gsize)(arguments - object->identity));
    char **names = pgs_expect_name_split(name, 0);
    guint n = g_strv_length(names);
    names = g_renew(char *, names, n + 2);
    names[n] = g_strdup(arguments);
    names[n + 1] = NULL;
    return names;
}

char *
pgs_object_own_name(const PgsObject *object)
{
    g_auto(GStrv) names = pgs_object_names(object);
    guint last = g_strv_length(names) - 1;
    if (last > 0 && arguments_of(object) != NULL)
        last--;
    return g_strdup(names[last]);
}

const char *
pgs_object_own_identifier(const PgsObject *object)
{
    const char *own = object->identity;
    gboolean is_quoted = FALSE;
    for (const char *at = object->identity; *at != '\0' && *at != '('; at++) {
        if (*at == '"')
            is_quoted = !is_quoted;
        else if (*at == '.' && !is_quoted)
            own = at + 1;
    }
    return own;
}

/* Units cannot be part of a name that anybody has: ASCII's own separators. */
static char *
key(const char *kind, const char *const *names)
{
    g_autofree char *joined = g_strjoinv("\x1f", (char **)names);
    return g_strconcat(kind, "\x1e", joined, NULL);
}

static void
add_part(PgsLookup *lookup, const PgsObject *object)
{
    GPtrArray *parts = g_hash_table_lookup(lookup->by_parent, object->parent);
    if (parts == NULL) {
        parts = g_ptr_array_new();
        g_hash_table_insert(lookup->by_parent, object->parent, parts);
    }
    g_ptr_array_add(parts, (gpointer)object);
}

PgsLookup *
pgs_lookup_new(const PgsSnapshot *snapshot)
{
    PgsLookup *lookup = g_new0(PgsLookup, 1);
    lookup->snapshot = snapshot;
    lookup->by_names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    lookup->by_parent =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
    lookup->nothing = g_ptr_array_new();
    for (guint i = 0; i < pgs_snapshot_n_objects(snapshot); i++) {
        const PgsObject *object = pgs_snapshot_object(snapshot, i);
        g_auto(GStrv) names = pgs_object_names(object);
        g_hash_table_insert(lookup->by_names, key(object->kind, (const char *const *)names),
                            (gpointer)object);
        if (object->parent != NULL)
            add_part(lookup, object);
    }
    return lookup;
}

void
pgs_lookup_free(PgsLookup *lookup)
{
    if (lookup == NULL)
        return;
    g_hash_table_unref(lookup->by_names);
    g_hash_table_unref(lookup->by_parent);
    g_ptr_array_unref(lookup->nothing);
    g_free(lookup);
}

const PgsSnapshot *
pgs_lookup_snapshot(const PgsLookup *lookup)
{
    return lookup->snapshot;
}

const PgsObject *
pgs_lookup_find(const PgsLookup *lookup, const char *kind, const char *const *names)
{
    g_autofree char *wanted = key(kind, names);
    return g_hash_table_lookup(lookup->by_names, wanted);
}

const PgsObject *
pgs_lookup_relation(const PgsLookup *lookup, const char *name)
{
    g_auto(GStrv) names = pgs_expect_name_split(name, 2);
    const char *const path[] = {names[1] != NULL ? names[0] : "public",
                                names[1] != NULL ? names[1] : names[0], NULL};
    for (const char *const *kind = relation_kinds; *kind != NULL; kind++) {
        const PgsObject *found = pgs_lookup_find(lookup, *kind, path);
        if (found != NULL)
            return found;
    }
    return NULL;
}

const PgsObject *
pgs_lookup_column(const PgsLookup *lookup, const PgsObject *relation, const char *name)
{
    g_auto(GStrv) names = pgs_object_names(relation);
    const char *const path[] = {names[0], names[1], name, NULL};
    return pgs_lookup_find(lookup, "column", path);
}

const GPtrArray *
pgs_lookup_parts(const PgsLookup *lookup, const char *relation_identity)
{
    const GPtrArray *parts = g_hash_table_lookup(lookup->by_parent, relation_identity);
    return parts != NULL ? parts : lookup->nothing;
}

const PgsObject *
pgs_lookup_primary_key(const PgsLookup *lookup, const PgsObject *relation)
{
    const GPtrArray *parts = pgs_lookup_parts(lookup, relation->identity);
    for (guint i = 0; i < parts->len; i++) {
        const PgsObject *part = g_ptr_array_index(parts, i);
        if (strcmp(part->kind, "primary key") == 0)
            return part;
    }
    return NULL;
}
