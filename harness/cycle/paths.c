#include "cycle/paths.h"

#include "cycle/downs.h"
#include "cycle/graph.h"
#include "cycle/lane.h"

#include <string.h>

/* Each is a climb of its branches. */
#define USUAL_MAX_PATHS 64

/* One way to walk. */
typedef struct {
    gint merge, parent;
    GArray *order;  /* of gint: all revisions of the way */
    guint n_shared; /* so many at its beginning are those of the list */
    guint n_parent; /* so many are the parent and what it needs */
} Way;

typedef struct {
    PgsStage *stage;
    const PgsHistory *history;
    const PgsClimbOptions *options;
    PgsLane *trunk;         /* only ever climbs the list; ways begin as copies of it */
    GHashTable *references; /* merge's index → PgsSnapshot: what the list's order makes there */
    PgsPaths *paths;
    guint steps, total;
} Run;

static void
way_clear(gpointer data)
{
    Way *way = data;
    g_array_unref(way->order);
}

static void
path_clear(gpointer data)
{
    PgsPath *path = data;
    pgs_part_clear(&path->up);
    pgs_part_clear(&path->down);
    pgs_part_clear(&path->again);
}

static const PgsRevision *
revision_at(const Run *run, gint index)
{
    return g_ptr_array_index(run->history->revisions, (guint)index);
}

/* ---- which ways there are ---- */

static gboolean
is_same_order(const GArray *a, const GArray *b)
{
    return a->len == b->len && memcmp(a->data, b->data, a->len * sizeof(gint)) == 0;
}

static guint
count_shared(const GArray *order)
{
    guint n = 0;
    while (n < order->len && g_array_index(order, gint, n) == (gint)n)
        n++;
    return n;
}

static Way
make_way(const PgsGraph *graph, gint merge, gint parent)
{
    Way way = {.merge = merge, .parent = parent, .order = pgs_graph_order(graph, merge, parent)};
    way.n_shared = count_shared(way.order);
    if (parent >= 0) {
        g_autoptr(GArray) first = pgs_graph_order(graph, parent, -1);
        way.n_parent = first->len;
    }
    return way;
}

/*
 * The ways to one merge: the list's order with just what it needs, and those that differ from it.
 */
static void
add_ways(PgsGraph *graph, gint merge, GArray *ways)
{
    const GArray *below = pgs_graph_below(graph, merge);
    if (below->len < 2)
        return;
    Way reference = make_way(graph, merge, -1);
    g_array_append_val(ways, reference);
    for (guint i = 0; i < below->len; i++) {
        Way way = make_way(graph, merge, g_array_index(below, gint, i));
        if (is_same_order(way.order, reference.order))
            way_clear(&way);
        else
            g_array_append_val(ways, way);
    }
}

/* Of Way.  Only a graph has others than the list. */
static GArray *
find_ways(const PgsHistory *history, guint n_given)
{
    GArray *ways = g_array_new(FALSE, FALSE, sizeof(Way));
    g_array_set_clear_func(ways, way_clear);
    gboolean is_graph = FALSE;
    for (guint i = 0; i < history->revisions->len && !is_graph; i++)
        is_graph = ((const PgsRevision *)g_ptr_array_index(history->revisions, i))->parents != NULL;
    if (!is_graph)
        return ways;
    g_autoptr(PgsGraph) graph = pgs_graph_new(history);
    for (guint i = n_given; i < history->revisions->len; i++)
        add_ways(graph, (gint)i, ways);
    return ways;
}

gboolean
pgs_paths_are_there(const PgsHistory *history, guint n_given)
{
    g_autoptr(GArray) ways = find_ways(history, n_given);
    return ways->len > 0;
}

/* In the order in which the trunk comes past their beginnings. */
static gint
compare_ways(gconstpointer a, gconstpointer b)
{
    const Way *first = a, *second = b;
    gboolean is_reference[2] = {first->parent < 0, second->parent < 0};
    if (is_reference[0] != is_reference[1])
        return is_reference[0] ? -1 : 1;
    if (first->n_shared != second->n_shared)
        return first->n_shared < second->n_shared ? -1 : 1;
    if (first->merge != second->merge)
        return first->merge - second->merge;
    return first->parent - second->parent;
}

static gboolean
has_way_by_parent(const GArray *ways, gint merge)
{
    for (guint i = 0; i < ways->len; i++) {
        const Way *way = &g_array_index(ways, Way, i);
        if (way->merge == merge && way->parent >= 0)
            return TRUE;
    }
    return FALSE;
}

/* How many there are beyond the limit; they are taken out, with what nobody is held against then.
 */
static guint
leave_out(GArray *ways, guint max)
{
    guint n = 0, n_left_out = 0;
    for (guint i = 0; i < ways->len; i++)
        n += g_array_index(ways, Way, i).parent >= 0;
    for (; n > max; n--, n_left_out++)
        g_array_set_size(ways, ways->len - 1);
    for (guint i = ways->len; n_left_out > 0 && i-- > 0;) {
        const Way *way = &g_array_index(ways, Way, i);
        if (way->parent < 0 && !has_way_by_parent(ways, way->merge))
            g_array_remove_index(ways, i);
    }
    return n_left_out;
}

/* ---- walking ---- */

static void
tell(gint index, gboolean up, gpointer data)
{
    Run *run = data;
    if (run->options->aside == NULL)
        return;
    g_autofree char *what =
        g_strdup_printf("path: %s %s", up ? "up" : "down", revision_at(run, index)->label);
    run->steps++;
    run->options->aside(run->steps, MAX(run->steps, run->total), what, run->options->progress_data);
}

/* Takes an outcome into its part.  FALSE only with error. */
static gboolean
take_outcome(Run *run, PgsPart *part, PgsOutcome *outcome, GError **error)
{
    g_autoptr(PgsOutcome) taken = outcome;
    if (taken == NULL || !pgs_climb_check_failure(run->stage, taken, error))
        return FALSE;
    part->duration += taken->duration;
    if (!taken->succeeded) {
        part->state = PGS_PART_FAILED;
        part->revision = taken->revision;
        part->outcome = g_steal_pointer(&taken);
    }
    return TRUE;
}

/* One run of the tool over a stretch of the way, up, or down from its end. */
static gboolean
walk(Run *run, PgsLane *lane, const Way *way, guint from, guint to, gboolean up, PgsPart *part,
     GError **error)
{
    g_autoptr(GArray) revisions = g_array_new(FALSE, FALSE, sizeof(gint));
    for (guint i = from; i < to; i++)
        g_array_append_val(revisions, g_array_index(way->order, gint, up ? i : from + to - 1 - i));
    PgsLaneRun asked = {up, (const gint *)(gconstpointer)revisions->data, revisions->len, tell,
                        run};
    guint done;
    if (!pgs_lane_renew_session(lane, error))
        return FALSE;
    return take_outcome(run, part, pgs_lane_run_some(lane, &asked, &done, error), error);
}

static PgsSnapshot *
look(Run *run, PgsLane *lane, GError **error)
{
    g_autoptr(PgsSnapshot) now = pgs_lane_snapshot(lane, error);
    return now != NULL && pgs_climb_check_cluster(run->stage, NULL, now, error)
               ? g_steal_pointer(&now)
               : NULL;
}

static gboolean
compare(Run *run, PgsLane *lane, PgsPart *part, PgsSnapshot *should, GError **error)
{
    g_autoptr(PgsSnapshot) now = look(run, lane, error);
    if (now == NULL)
        return FALSE;
    pgs_climb_compare(part, should, now, run->options);
    return TRUE;
}

/*
 * A database that has the first n revisions of the list: a copy of the trunk.  NULL without error:
 * one of them fails, which the cycle tells.
 */
static PgsLane *
begin_at(Run *run, guint n, GError **error)
{
    if (run->trunk != NULL && pgs_lane_revision(run->trunk) >= (gint)n)
        g_clear_pointer(&run->trunk, pgs_lane_free);
    if (run->trunk == NULL)
        run->trunk = pgs_lane_new_at_base(run->stage, "trunk", error);
    g_autoptr(PgsOutcome) failure = NULL;
    if (run->trunk == NULL || !pgs_lane_climb(run->trunk, (gint)n - 1, &failure, error)) {
        if (failure != NULL)
            pgs_climb_check_failure(run->stage, failure, error);
        return NULL;
    }
    return pgs_lane_clone(run->trunk, "path", error);
}

/* Why nobody goes down on the stretch behind the parent; NULL: all can be gone down. */
static char *
why_not_down(const Run *run, const Way *way)
{
    for (guint i = way->n_parent; i < way->order->len; i++) {
        gint index = g_array_index(way->order, gint, i);
        const PgsRevision *revision = revision_at(run, index);
        if (index <= run->options->floor)
            return g_strdup_printf("the floor is %s: no downgrade goes below it",
                                   revision_at(run, run->options->floor)->label);
        if (revision->down == NULL && !revision->repeatable)
            return g_strdup_printf("%s has no downgrade", revision->label);
    }
    return NULL;
}

static gboolean
go_back_and_up(Run *run, PgsLane *lane, const Way *way, PgsSnapshot *parent, PgsSnapshot *merged,
               PgsPath *path, GError **error)
{
    g_autofree char *reason = why_not_down(run, way);
    if (reason != NULL) {
        pgs_part_skip(&path->down, "%s", reason);
        pgs_part_skip(&path->again, "%s", reason);
        return TRUE;
    }
    guint from = way->n_parent, to = way->order->len;
    if (!walk(run, lane, way, from, to, FALSE, &path->down, error))
        return FALSE;
    if (path->down.state == PGS_PART_FAILED) {
        pgs_part_skip(&path->again, "the downgrade fails");
        return TRUE;
    }
    return compare(run, lane, &path->down, parent, error) &&
           walk(run, lane, way, from, to, TRUE, &path->again, error) &&
           (path->again.state == PGS_PART_FAILED ||
            compare(run, lane, &path->again, merged, error));
}

static void
skip_back(PgsPath *path)
{
    pgs_part_skip(&path->down, "the merge is not reached");
    pgs_part_skip(&path->again, "the merge is not reached");
}

/* The list's order, with just what the merge needs: what the other ways are held against. */
static gboolean
walk_reference(Run *run, PgsLane *lane, const Way *way, PgsPath *path, GError **error)
{
    skip_back(path);
    if (!walk(run, lane, way, way->n_shared, way->order->len, TRUE, &path->up, error))
        return FALSE;
    if (path->up.state == PGS_PART_FAILED)
        return TRUE;
    PgsSnapshot *catalog = look(run, lane, error);
    if (catalog != NULL)
        g_hash_table_insert(run->references, GINT_TO_POINTER(way->merge), catalog);
    return catalog != NULL;
}

static gboolean
walk_by_parent(Run *run, PgsLane *lane, const Way *way, PgsPath *path, GError **error)
{
    PgsSnapshot *merged = g_hash_table_lookup(run->references, GINT_TO_POINTER(way->merge));
    if (!walk(run, lane, way, way->n_shared, way->n_parent, TRUE, &path->up, error))
        return FALSE;
    if (path->up.state == PGS_PART_FAILED) {
        skip_back(path);
        return TRUE;
    }
    g_autoptr(PgsSnapshot) parent = look(run, lane, error);
    if (parent == NULL ||
        !walk(run, lane, way, way->n_parent, way->order->len, TRUE, &path->up, error))
        return FALSE;
    if (path->up.state == PGS_PART_FAILED) {
        skip_back(path);
        return TRUE;
    }
    return compare(run, lane, &path->up, merged, error) &&
           go_back_and_up(run, lane, way, parent, merged, path, error);
}

static gboolean
walk_way(Run *run, const Way *way, PgsPath *path, GError **error)
{
    gboolean is_reference = way->parent < 0;
    if (!is_reference && !g_hash_table_contains(run->references, GINT_TO_POINTER(way->merge))) {
        pgs_part_skip(&path->up, "the list's order does not reach the merge");
        skip_back(path);
        return TRUE;
    }
    g_autoptr(GError) local = NULL;
    /* The stretch up to the parent is a run of its own, even where it is the list's. */
    guint n = is_reference ? way->n_shared : MIN(way->n_shared, way->n_parent);
    if (is_reference && n == way->order->len)
        n--; /* the merge itself is walked */
    Way walked = *way;
    walked.n_shared = n;
    g_autoptr(PgsLane) lane = begin_at(run, n, &local);
    if (lane == NULL && local != NULL) {
        g_propagate_error(error, g_steal_pointer(&local));
        return FALSE;
    }
    if (lane == NULL) {
        pgs_part_block(&path->up, "cycle.up", "an upgrade below the merge fails");
        skip_back(path);
        return TRUE;
    }
    return is_reference ? walk_reference(run, lane, &walked, path, error)
                        : walk_by_parent(run, lane, &walked, path, error);
}

/* Where the list's order is just what the merge needs the cycle has told of it. */
static gboolean
is_told_elsewhere(const Way *way, const PgsPath *path)
{
    return way->parent < 0 && path->up.state != PGS_PART_FAILED && way->n_shared == way->order->len;
}

static gboolean
walk_ways(Run *run, GArray *ways, GError **error)
{
    for (guint i = 0; i < ways->len; i++)
        run->total += g_array_index(ways, Way, i).order->len;
    for (guint i = 0; i < ways->len; i++) {
        const Way *way = &g_array_index(ways, Way, i);
        PgsPath path = {.merge = way->merge, .parent = way->parent};
        path.up.revision = path.down.revision = path.again.revision = -1;
        gboolean ok = walk_way(run, way, &path, error);
        if (is_told_elsewhere(way, &path))
            path_clear(&path);
        else
            g_array_append_val(run->paths->paths, path);
        if (!ok)
            return FALSE;
    }
    return TRUE;
}

static gint
compare_paths(gconstpointer a, gconstpointer b)
{
    const PgsPath *first = a, *second = b;
    return first->merge != second->merge ? first->merge - second->merge
                                         : first->parent - second->parent;
}

PgsPaths *
pgs_paths_run(PgsStage *stage, const PgsClimbOptions *options, GError **error)
{
    g_autoptr(PgsPaths) paths = g_new0(PgsPaths, 1);
    paths->paths = g_array_new(FALSE, TRUE, sizeof(PgsPath));
    g_array_set_clear_func(paths->paths, path_clear);
    g_autoptr(GHashTable) references =
        g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)pgs_snapshot_unref);
    Run run = {
        .stage = stage,
        .history = pgs_stage_history(stage),
        .options = options,
        .references = references,
        .paths = paths,
    };
    g_autoptr(GArray) ways = find_ways(run.history, pgs_stage_options(stage)->n_given);
    g_array_sort(ways, compare_ways);
    paths->n_left_out =
        leave_out(ways, options->max_paths > 0 ? options->max_paths : USUAL_MAX_PATHS);
    gboolean ok = walk_ways(&run, ways, error);
    pgs_lane_free(run.trunk);
    g_array_sort(paths->paths, compare_paths);
    return ok ? g_steal_pointer(&paths) : NULL;
}

void
pgs_paths_free(PgsPaths *paths)
{
    if (paths == NULL)
        return;
    g_array_unref(paths->paths);
    g_free(paths);
}
