#include "check/shard.h"

#include "base/text.h"
#include "check/shard_weight.h"
#include "check/verify.h"

#include <string.h>

/*
 * The work in a line: of each system its block, then its rungs.  A cut is a place in that line.
 * Systems' places follow one another, so that no table of them is needed beside where each begins.
 */
struct _PgsShardPlan {
    const GPtrArray *systems, *histories; /* borrowed */
    GPtrArray *weights;                   /* PgsShardWeight, by system */
    guint n_places;
    guint *cuts; /* n_parts + 1: part i, from 1, is cuts[i - 1] … cuts[i] - 1 */
    guint index, n_parts;
    char *digest;
};

/* Of more parts the last ones may be lighter than they could be: their work is small. */
#define MAX_EVENED 64

static guint
n_rungs(const PgsShardPlan *plan, guint system)
{
    const PgsShardWeight *weight = plan->weights->pdata[system];
    return weight->end - weight->first;
}

/* What a piece of the line has of the system whose block lies at begin. */
static PgsShardPart
part_of_piece(const PgsShardPlan *plan, guint system, guint begin, guint from, guint to)
{
    const PgsShardWeight *weight = plan->weights->pdata[system];
    guint end = begin + 1 + n_rungs(plan, system);
    guint first = CLAMP(from, begin + 1, end), last = CLAMP(to, begin + 1, end);
    return (PgsShardPart){
        .block = !weight->is_bare && from <= begin && begin < to,
        .from = first < last ? weight->first + (first - begin - 1) : 0,
        .to = first < last ? weight->first + (last - begin - 1) : 0,
    };
}

static guint64
weigh_piece(const PgsShardPlan *plan, guint from, guint to)
{
    guint64 sum = 0;
    for (guint system = 0, begin = 0; system < plan->weights->len; system++) {
        PgsShardPart part = part_of_piece(plan, system, begin, from, to);
        sum += pgs_shard_weight_part(plan->weights->pdata[system], part.block, part.from, part.to);
        begin += 1 + n_rungs(plan, system);
    }
    return sum;
}

/* ---- cutting ---- */

/*
 * Where a piece ends that begins there and is not heavier than the limit, or has one place only.
 * What a place adds is never less than nothing, so that the last one that fits is found by halving.
 */
static guint
fill_piece(const PgsShardPlan *plan, guint from, guint64 limit)
{
    guint fits = from + 1, too_far = plan->n_places + 1;
    while (fits + 1 < too_far) {
        guint middle = fits + (too_far - fits) / 2;
        if (weigh_piece(plan, from, middle) <= limit)
            fits = middle;
        else
            too_far = middle;
    }
    return fits;
}

/* Whether it can be cut so that no part is heavier; then it is.  A piece that begins further up is
 * never the heavier for it (a rung weighs more than what it adds to the way of those above it), so
 * that to fill one part behind the other is as good as any way. */
static gboolean
cut(PgsShardPlan *plan, guint first, guint64 limit)
{
    guint place = plan->cuts[first - 1];
    for (guint part = first; part <= plan->n_parts; part++) {
        guint next = place < plan->n_places ? fill_piece(plan, place, limit) : place;
        if (next > place && weigh_piece(plan, place, next) > limit)
            return FALSE;
        plan->cuts[part] = place = next;
    }
    return place == plan->n_places;
}

/* From that part on, so that the heaviest of them is as light as can be. */
static void
cut_rest(PgsShardPlan *plan, guint first)
{
    guint64 low = 0, high = weigh_piece(plan, plan->cuts[first - 1], plan->n_places);
    while (low + 1 < high) {
        guint64 middle = low + (high - low) / 2;
        if (cut(plan, first, middle))
            high = middle;
        else
            low = middle;
    }
    cut(plan, first, high);
}

/* Where one part is heavy whatever is done (a block cannot be cut), the others need not be. */
static void
cut_evenly(PgsShardPlan *plan)
{
    for (guint first = 1; first <= MIN(plan->n_parts, MAX_EVENED); first++)
        cut_rest(plan, first);
}

/* ---- which split it is ---- */

static void
add_number(GChecksum *sum, guint64 number)
{
    g_autofree char *text = g_strdup_printf("%" G_GUINT64_FORMAT "\n", number);
    g_checksum_update(sum, (const guchar *)text, -1);
}

static void
add_text(GChecksum *sum, const char *text)
{
    add_number(sum, strlen(text));
    g_checksum_update(sum, (const guchar *)text, -1);
}

/* Parts that make other checks than the rest do not make a whole. */
static void
add_checks(GChecksum *sum, const PgsSystem *system, const PgsCheckSelection *given)
{
    g_auto(GStrv) skip = NULL;
    PgsCheckSelection checks = pgs_verify_select(system, given, &skip);
    const PgsCheck *check;
    for (guint i = 0; (check = pgs_check_at(i)) != NULL; i++) {
        if (pgs_check_selection_has(&checks, check->id))
            add_text(sum, check->id);
    }
}

static char *
digest(const PgsShardPlan *plan, const PgsCheckSelection *checks)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    for (guint i = 0; i < plan->systems->len; i++) {
        const PgsHistory *history = plan->histories->pdata[i];
        const PgsSystem *system = plan->systems->pdata[i];
        add_text(sum, system->name);
        add_checks(sum, system, checks);
        add_number(sum, history != NULL ? history->revisions->len : 0);
        for (guint k = 0; history != NULL && k < history->revisions->len; k++)
            add_text(sum, ((const PgsRevision *)history->revisions->pdata[k])->label);
    }
    for (guint i = 0; i <= plan->n_parts; i++)
        add_number(sum, plan->cuts[i]);
    return g_strdup(g_checksum_get_string(sum));
}

/* ---- the plan ---- */

PgsShardPlan *
pgs_shard_plan_new(const GPtrArray *systems, const GPtrArray *histories,
                   const PgsCheckSelection *checks, const GPtrArray *durations, guint index,
                   guint count)
{
    PgsShardPlan *plan = g_new0(PgsShardPlan, 1);
    plan->systems = systems;
    plan->histories = histories;
    plan->weights = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_shard_weight_free);
    plan->index = index;
    plan->n_parts = count;
    plan->cuts = g_new0(guint, count + 1);
    for (guint i = 0; i < systems->len; i++) {
        g_ptr_array_add(plan->weights, pgs_shard_weight_new(systems->pdata[i], histories->pdata[i],
                                                            checks, durations));
        plan->n_places += 1 + n_rungs(plan, i);
    }
    cut_evenly(plan);
    plan->digest = digest(plan, checks);
    return plan;
}

void
pgs_shard_plan_free(PgsShardPlan *plan)
{
    if (plan == NULL)
        return;
    g_ptr_array_unref(plan->weights);
    g_free(plan->cuts);
    g_free(plan->digest);
    g_free(plan);
}

PgsShardPart
pgs_shard_plan_part(const PgsShardPlan *plan, guint system)
{
    guint begin = 0;
    for (guint i = 0; i < system; i++)
        begin += 1 + n_rungs(plan, i);
    return part_of_piece(plan, system, begin, plan->cuts[plan->index - 1], plan->cuts[plan->index]);
}

guint64
pgs_shard_plan_weight(const PgsShardPlan *plan, guint index)
{
    return weigh_piece(plan, plan->cuts[index - 1], plan->cuts[index]);
}

const char *
pgs_shard_plan_digest(const PgsShardPlan *plan)
{
    return plan->digest;
}

/* ---- for people ---- */

static const char *
label_at(const PgsShardPlan *plan, guint system, guint revision)
{
    const PgsHistory *history = plan->histories->pdata[system];
    return ((const PgsRevision *)history->revisions->pdata[revision])->label;
}

/* "stairway 0001_a to 0040_b" */
static void
append_rungs(GString *text, const PgsShardPlan *plan, guint system, const PgsShardPart *part)
{
    g_string_append_printf(text, "stairway %s", label_at(plan, system, part->from));
    if (part->to > part->from + 1)
        g_string_append_printf(text, " to %s", label_at(plan, system, part->to - 1));
}

static void
append_part(GString *text, const PgsShardPlan *plan, guint system, const PgsShardPart *part)
{
    gboolean has_rungs = part->from < part->to;
    const PgsShardWeight *weight = plan->weights->pdata[system];
    if ((part->block || weight->is_bare) && part->to - part->from == n_rungs(plan, system)) {
        g_string_append(text, "all");
        return;
    }
    if (part->block)
        g_string_append_printf(text, "all but the stairway%s", has_rungs ? ", " : "");
    if (has_rungs)
        append_rungs(text, plan, system, part);
}

char *
pgs_shard_plan_describe(const PgsShardPlan *plan)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < plan->systems->len; i++) {
        PgsShardPart part = pgs_shard_plan_part(plan, i);
        if (!part.block && part.from >= part.to)
            continue;
        g_string_append_printf(text, "%s%s: ", text->len > 0 ? "; " : "",
                               ((const PgsSystem *)plan->systems->pdata[i])->name);
        append_part(text, plan, i, &part);
    }
    return g_string_free(text->len > 0 ? text : g_string_append(text, "nothing to do"), FALSE);
}
