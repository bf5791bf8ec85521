#include "check/expect_nearest.h"

#include "base/text.h"
#include "check/expect_name.h"
#include "snapshot/kinds.h"

#include <string.h>

#define ADVICE "make it in a migration, or take it out of the expectations"

/* Kinds, and the attributes of which one alone makes two of them alike, the likest first. */
static const struct {
    const char *kind;
    const char *attributes[4];
} shapes[] = {
    {"index", {"columns", NULL}},
    {"foreign key", {"columns", "references", NULL}},
    {"check constraint", {"expression", NULL}},
    {"primary key", {"columns", NULL}},
    {"trigger", {"function", "events", NULL}},
    {"enum type", {"labels", NULL}},
    {"view", {"definition", NULL}},
    {"function", {"body", NULL}},
    {"policy", {"using", NULL}},
};

static gboolean
is_alike(const PgsExpectScope *scope, const PgsObject *object, const char *attribute)
{
    g_autoptr(GPtrArray) comparisons = pgs_expect_compare(scope, object);
    const PgsComparison *comparison = pgs_comparison_find(comparisons, attribute);
    return comparison != NULL && comparison->is_said && comparison->is_equal &&
           comparison->actual != NULL;
}

static gboolean
is_of_kind(const PgsExpectScope *scope, const PgsObject *object)
{
    const char *own[2];
    return g_strv_contains(pgs_expect_kinds(scope->expectation->kind, own), object->kind);
}

/* Objects of the kind: the relation's, or (no relation is said) all. */
static const PgsObject *
find_alike(const PgsExpectScope *scope, const char *attribute)
{
    const PgsSnapshot *snapshot = pgs_lookup_snapshot(scope->lookup);
    const GPtrArray *parts =
        scope->relation != NULL ? pgs_lookup_parts(scope->lookup, scope->relation->identity) : NULL;
    guint n = parts != NULL ? parts->len : pgs_snapshot_n_objects(snapshot);
    for (guint i = 0; i < n; i++) {
        const PgsObject *object =
            parts != NULL ? g_ptr_array_index(parts, i) : pgs_snapshot_object(snapshot, i);
        if (is_of_kind(scope, object) && is_alike(scope, object, attribute))
            return object;
    }
    return NULL;
}

static char *
same_shape(const PgsExpectScope *scope)
{
    for (gsize i = 0; i < G_N_ELEMENTS(shapes); i++) {
        if (strcmp(shapes[i].kind, scope->expectation->kind) != 0)
            continue;
        for (const char *const *attribute = shapes[i].attributes; *attribute != NULL; attribute++) {
            const PgsObject *object = find_alike(scope, *attribute);
            if (object != NULL)
                return g_strdup_printf("%s %s has the same %s (%s)", object->kind, object->identity,
                                       *attribute, pgs_object_get(object, *attribute));
        }
    }
    return NULL;
}

/* A key over the columns in another order, or with others beside them. */
static char *
other_keys(const PgsExpectScope *scope)
{
    const char *columns;
    if (scope->relation == NULL || !pgs_expectation_get(scope->expectation, "columns", &columns) ||
        columns == NULL)
        return NULL;
    static const char *const keys[] = {"primary key", "unique constraint", "exclusion constraint",
                                       "index", NULL};
    const char *own[2];
    const char *const *kinds = strcmp(scope->expectation->kind, "foreign key") == 0
                                   ? pgs_expect_kinds("foreign key", own)
                                   : keys;
    g_auto(GStrv) wanted = pgs_expect_list_names(columns);
    const GPtrArray *parts = pgs_lookup_parts(scope->lookup, scope->relation->identity);
    for (guint i = 0; i < parts->len; i++) {
        const PgsObject *part = g_ptr_array_index(parts, i);
        const char *has = pgs_object_get(part, "columns");
        if (has == NULL || !g_strv_contains(kinds, part->kind))
            continue;
        g_auto(GStrv) actual = pgs_expect_list_names(has);
        guint common = 0;
        for (char **name = wanted; *name != NULL; name++)
            common += g_strv_contains((const char *const *)actual, *name);
        if (common == g_strv_length(wanted))
            return g_strdup_printf(
                "%s%s%s %s is over (%s)%s%s",
                pgs_object_get(part, "unique") != NULL ? "unique " : "",
                pgs_object_get(part, "predicate") != NULL ? "partial " : "", part->kind,
                part->identity, has, pgs_object_get(part, "predicate") != NULL ? " where " : "",
                pgs_object_get(part, "predicate") != NULL ? pgs_object_get(part, "predicate") : "");
    }
    return NULL;
}

/* The plain own name that the expectation gives; NULL: none. */
static char *
expected_own_name(const PgsExpectation *expectation)
{
    if (expectation->name == NULL)
        return NULL;
    const PgsKind *kind = pgs_kind_find(expectation->kind);
    if (expectation->relation != NULL && (kind == NULL || kind->is_part))
        return pgs_expect_name_plain(expectation->name);
    g_autofree char *name = g_strndup(expectation->name, strcspn(expectation->name, "("));
    g_auto(GStrv) names = pgs_expect_name_split(name, 0);
    return g_strdup(names[g_strv_length(names) - 1]);
}

/* An object whose own name is the same: of another relation or schema, or of another kind. */
static char *
same_name(const PgsExpectScope *scope, const char *name)
{
    const PgsSnapshot *snapshot = pgs_lookup_snapshot(scope->lookup);
    const PgsKind *wanted = pgs_kind_find(scope->expectation->kind);
    for (guint i = 0; i < pgs_snapshot_n_objects(snapshot); i++) {
        const PgsObject *object = pgs_snapshot_object(snapshot, i);
        const PgsKind *kind = pgs_kind_find(object->kind);
        /* Columns of one name are everywhere. */
        if (strcmp(object->kind, "column") == 0 || kind == NULL || wanted == NULL ||
            (kind->is_part && !wanted->is_part && strcmp(wanted->kind, "index") != 0))
            continue;
        g_autofree char *own = pgs_object_own_name(object);
        if (strcmp(own, name) == 0)
            return g_strdup_printf("there is a %s %s", object->kind, object->identity);
    }
    return NULL;
}

/* The nearest name among the objects of the kind that belong to the same relation, if one is said.
 */
static char *
near_name(const PgsExpectScope *scope, const char *name)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) objects = g_ptr_array_new();
    const PgsSnapshot *snapshot = pgs_lookup_snapshot(scope->lookup);
    for (guint i = 0; i < pgs_snapshot_n_objects(snapshot); i++) {
        const PgsObject *object = pgs_snapshot_object(snapshot, i);
        if (!is_of_kind(scope, object) ||
            (scope->relation != NULL && g_strcmp0(object->parent, scope->relation->identity) != 0))
            continue;
        g_ptr_array_add(names, pgs_object_own_name(object));
        g_ptr_array_add(objects, (gpointer)object);
    }
    g_ptr_array_add(names, NULL);
    const char *nearest = pgs_text_nearest(name, (const char *const *)names->pdata);
    for (guint i = 0; nearest != NULL && i < objects->len; i++) {
        const PgsObject *object = g_ptr_array_index(objects, i);
        if (names->pdata[i] == nearest)
            return g_strdup_printf("the nearest name is %s %s", object->kind, object->identity);
    }
    return NULL;
}

static char *
advise(char *found)
{
    if (found == NULL)
        return g_strdup(ADVICE);
    char *advice = g_strconcat(found, "; " ADVICE, NULL);
    g_free(found);
    return advice;
}

char *
pgs_expect_nearest(const PgsExpectScope *scope)
{
    g_autofree char *name = expected_own_name(scope->expectation);
    char *found = same_shape(scope);
    if (found == NULL && name == NULL)
        found = other_keys(scope);
    if (found == NULL && name != NULL)
        found = same_name(scope, name);
    if (found == NULL && name != NULL)
        found = near_name(scope, name);
    if (found == NULL)
        found = other_keys(scope);
    return advise(found);
}

char *
pgs_expect_nearest_relation(const PgsExpectScope *scope)
{
    PgsExpectation table = {
        .kind = "table",
        .name = scope->expectation->relation,
        .attributes = scope->expectation->attributes,
    };
    PgsExpectScope of_table = *scope;
    of_table.expectation = &table;
    of_table.relation = NULL;
    g_autofree char *name = expected_own_name(&table);
    char *found = near_name(&of_table, name);
    if (found == NULL)
        found = same_name(&of_table, name);
    return advise(found);
}
