#include "check/drift_scope.h"

#include "base/text.h"
#include "snapshot/kinds.h"

#include <stdlib.h>
#include <string.h>

/* What is left out: an attribute of a kind, of all kinds (kind NULL), or (attribute NULL) a whole
 * kind; in that scope, or (0) always. */
static const struct {
    const char *kind, *attribute;
    guint scope;
} left_out[] = {
    /* It belongs to the server, not to the schema. */
    {"role", NULL, 0},
    {"role membership", NULL, 0},
    {"tablespace", NULL, 0},
    {"parameter", NULL, 0},
    /* Data. */
    {"large objects", NULL, 0},
    /* Roles, passwords and places differ from one server to the next. */
    {"database", NULL, PGS_DRIFT_LIVE | PGS_DRIFT_SERVERS},
    {"default privileges", NULL, PGS_DRIFT_LIVE},
    {"system privileges", NULL, PGS_DRIFT_LIVE},
    {"user mapping", NULL, PGS_DRIFT_LIVE},
    {"subscription", NULL, PGS_DRIFT_LIVE},
    {"security label", NULL, PGS_DRIFT_LIVE},
    {NULL, "owner", PGS_DRIFT_LIVE | PGS_DRIFT_SERVERS},
    {NULL, "privileges", PGS_DRIFT_LIVE},
    {NULL, "tablespace", PGS_DRIFT_LIVE | PGS_DRIFT_SERVERS},
    /* The one that the server's packages bring. */
    {"extension", "version", PGS_DRIFT_LIVE | PGS_DRIFT_SERVERS},
    {"not-null constraint", NULL, PGS_DRIFT_NOT_NULL_DIFFERS},
};

PgsDriftScope
pgs_drift_scope_between(const PgsSnapshot *a, const PgsSnapshot *b)
{
    static const int keep_not_null[] = {17, 18}; /* of domains, of columns */
    int first = atoi(pgs_snapshot_server_version(a));
    int second = atoi(pgs_snapshot_server_version(b));
    for (gsize i = 0; i < G_N_ELEMENTS(keep_not_null); i++) {
        if ((first >= keep_not_null[i]) != (second >= keep_not_null[i]))
            return PGS_DRIFT_NOT_NULL_DIFFERS;
    }
    return 0;
}

/* Whether the kind (attribute NULL) or its attribute is left out. */
static gboolean
is_left_out(const char *kind, const char *attribute, PgsDriftScope scope)
{
    for (gsize i = 0; i < G_N_ELEMENTS(left_out); i++) {
        if ((left_out[i].kind == NULL || strcmp(left_out[i].kind, kind) == 0) &&
            g_strcmp0(left_out[i].attribute, attribute) == 0 &&
            (left_out[i].scope == 0 || (left_out[i].scope & scope) != 0))
            return TRUE;
    }
    return FALSE;
}

/* An identity as it is, or that of the schema public by its bare name. */
static gboolean
is_called(const char *identity, const char *name)
{
    static const char prefix[] = "public.";
    return strcmp(identity, name) == 0 ||
           (g_str_has_prefix(identity, prefix) && strcmp(identity + strlen(prefix), name) == 0);
}

/* The relation that an object goes with but is no part of: an owned sequence's; or NULL. */
static char *
owning_relation(const PgsObject *object)
{
    const char *column = pgs_object_get(object, "owned-by");
    if (column == NULL)
        return NULL;
    const char *end = column + strlen(column);
    gboolean quoted = FALSE;
    while (end > column && (*--end != '.' || quoted))
        quoted ^= *end == '"';
    return g_strndup(column, (gsize)(end - column));
}

/* Whether a word of ignore: means the object, or one that it is part of. */
static gboolean
is_meant(const PgsObject *object, const char *word)
{
    const PgsKind *kind = pgs_kind_at_start(word, strlen(word));
    const char *name = kind != NULL ? word + strlen(kind->kind) + 1 : word;
    if ((kind == NULL || strcmp(kind->kind, object->kind) == 0) &&
        is_called(object->identity, name))
        return TRUE;
    if (object->parent != NULL)
        return is_called(object->parent, name);
    g_autofree char *relation = owning_relation(object);
    return relation != NULL && is_called(relation, name);
}

static gboolean
is_ignored(const PgsObject *object, char **ignore)
{
    for (char **word = ignore; word != NULL && *word != NULL; word++) {
        if (is_meant(object, *word))
            return TRUE;
    }
    return FALSE;
}

/* The object without the attributes that are left out. */
static PgsObject *
narrow_object(const PgsObject *object, PgsDriftScope scope)
{
    g_autofree const char **names = g_new(const char *, object->n_attributes + 1);
    g_autofree const char **values = g_new(const char *, object->n_attributes + 1);
    guint n = 0;
    for (guint i = 0; i < object->n_attributes; i++) {
        if (is_left_out(object->kind, object->attributes[i].name, scope))
            continue;
        names[n] = object->attributes[i].name;
        values[n++] = object->attributes[i].value;
    }
    if (n == object->n_attributes)
        return pgs_object_ref((PgsObject *)object);
    return pgs_object_new(object->kind, object->identity, object->parent, names, values, n);
}

PgsSnapshot *
pgs_drift_narrow(PgsSnapshot *snapshot, PgsDriftScope scope, char **ignore)
{
    GPtrArray *kept = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_object_unref);
    for (guint i = 0; i < pgs_snapshot_n_objects(snapshot); i++) {
        const PgsObject *object = pgs_snapshot_object(snapshot, i);
        if (!is_left_out(object->kind, NULL, scope) && !is_ignored(object, ignore))
            g_ptr_array_add(kept, narrow_object(object, scope));
    }
    return pgs_snapshot_new_sorted(kept, pgs_snapshot_server_version(snapshot));
}

/* ---- the schemas of the books ---- */

/* An identity is quoted where it has to be. */
static gboolean
is_one_of(const char *identity, char **names)
{
    for (char **name = names; name != NULL && *name != NULL; name++) {
        g_autofree char *quoted = pgs_text_identifier(*name);
        if (strcmp(identity, *name) == 0 || strcmp(identity, quoted) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean
holds_nothing(const PgsSnapshot *snapshot, const PgsObject *schema)
{
    g_autofree char *prefix = g_strconcat(schema->identity, ".", NULL);
    for (guint i = 0; i < pgs_snapshot_n_objects(snapshot); i++) {
        if (g_str_has_prefix(pgs_snapshot_object(snapshot, i)->identity, prefix))
            return FALSE;
    }
    return TRUE;
}

PgsSnapshot *
pgs_drift_without_books(PgsSnapshot *is, const PgsSnapshot *should, char **schemas)
{
    GPtrArray *kept = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_object_unref);
    for (guint i = 0; i < pgs_snapshot_n_objects(is); i++) {
        const PgsObject *object = pgs_snapshot_object(is, i);
        if (strcmp(object->kind, "schema") != 0 || !is_one_of(object->identity, schemas) ||
            pgs_snapshot_find(should, "schema", object->identity) != NULL ||
            !holds_nothing(is, object))
            g_ptr_array_add(kept, pgs_object_ref((PgsObject *)object));
    }
    return pgs_snapshot_new_sorted(kept, pgs_snapshot_server_version(is));
}
