#include "base/text.h"
#include "check/drift.h"
#include "check/drift_scope.h"
#include "check/system_words.h"
#include "diff/diff.h"

#include <stdlib.h>
#include <string.h>

/* How two schemas that should be the same differ. */
typedef struct {
    const char *check;
    const PgsSystem *system;
    const char *other; /* what the second is called */
    char **requirements;
    GPtrArray *findings;
} Comparison;

#define HEAD "what the migrations make"
#define NONE "(none)"

/* All that differs about one object. */
typedef struct {
    GPtrArray *differences; /* const PgsDifference *, borrowed */
} Group;

static void
group_free(gpointer data)
{
    Group *group = data;
    g_ptr_array_unref(group->differences);
    g_free(group);
}

static const PgsDifference *
first_of(const Group *group)
{
    return group->differences->pdata[0];
}

static const PgsObject *
object_of(const PgsDifference *difference)
{
    return difference->before != NULL ? difference->before : difference->after;
}

/* The differences, object by object, in the order of the diff; tolerated ones are left out. */
static GPtrArray *
group_differences(const PgsDiff *diff)
{
    GPtrArray *groups = g_ptr_array_new_with_free_func(group_free);
    g_autoptr(GHashTable) by_object = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < pgs_diff_n_differences(diff); i++) {
        const PgsDifference *difference = pgs_diff_difference(diff, i);
        gboolean second_half =
            difference->change == PGS_CHANGE_ADDED && difference->renamed != NULL;
        if (difference->tolerated != NULL || second_half)
            continue;
        const PgsObject *object = object_of(difference);
        Group *group = g_hash_table_lookup(by_object, object);
        if (group == NULL) {
            group = g_new0(Group, 1);
            group->differences = g_ptr_array_new();
            g_hash_table_insert(by_object, (gpointer)object, group);
            g_ptr_array_add(groups, group);
        }
        g_ptr_array_add(group->differences, (gpointer)difference);
    }
    return groups;
}

static gboolean
is_real(const Group *group)
{
    for (guint i = 0; i < group->differences->len; i++) {
        const PgsDifference *difference = group->differences->pdata[i];
        if (difference->nature == PGS_NATURE_REAL)
            return TRUE;
    }
    return FALSE;
}

/* "type: integer", a line an attribute. */
static char *
describe_object(const PgsObject *object)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < object->n_attributes; i++)
        g_string_append_printf(text, "%s%s: %s", i > 0 ? "\n" : "", object->attributes[i].name,
                               object->attributes[i].value);
    return g_string_free(text, FALSE);
}

/* The parts that an object has on its side, a line each; NULL: none. */
static char *
describe_parts(const PgsSnapshot *side, const PgsObject *object)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < pgs_snapshot_n_objects(side); i++) {
        const PgsObject *part = pgs_snapshot_object(side, i);
        if (g_strcmp0(part->parent, object->identity) == 0)
            g_string_append_printf(text, "%s%s %s", text->len > 0 ? "\n" : "", part->kind,
                                   part->identity);
    }
    if (text->len == 0)
        return g_string_free(text, TRUE);
    g_string_prepend(text, "with it:\n");
    return g_string_free(text, FALSE);
}

static void
describe_missing(const Comparison *comparison, PgsFinding *finding, const PgsDifference *difference,
                 const PgsSnapshot *should)
{
    finding->message = g_strdup_printf("it is in " HEAD ", and not in %s", comparison->other);
    finding->expected = describe_object(difference->before);
    finding->actual = g_strdup(NONE);
    finding->detail = describe_parts(should, difference->before);
    finding->hint = g_strdup_printf("add it to %s, or drop it in a migration", comparison->other);
}

static void
describe_added(const Comparison *comparison, PgsFinding *finding, const PgsDifference *difference,
               const PgsSnapshot *is)
{
    finding->message = g_strdup_printf("it is in %s, and no migration makes it", comparison->other);
    finding->expected = g_strdup(NONE);
    finding->actual = describe_object(difference->after);
    finding->detail = describe_parts(is, difference->after);
    finding->hint =
        g_strdup_printf("write a migration that makes it, or remove it from %s", comparison->other);
}

static void
describe_renamed(const Comparison *comparison, PgsFinding *finding, const PgsDifference *difference)
{
    finding->message = g_strdup_printf("the same %s is called %s in " HEAD ", and %s in %s",
                                       difference->before->kind, difference->before->identity,
                                       difference->renamed->identity, comparison->other);
    finding->expected = g_strdup_printf("name: %s", difference->before->identity);
    finding->actual = g_strdup_printf("name: %s", difference->renamed->identity);
    finding->hint = g_strdup("rename it on one of the two sides");
}

static const char *
value_or_none(const char *value)
{
    return value != NULL ? value : NONE;
}

static void
describe_attributes(const Comparison *comparison, PgsFinding *finding, const Group *group)
{
    GString *expected = g_string_new(NULL), *actual = g_string_new(NULL);
    g_autoptr(GString) names = g_string_new(NULL);
    for (guint i = 0; i < group->differences->len; i++) {
        const PgsDifference *difference = group->differences->pdata[i];
        g_string_append_printf(expected, "%s%s: %s", i > 0 ? "\n" : "", difference->attribute,
                               value_or_none(difference->before_value));
        g_string_append_printf(actual, "%s%s: %s", i > 0 ? "\n" : "", difference->attribute,
                               value_or_none(difference->after_value));
        g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", difference->attribute);
    }
    finding->expected = g_string_free(expected, FALSE);
    finding->actual = g_string_free(actual, FALSE);
    const PgsDifference *first = first_of(group);
    g_autofree char *before = pgs_text_fold_space(value_or_none(first->before_value));
    g_autofree char *after = pgs_text_fold_space(value_or_none(first->after_value));
    g_autofree char *short_before = pgs_text_ellipsize(before, 60);
    g_autofree char *short_after = pgs_text_ellipsize(after, 60);
    if (group->differences->len == 1 && strcmp(short_before, short_after) != 0)
        finding->message = g_strdup_printf("%s: %s in " HEAD ", %s in %s", first->attribute,
                                           short_before, short_after, comparison->other);
    else
        finding->message =
            g_strdup_printf("its %s differ between " HEAD " and %s", names->str, comparison->other);
    finding->hint = g_strdup_printf("write a migration that makes it so, or change it in %s",
                                    comparison->other);
}

static void
add_tolerance_hint(PgsFinding *finding, const Group *group)
{
    const char *common = NULL;
    for (guint i = 0; i < group->differences->len; i++) {
        const char *name = pgs_tolerance_match(~(PgsTolerances)0, group->differences->pdata[i]);
        if (name == NULL || (common != NULL && strcmp(name, common) != 0))
            return;
        common = name;
    }
    g_autofree char *hint = g_steal_pointer(&finding->hint);
    finding->hint = g_strdup_printf("%s; or accept it with tolerate: [%s]", hint, common);
}

static void
add_requirements(const Comparison *comparison, PgsFinding *finding)
{
    if (comparison->requirements == NULL || comparison->requirements[0] == NULL)
        return;
    finding->requirements = g_ptr_array_new_with_free_func(g_free);
    for (char **id = comparison->requirements; *id != NULL; id++)
        g_ptr_array_add(finding->requirements, g_strdup(*id));
}

/* title: taken over. */
static PgsFinding *
add_finding(const Comparison *comparison, PgsStatus status, char *title)
{
    PgsFinding *finding =
        pgs_finding_new(comparison->check, status, comparison->system->name, NULL, title);
    g_free(title);
    add_requirements(comparison, finding);
    g_ptr_array_add(comparison->findings, finding);
    return finding;
}

/* TRUE when it is a failure. */
static gboolean
report_group(const Comparison *comparison, const Group *group, PgsSnapshot *should, PgsSnapshot *is)
{
    const PgsDifference *first = first_of(group);
    const PgsObject *object = object_of(first);
    gboolean failed = is_real(group) || comparison->system->strict;
    PgsFinding *finding = add_finding(
        comparison, failed ? PGS_STATUS_FAILED : PGS_STATUS_INFO,
        g_strdup_printf("%s %s in %s", object->kind, object->identity, comparison->other));
    finding->object = g_strdup_printf("%s %s", object->kind, object->identity);
    if (first->change == PGS_CHANGE_ATTRIBUTE)
        describe_attributes(comparison, finding, group);
    else if (first->renamed != NULL)
        describe_renamed(comparison, finding, first);
    else if (first->change == PGS_CHANGE_REMOVED)
        describe_missing(comparison, finding, first, should);
    else
        describe_added(comparison, finding, first, is);
    if (!failed) {
        g_autofree char *message = g_steal_pointer(&finding->message);
        finding->message =
            g_strdup_printf("only in order, white space or a generated name: %s", message);
        g_free(finding->hint);
        finding->hint = g_strdup("strict: true makes this a failure, tolerate: silences it");
    } else {
        add_tolerance_hint(finding, group);
    }
    return failed;
}

static void
report_tolerated(const Comparison *comparison, const PgsDiff *diff)
{
    g_autoptr(GString) lines = g_string_new(NULL);
    guint n = pgs_diff_counts(diff).tolerated;
    if (n == 0)
        return;
    for (guint i = 0; i < pgs_diff_n_differences(diff); i++) {
        const PgsDifference *difference = pgs_diff_difference(diff, i);
        if (difference->tolerated == NULL ||
            (difference->change == PGS_CHANGE_ADDED && difference->renamed != NULL))
            continue;
        g_autofree char *line = pgs_difference_to_string(difference);
        g_string_append_printf(lines, "%s%s (%s)", lines->len > 0 ? "\n" : "", line,
                               difference->tolerated);
    }
    PgsFinding *finding =
        add_finding(comparison, PGS_STATUS_INFO,
                    g_strdup_printf("what is tolerated between head and %s", comparison->other));
    g_autofree char *count = pgs_text_count(n, "difference", NULL);
    finding->message = g_strdup_printf("%s, as tolerate: says", count);
    finding->detail = g_strdup(lines->str);
}

/* ---- the servers ---- */

static int
major_of(const PgsSnapshot *snapshot)
{
    return atoi(pgs_snapshot_server_version(snapshot));
}

/* Servers of different versions may spell the same expression in different ways. */
static void
add_version_hint(PgsFinding *finding, const PgsSnapshot *should, const PgsSnapshot *is)
{
    g_autofree char *hint = g_steal_pointer(&finding->hint);
    finding->hint =
        g_strdup_printf("%s (the servers are PostgreSQL %d and %d, which may spell the same thing "
                        "in two ways: verify with server: local:%d)",
                        hint, major_of(should), major_of(is), major_of(is));
}

static PgsDriftScope
choose_scope(const Comparison *comparison, const PgsSnapshot *should, const PgsSnapshot *is)
{
    PgsDriftScope scope = pgs_drift_scope_between(should, is);
    if (strcmp(comparison->check, "drift.live") == 0 && !comparison->system->strict)
        scope |= PGS_DRIFT_LIVE;
    return scope;
}

void
pgs_drift_compare(const char *check, const PgsSystem *system, const char *other,
                  char **requirements, char **ignore, PgsSnapshot *should, PgsSnapshot *is,
                  GPtrArray *findings)
{
    Comparison comparison = {check, system, other, requirements, findings};
    PgsDriftScope scope = choose_scope(&comparison, should, is);
    PgsTolerances tolerances = 0;
    pgs_system_tolerances(system, NULL, &tolerances, NULL);
    g_autoptr(PgsSnapshot) a = pgs_drift_narrow(should, scope, ignore);
    g_autoptr(PgsSnapshot) b = pgs_drift_narrow(is, scope, ignore);
    g_autoptr(PgsDiff) diff = pgs_diff_new(a, b, tolerances);
    g_autoptr(GPtrArray) groups = group_differences(diff);
    gboolean failed = FALSE;
    for (guint i = 0; i < groups->len; i++) {
        failed = report_group(&comparison, groups->pdata[i], a, b) || failed;
        if (major_of(should) != major_of(is))
            add_version_hint(findings->pdata[findings->len - 1], should, is);
    }
    if (!failed)
        add_finding(&comparison, PGS_STATUS_PASSED,
                    g_strdup_printf("head and %s are the same schema", other));
    report_tolerated(&comparison, diff);
}
