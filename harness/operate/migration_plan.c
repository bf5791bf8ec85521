#include "operate/migration_plan.h"

#include "base/error.h"
#include "base/text.h"
#include "cycle/graph.h"
#include "operate/operate_error.h"

#include <string.h>

void
pgs_migration_plan_free(PgsMigrationPlan *plan)
{
    if (plan == NULL)
        return;
    g_clear_pointer(&plan->revisions, g_array_unref);
    g_free(plan);
}

gboolean
pgs_migration_plan_equal(const PgsMigrationPlan *a, const PgsMigrationPlan *b)
{
    return a->up == b->up && a->target == b->target && a->revisions->len == b->revisions->len &&
           memcmp(a->revisions->data, b->revisions->data, a->revisions->len * sizeof(gint)) == 0;
}

static PgsMigrationPlan *
plan_new(gboolean up)
{
    PgsMigrationPlan *plan = g_new0(PgsMigrationPlan, 1);
    plan->up = up;
    plan->target = -1;
    plan->revisions = g_array_new(FALSE, FALSE, sizeof(gint));
    return plan;
}

static const PgsRevision *
revision_at(const PgsHistory *history, gint index)
{
    return g_ptr_array_index(history->revisions, (guint)index);
}

/* "+2", "-1": the number; 0: it is no such word. */
static guint
parse_steps(const char *text, char sign)
{
    guint64 number;
    if (*text != sign || !g_ascii_string_to_unsigned(text + 1, 10, 1, G_MAXINT, &number, NULL))
        return 0;
    return (guint)number;
}

/* ---- Up ---- */

/* What is run when the target is the goal: in a graph, only what it needs. */
static gboolean *
needed_for(const PgsHistory *history, gint target)
{
    guint n = history->revisions->len;
    gboolean *needed = g_new0(gboolean, n + 1);
    if (history->heads == NULL || target == (gint)n - 1) {
        for (gint i = 0; i <= target; i++)
            needed[i] = TRUE;
        return needed;
    }
    g_autoptr(PgsGraph) graph = pgs_graph_new(history);
    g_autoptr(GArray) order = pgs_graph_order(graph, target, -1);
    for (guint i = 0; i < order->len; i++)
        needed[g_array_index(order, gint, i)] = TRUE;
    return needed;
}

static void
refuse_skipped(const PgsStanding *standing, const PgsHistory *history, gint first, GError **error)
{
    g_autofree char *above = pgs_standing_above(standing, history, first);
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_STATE,
                  "give it a version above the last one, or let it be run now with --out-of-order; "
                  "when the database has it already: pgstair migrate stamp",
                  "%s is not applied, though %s above it is: %s runs nothing then",
                  pgs_standing_label(history, first), above, history->format);
}

static void
refuse_edited(const PgsHistory *history, gint edited, gint top, GError **error)
{
    g_autofree char *hint = g_strdup_printf(
        "put the file back as it was, and write a new revision; or, if the change is meant: stamp "
        "the database at a revision below %s, then at %s again, which notes the files as they are",
        revision_at(history, edited)->id, revision_at(history, top)->id);
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_STATE, hint,
                  "the file of %s is not what was applied: %s runs nothing then",
                  pgs_standing_label(history, edited), history->format);
}

/* A word that is for the other direction. */
static gboolean
is_other_way(const char *text, char sign, const char *advice, GError **error)
{
    if (parse_steps(text, sign) == 0)
        return FALSE;
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_REFUSED, advice,
                  "%s goes the other way", text);
    return TRUE;
}

static void
refuse_below(const PgsStanding *standing, const PgsHistory *history, gint target, GError **error)
{
    const char *label = pgs_standing_label(history, target);
    const char *id = target < 0 ? "base" : revision_at(history, target)->id;
    g_autofree char *hint = g_strdup_printf("\"pgstair migrate downgrade %s\" goes down", id);
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_STATE, hint,
                  "%s lies below %s, where the database is", label,
                  pgs_standing_label(history, standing->top));
}

/* The revision asked for; a number of steps counts what is pending. */
static gboolean
find_upper(const PgsStanding *standing, const PgsHistory *history, const char *text, gint *target,
           GError **error)
{
    guint steps = parse_steps(text, '+');
    if (is_other_way(text, '-',
                     "\"pgstair migrate upgrade +2\" runs the next two; \"pgstair "
                     "migrate downgrade -1\" undoes the last one",
                     error))
        return FALSE;
    if (steps == 0)
        return pgs_history_find(history, text, target, error);
    guint pending = standing->pending->len;
    if (steps > pending) {
        g_autofree char *count = pgs_text_count(pending, "revision", NULL);
        pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_STATE,
                      "\"pgstair migrate status\" lists them", "%s: only %s %s pending", text,
                      count, pending == 1 ? "is" : "are");
        return FALSE;
    }
    *target = g_array_index(standing->pending, gint, steps - 1);
    return TRUE;
}

static void
add_skipped(PgsMigrationPlan *plan, const PgsStanding *standing, const gboolean *needed)
{
    for (guint i = 0; i < standing->skipped->len; i++) {
        gint index = g_array_index(standing->skipped, gint, i);
        if (needed[index])
            g_array_append_val(plan->revisions, index);
    }
}

/* yoyo, backends/base.py, run_post_apply(): behind whatever is applied. */
static void
add_hooks(PgsMigrationPlan *plan, const PgsHistory *history)
{
    for (gint i = 0; plan->revisions->len > 0 && i < (gint)history->revisions->len; i++) {
        if (revision_at(history, i)->is_hook)
            g_array_append_val(plan->revisions, i);
    }
}

PgsMigrationPlan *
pgs_migration_plan_up(const PgsStanding *standing, const PgsHistory *history, const char *revision,
                      gboolean out_of_order, GError **error)
{
    g_autoptr(PgsMigrationPlan) plan = plan_new(TRUE);
    if (!find_upper(standing, history, revision, &plan->target, error))
        return NULL;
    g_autofree gboolean *needed = needed_for(history, plan->target);
    if (standing->holes == PGS_LEDGER_HOLES_PASSED && out_of_order)
        add_skipped(plan, standing, needed);
    for (guint i = 0; i < standing->pending->len; i++) {
        gint index = g_array_index(standing->pending, gint, i);
        if (needed[index])
            g_array_append_val(plan->revisions, index);
    }
    gint first = standing->skipped->len > 0 ? g_array_index(standing->skipped, gint, 0) : -1;
    if (first >= 0 && plan->revisions->len > 0 && !out_of_order &&
        standing->holes == PGS_LEDGER_HOLES_REFUSED) {
        refuse_skipped(standing, history, first, error);
        return NULL;
    }
    gint edited = standing->refuses_edited ? pgs_standing_edited(standing, history) : -1;
    if (edited >= 0 && plan->revisions->len > 0) {
        refuse_edited(history, edited, standing->top, error);
        return NULL;
    }
    if (plan->revisions->len == 0 && plan->target < standing->top && history->heads == NULL &&
        !(plan->target >= 0 && revision_at(history, plan->target)->repeatable)) {
        refuse_below(standing, history, plan->target, error);
        return NULL;
    }
    add_hooks(plan, history);
    return g_steal_pointer(&plan);
}

/* ---- Down ---- */

static gboolean
goes_down(const PgsStanding *standing, const PgsHistory *history, gint index)
{
    return standing->state->applied[index] && !revision_at(history, index)->repeatable;
}

/* Where so many steps down lead to. */
static gboolean
count_down(const PgsStanding *standing, const PgsHistory *history, guint steps, gint *target,
           GError **error)
{
    guint left = steps;
    for (gint i = (gint)history->revisions->len - 1; i >= -1; i--) {
        gboolean counts = i >= 0 && goes_down(standing, history, i);
        if (left == 0 && (counts || i < 0)) {
            *target = i;
            return TRUE;
        }
        left -= counts ? 1 : 0;
    }
    g_autofree char *count = pgs_text_count(steps - left, "revision", NULL);
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_STATE,
                  "\"pgstair migrate downgrade base\" undoes all", "-%u: only %s %s applied", steps,
                  count, steps - left == 1 ? "is" : "are");
    return FALSE;
}

/* Whether one of them is right below the other, and not only depended on. */
static gboolean
is_parent(const PgsHistory *history, gint parent, gint child)
{
    const PgsRevision *revision = revision_at(history, child);
    return revision->parents == NULL || g_strv_contains((const char *const *)revision->parents,
                                                        revision_at(history, parent)->id);
}

/* In a graph: what follows the target, and what needs that; above base, all.  What only depends on
 * the target still has it, and stays, as with Alembic. */
static gboolean *
above(const PgsHistory *history, gint target)
{
    guint n = history->revisions->len;
    gboolean *is_above = g_new0(gboolean, n + 1);
    g_autoptr(PgsGraph) graph = history->heads != NULL ? pgs_graph_new(history) : NULL;
    for (gint i = target + 1; i < (gint)n; i++) {
        is_above[i] = graph == NULL || target < 0;
        const GArray *below = is_above[i] ? NULL : pgs_graph_below(graph, i);
        for (guint k = 0; below != NULL && k < below->len; k++) {
            gint one = g_array_index(below, gint, k);
            gboolean follows = one == target && is_parent(history, target, i);
            is_above[i] = is_above[i] || follows || is_above[one];
        }
    }
    return is_above;
}

static gboolean
refuse_down(gint index, const PgsHistory *history, const PgsSystem *system, gboolean by_floor,
            GError **error)
{
    const char *label = pgs_standing_label(history, index);
    if (by_floor)
        pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_STATE,
                      "restore a backup instead: pgstair migrate restore FILE",
                      "%s is not undone: floor: of pgstair.yaml says that no downgrade goes below "
                      "%s",
                      label, system->floor);
    else
        pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_STATE,
                      "write a revision that goes forward, or restore a backup: pgstair migrate "
                      "restore FILE",
                      "%s has no way down: nothing was run", label);
    return FALSE;
}

static gboolean
can_all_go_down(const PgsMigrationPlan *plan, const PgsSystem *system, const PgsHistory *history,
                GError **error)
{
    gint floor = -1;
    if (system->floor != NULL && !pgs_history_find(history, system->floor, &floor, error))
        return FALSE;
    for (guint i = 0; i < plan->revisions->len; i++) {
        gint index = g_array_index(plan->revisions, gint, i);
        gboolean is_missing = revision_at(history, index)->down == NULL;
        if (is_missing || index <= floor)
            return refuse_down(index, history, system, !is_missing, error);
    }
    return TRUE;
}

static gboolean
find_lower(const PgsStanding *standing, const PgsHistory *history, const char *text, gint *target,
           GError **error)
{
    guint steps = parse_steps(text, '-');
    if (is_other_way(text, '+',
                     "\"pgstair migrate downgrade -2\" undoes the last two; \"pgstair "
                     "migrate upgrade +1\" runs the next one",
                     error))
        return FALSE;
    if (steps > 0)
        return count_down(standing, history, steps, target, error);
    if (!pgs_history_find(history, text, target, error))
        return FALSE;
    if (*target < 0 || standing->state->applied[*target])
        return TRUE;
    g_autofree char *hint = g_strdup_printf("\"pgstair migrate upgrade %s\" goes up",
                                            revision_at(history, *target)->id);
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_STATE, hint,
                  "%s is not applied: the database is at %s", pgs_standing_label(history, *target),
                  pgs_standing_label(history, standing->at));
    return FALSE;
}

PgsMigrationPlan *
pgs_migration_plan_down(const PgsStanding *standing, const PgsSystem *system,
                        const PgsHistory *history, const char *revision, GError **error)
{
    g_autoptr(PgsMigrationPlan) plan = plan_new(FALSE);
    if (!find_lower(standing, history, revision, &plan->target, error))
        return NULL;
    g_autofree gboolean *is_above = above(history, plan->target);
    for (gint i = (gint)history->revisions->len - 1; i > plan->target; i--) {
        if (is_above[i] && goes_down(standing, history, i))
            g_array_append_val(plan->revisions, i);
    }
    if (!can_all_go_down(plan, system, history, error))
        return NULL;
    return g_steal_pointer(&plan);
}
