#include "check/version_schema.h"

#include "base/text.h"
#include "check/drift_scope.h"
#include "check/system_words.h"
#include "check/versions.h"
#include "diff/diff.h"

#include <stdlib.h>
#include <string.h>

#define SCHEMA "servers.schema"
#define NONE "(none)"
/* A value in a message; the whole of it is in expected and actual. */
#define VALUE_WIDTH 60
/* Objects that the note on spelling names. */
#define MAX_NAMED 3

/* An object that is not the same everywhere. */
typedef struct {
    const char *kind, *identity; /* of an object in the heads */
    gboolean whole;              /* one of them lacks it */
    GPtrArray *attributes;       /* const char *: those that differ */
} Object;

typedef struct {
    const PgsSink *sink;
    const GPtrArray *heads;
    GPtrArray *schemas; /* PgsSnapshot: heads without what is out of scope */
    PgsTolerances tolerances;
    GPtrArray *diffs;   /* PgsDiff, which own what objects borrows */
    GPtrArray *objects; /* Object, in the order in which they were met */
    gboolean majors_differ;
} Comparison;

static void
object_free(gpointer data)
{
    Object *object = data;
    g_ptr_array_unref(object->attributes);
    g_free(object);
}

static void
comparison_clear(Comparison *comparison)
{
    g_ptr_array_unref(comparison->objects);
    g_ptr_array_unref(comparison->diffs);
    g_ptr_array_unref(comparison->schemas);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Comparison, comparison_clear)

/* ---- what differs ---- */

static Object *
find_object(Comparison *comparison, const PgsObject *wanted)
{
    for (guint i = 0; i < comparison->objects->len; i++) {
        Object *object = comparison->objects->pdata[i];
        if (object->kind == wanted->kind && strcmp(object->identity, wanted->identity) == 0)
            return object;
    }
    Object *object = g_new0(Object, 1);
    object->kind = wanted->kind;
    object->identity = wanted->identity;
    object->attributes = g_ptr_array_new();
    g_ptr_array_add(comparison->objects, object);
    return object;
}

static void
take_difference(Comparison *comparison, const PgsDifference *difference)
{
    gboolean counts = difference->nature == PGS_NATURE_REAL || comparison->sink->system->strict;
    if (difference->tolerated != NULL || !counts)
        return;
    Object *object = find_object(comparison, difference->before != NULL ? difference->before
                                                                        : difference->after);
    if (difference->change != PGS_CHANGE_ATTRIBUTE)
        object->whole = TRUE;
    else if (!g_ptr_array_find(object->attributes, difference->attribute, NULL))
        g_ptr_array_add(object->attributes, (gpointer)difference->attribute);
}

/* Each against the first. */
static void
compare(Comparison *comparison)
{
    for (guint i = 1; i < comparison->schemas->len; i++) {
        PgsDiff *diff = pgs_diff_new(comparison->schemas->pdata[0], comparison->schemas->pdata[i],
                                     comparison->tolerances);
        g_ptr_array_add(comparison->diffs, diff);
        for (guint d = 0; d < pgs_diff_n_differences(diff); d++)
            take_difference(comparison, pgs_diff_difference(diff, d));
    }
}

static void
narrow_heads(Comparison *comparison)
{
    PgsDriftScope scope = PGS_DRIFT_SERVERS;
    const PgsVersionHead *first = comparison->heads->pdata[0];
    int major = atoi(pgs_snapshot_server_version(first->snapshot));
    for (guint i = 1; i < comparison->heads->len; i++) {
        const PgsVersionHead *head = comparison->heads->pdata[i];
        scope |= pgs_drift_scope_between(first->snapshot, head->snapshot);
        comparison->majors_differ =
            comparison->majors_differ || atoi(pgs_snapshot_server_version(head->snapshot)) != major;
    }
    for (guint i = 0; i < comparison->heads->len; i++) {
        const PgsVersionHead *head = comparison->heads->pdata[i];
        g_ptr_array_add(comparison->schemas, pgs_drift_narrow(head->snapshot, scope, NULL));
    }
}

/* Attributes that the server writes anew from what it has parsed; and privileges, of which GRANT
 * ALL gives one more in each version that has one more. */
static gboolean
is_spelled(const char *attribute)
{
    static const char *const names[] = {
        "definition", "default", "expression",   "predicate", "generated", "using",
        "with-check", "when",    "partition-by", "bound",     "columns",   "arguments",
        "body",       "tables",  "privileges",   NULL,
    };
    return g_strv_contains(names, attribute);
}

/* Whether the versions may only spell the same thing in their own ways. */
static gboolean
may_be_spelling(const Comparison *comparison, const Object *object)
{
    for (guint i = 0; i < object->attributes->len; i++) {
        if (!is_spelled(object->attributes->pdata[i]))
            return FALSE;
    }
    return comparison->majors_differ && !object->whole;
}

/* ---- what each of them has ---- */

/* What one server has of the object: "(none)", its attributes that differ, or (whole) all. */
static char *
describe_on(const Comparison *comparison, const Object *object, guint index)
{
    const PgsObject *found =
        pgs_snapshot_find(comparison->schemas->pdata[index], object->kind, object->identity);
    if (found == NULL)
        return g_strdup(NONE);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < found->n_attributes; i++) {
        const PgsAttribute *attribute = &found->attributes[i];
        if (object->whole || g_ptr_array_find(object->attributes, attribute->name, NULL))
            g_string_append_printf(text, "%s%s: %s", text->len > 0 ? "\n" : "", attribute->name,
                                   attribute->value);
    }
    for (guint i = 0; !object->whole && i < object->attributes->len; i++) {
        const char *name = object->attributes->pdata[i];
        if (pgs_object_get(found, name) == NULL)
            g_string_append_printf(text, "%s%s: " NONE, text->len > 0 ? "\n" : "", name);
    }
    return g_string_free(text, FALSE);
}

/* The servers that have the same. */
typedef struct {
    char *text;
    GPtrArray *servers; /* const char * */
} Side;

static void
side_free(gpointer data)
{
    Side *side = data;
    g_free(side->text);
    g_ptr_array_unref(side->servers);
    g_free(side);
}

/* The first server's comes first. */
static GPtrArray *
find_sides(const Comparison *comparison, const Object *object)
{
    GPtrArray *sides = g_ptr_array_new_with_free_func(side_free);
    for (guint i = 0; i < comparison->heads->len; i++) {
        const PgsVersionHead *head = comparison->heads->pdata[i];
        g_autofree char *text = describe_on(comparison, object, i);
        Side *side = NULL;
        for (guint k = 0; k < sides->len && side == NULL; k++) {
            Side *known = sides->pdata[k];
            side = strcmp(known->text, text) == 0 ? known : NULL;
        }
        if (side == NULL) {
            side = g_new0(Side, 1);
            side->text = g_steal_pointer(&text);
            side->servers = g_ptr_array_new();
            g_ptr_array_add(sides, side);
        }
        g_ptr_array_add(side->servers, head->server);
    }
    return sides;
}

/* "it is on docker:15 and docker:17, and not on docker:13" */
static char *
describe_presence(const GPtrArray *sides)
{
    g_autoptr(GPtrArray) with = g_ptr_array_new(), without = g_ptr_array_new();
    for (guint i = 0; i < sides->len; i++) {
        const Side *side = sides->pdata[i];
        GPtrArray *list = strcmp(side->text, NONE) == 0 ? without : with;
        for (guint k = 0; k < side->servers->len; k++)
            g_ptr_array_add(list, side->servers->pdata[k]);
    }
    g_autofree char *there = pgs_versions_list(with);
    g_autofree char *missing = pgs_versions_list(without);
    return g_strdup_printf("it is on %s, and not on %s", there, missing);
}

/* "type: json on docker:13; type: jsonb on docker:15" */
static char *
describe_values(const GPtrArray *sides)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < sides->len; i++) {
        const Side *side = sides->pdata[i];
        g_autofree char *servers = pgs_versions_list(side->servers);
        g_autofree char *folded = pgs_text_fold_space(side->text);
        g_autofree char *cut = pgs_text_ellipsize(folded, VALUE_WIDTH);
        g_string_append_printf(text, "%s%s on %s", i > 0 ? "; " : "", cut, servers);
    }
    return g_string_free(text, FALSE);
}

/* "docker:13:" and what it has, side by side. */
static char *
describe_all(const GPtrArray *sides, guint from)
{
    GString *text = g_string_new(NULL);
    for (guint i = from; i < sides->len; i++) {
        const Side *side = sides->pdata[i];
        g_autofree char *servers = pgs_versions_list(side->servers);
        g_string_append_printf(text, "%son %s:\n%s", i > from ? "\n" : "", servers, side->text);
    }
    return g_string_free(text, FALSE);
}

/* ---- findings ---- */

static void
report_object(const Comparison *comparison, const Object *object)
{
    g_autoptr(GPtrArray) sides = find_sides(comparison, object);
    g_autofree char *title = g_strdup_printf("%s %s", object->kind, object->identity);
    PgsFinding *finding =
        pgs_finding_new(SCHEMA, PGS_STATUS_WARNING, comparison->sink->system->name, NULL, title);
    finding->object = g_strdup(title);
    finding->message = object->whole ? describe_presence(sides) : describe_values(sides);
    /* Expected is what the first has, actual what the others have instead. */
    const Side *first = sides->pdata[0];
    g_autofree char *servers = pgs_versions_list(first->servers);
    finding->expected = g_strdup_printf("on %s:\n%s", servers, first->text);
    finding->actual = describe_all(sides, 1);
    finding->hint = g_strdup("let migrations make the same on every version; or accept it: "
                             "accept: {check: " SCHEMA ", object: …, reason: …}");
    pgs_sink_add(comparison->sink, finding);
}

/* "view public.a, index public.b and 3 more" */
static char *
name_objects(const GPtrArray *objects)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < MIN(objects->len, MAX_NAMED); i++) {
        const Object *object = objects->pdata[i];
        g_string_append_printf(text, "%s%s %s", i > 0 ? ", " : "", object->kind, object->identity);
    }
    if (objects->len > MAX_NAMED)
        g_string_append_printf(text, " and %u more", objects->len - MAX_NAMED);
    return g_string_free(text, FALSE);
}

static void
report_spelling(const Comparison *comparison, const GPtrArray *objects)
{
    if (objects->len == 0)
        return;
    g_autofree char *names = name_objects(objects);
    g_autofree char *count = pgs_text_count(objects->len, "object", NULL);
    g_autoptr(GString) detail = g_string_new(NULL);
    for (guint i = 0; i < objects->len; i++) {
        const Object *object = objects->pdata[i];
        g_autoptr(GPtrArray) sides = find_sides(comparison, object);
        g_autofree char *all = describe_all(sides, 0);
        g_string_append_printf(detail, "%s%s %s\n%s", i > 0 ? "\n\n" : "", object->kind,
                               object->identity, all);
    }
    PgsFinding *finding =
        pgs_finding_new(SCHEMA, PGS_STATUS_INFO, comparison->sink->system->name, NULL,
                        "texts that PostgreSQL's versions write in their own ways");
    finding->message = g_strdup_printf("%s, which may be the same all the same: %s", count, names);
    finding->detail = g_strdup(detail->str);
    finding->hint = g_strdup("read them once: each version spells what it has parsed anew");
    pgs_sink_add(comparison->sink, finding);
}

static void
report_same(const Comparison *comparison)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < comparison->heads->len; i++)
        g_ptr_array_add(names, ((PgsVersionHead *)comparison->heads->pdata[i])->server);
    g_autofree char *list = pgs_versions_list(names);
    g_autofree char *title = g_strdup_printf("head is the same schema on %s", list);
    pgs_sink_add(comparison->sink, pgs_finding_new(SCHEMA, PGS_STATUS_PASSED,
                                                   comparison->sink->system->name, NULL, title));
}

void
pgs_version_schema_judge(const PgsSink *sink, const GPtrArray *heads)
{
    g_auto(Comparison) comparison = {
        .sink = sink,
        .heads = heads,
        .schemas = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_snapshot_unref),
        .diffs = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_diff_free),
        .objects = g_ptr_array_new_with_free_func(object_free),
    };
    /* Their names were held against the table before anything was run. */
    pgs_system_tolerances(sink->system, sink->today, &comparison.tolerances, NULL);
    narrow_heads(&comparison);
    compare(&comparison);
    g_autoptr(GPtrArray) spelled = g_ptr_array_new();
    for (guint i = 0; i < comparison.objects->len; i++) {
        Object *object = comparison.objects->pdata[i];
        if (may_be_spelling(&comparison, object))
            g_ptr_array_add(spelled, object);
        else
            report_object(&comparison, object);
    }
    report_spelling(&comparison, spelled);
    if (spelled->len == comparison.objects->len)
        report_same(&comparison);
}
