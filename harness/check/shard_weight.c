#include "check/shard_weight.h"

#include "check/folder_findings.h"
#include "check/inspection.h"
#include "check/verify.h"
#include "cycle/paths.h"

#include <string.h>

/*
 * Measured on two processors with PostgreSQL 15 (ci/bench/shard): a server 0.2 s; of small
 * revisions 100 took 1.2 s in the stairway and 0.4 s in the cycle, 500 took 6.8 s and 1.0 s; all
 * else of a project with sample data and plans (migrations/canvas) 1.8 s, of a bare folder 0.2 s
 * (100 revisions) to 1.7 s (500).
 */
#define START_US 200000    /* a server until its first database is there */
#define READING_US 22000   /* of the catalog and of rows, three times a rung */
#define STEP_US 600        /* one direction of a small revision */
#define CLIMB_US 200       /* what a step costs beside its own time, one behind the other */
#define FOLDER_US 20000    /* the folder's own findings, without a server */
#define BARE_US 100000     /* the block beyond its climbs */
#define PROJECT_US 1500000 /* the same with sample data, plans, models … */
#define BLOCK_STEPS 6      /* climbs and descents of the block, not all of them side by side */
#define MAX_SLOWNESS 4     /* of a machine: what is slower is rather the revisions */
/* So many things go on side by side on the two processors that there are everywhere: lanes of the
 * stairway, and the block's threads.  What was recorded was recorded of each of them, among the
 * others.  The way to the first rung is climbed before that. */
#define LANES 2

/* What earlier runs say of a revision. */
typedef struct {
    guint64 up;   /* one upgrade */
    guint64 rung; /* all steps of its rung */
} Known;

/* The same of the block: what it took together, and the one thread of it that is known. */
typedef struct {
    guint64 sum, cycle;
} Block;

/* ---- what earlier runs say ---- */

static gboolean
is_of_stairway(const PgsFinding *finding)
{
    return pgs_check_is_named("stairway", finding->check) && finding->revision != NULL;
}

static Known *
find_known(GHashTable *table, const char *label)
{
    Known *known = g_hash_table_lookup(table, label);
    if (known == NULL) {
        known = g_new0(Known, 1);
        g_hash_table_insert(table, g_strdup(label), known);
    }
    return known;
}

/* One record's word: on several servers it adds up.  system NULL: of any, labels within theirs. */
static GHashTable *
read_record(const PgsRecord *record, const char *system, Block *block)
{
    GHashTable *table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = record->findings->pdata[i];
        if ((system != NULL && strcmp(finding->system, system) != 0) || finding->duration <= 0)
            continue;
        if (!is_of_stairway(finding)) {
            block->sum += (guint64)finding->duration;
            if (pgs_check_is_named("cycle", finding->check))
                block->cycle += (guint64)finding->duration;
            continue;
        }
        g_autofree char *label = g_strjoin("\x1f", finding->system, finding->revision, NULL);
        Known *known = find_known(table, system != NULL ? finding->revision : label);
        known->rung += (guint64)finding->duration;
        if (strcmp(finding->check, "stairway.up") == 0)
            known->up += (guint64)finding->duration;
    }
    return table;
}

/* The longest that any of the records says: their order does not matter. */
static GHashTable *
read_records(const GPtrArray *records, const char *system, Block *block)
{
    GHashTable *all = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    for (guint i = 0; i < records->len; i++) {
        Block own = {0};
        g_autoptr(GHashTable) table = read_record(records->pdata[i], system, &own);
        GHashTableIter iter;
        gpointer label, value;
        g_hash_table_iter_init(&iter, table);
        while (g_hash_table_iter_next(&iter, &label, &value)) {
            const Known *known = value;
            Known *longest = find_known(all, label);
            longest->up = MAX(longest->up, known->up);
            longest->rung = MAX(longest->rung, known->rung);
        }
        block->sum = MAX(block->sum, own.sum);
        block->cycle = MAX(block->cycle, own.cycle);
    }
    return all;
}

static gint
compare_numbers(gconstpointer a, gconstpointer b)
{
    const guint64 *first = a, *second = b;
    return (*first > *second) - (*first < *second);
}

static guint64
median_of(GHashTable *table, gsize offset)
{
    g_autoptr(GArray) numbers = g_array_new(FALSE, FALSE, sizeof(guint64));
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, table);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        g_array_append_vals(numbers, G_STRUCT_MEMBER_P(value, offset), 1);
    g_array_sort(numbers, compare_numbers);
    return g_array_index(numbers, guint64, (numbers->len - 1) / 2);
}

/* For revisions that no record knows: the usual one of the system, of all systems, or of any
 * folder. */
static Known
usual_revision(const GPtrArray *records, GHashTable *of_system)
{
    Block block = {0};
    g_autoptr(GHashTable) of_all = read_records(records, NULL, &block);
    GHashTable *table = g_hash_table_size(of_system) > 0 ? of_system : of_all;
    if (g_hash_table_size(table) == 0)
        return (Known){.up = STEP_US, .rung = (guint64)3 * STEP_US};
    return (Known){.up = median_of(table, offsetof(Known, up)),
                   .rung = median_of(table, offsetof(Known, rung))};
}

/* ---- weights ---- */

/* As in pgs_verify_system(). */
static guint
count_given(const PgsSystem *system, const PgsHistory *history)
{
    PgsMerged *merged = NULL;
    gint since = -1;
    if (!pgs_folder_ask_merged(system, history, NULL, &merged, &since, NULL))
        since = -1;
    g_clear_pointer(&merged, pgs_merged_free);
    return (guint)(since + 1);
}

/* Whether a check was chosen that only the block makes: any but those of the rungs, and of what
 * every part tells. */
static gboolean
has_block(const PgsCheckSelection *checks)
{
    static const char *const others[] = {"stairway",  "run",     "accept",
                                         "tolerance", "servers", "suite"};
    const PgsCheck *check;
    for (guint i = 0; (check = pgs_check_at(i)) != NULL; i++) {
        gboolean is_other = FALSE;
        for (gsize k = 0; k < G_N_ELEMENTS(others); k++)
            is_other = is_other || pgs_check_is_named(others[k], check->id);
        if (!is_other && pgs_check_selection_has(checks, check->id))
            return TRUE;
    }
    return FALSE;
}

/* What the block and the rungs are made of, as far as it was chosen. */
static void
choose(PgsShardWeight *weight, const PgsSystem *system, const PgsHistory *history,
       const PgsCheckSelection *given)
{
    g_auto(GStrv) skip = NULL;
    PgsCheckSelection checks = pgs_verify_select(system, given, &skip);
    weight->end = history->revisions->len;
    weight->starts =
        weight->first < weight->end && (pgs_check_selection_has_group(&checks, "cycle") ||
                                        (pgs_check_selection_has_group(&checks, "graph") &&
                                         pgs_paths_are_there(history, weight->first)) ||
                                        pgs_inspection_is_wanted(system, history, &checks));
    if (!pgs_check_selection_has_group(&checks, "stairway"))
        weight->first = weight->end;
    weight->is_bare = weight->first < weight->end && !has_block(&checks);
}

static void
weigh_revisions(PgsShardWeight *weight, const PgsHistory *history, const GPtrArray *known,
                guint n_given, const char *system)
{
    Block block = {0};
    guint64 climb = 0;
    g_autoptr(GHashTable) table = read_records(known, system, &block);
    Known usual = usual_revision(known, table);
    /* A machine on which small steps take longer takes longer to read, too. */
    guint64 reading = READING_US * CLAMP(usual.up / STEP_US, 1, MAX_SLOWNESS);
    for (guint i = 0; i < history->revisions->len; i++) {
        const PgsRevision *revision = history->revisions->pdata[i];
        const Known *own = g_hash_table_lookup(table, revision->label);
        guint64 up = (own != NULL ? own->up : usual.up) + CLIMB_US;
        guint64 rung = reading + (own != NULL ? own->rung : usual.rung);
        /* More than what the revision adds to the way of others: pgs_shard_plan_new() needs it. */
        weight->rungs[i + 1] = weight->rungs[i] + MAX(rung / LANES, up + 1);
        weight->below[i] = i > n_given ? climb : 0;
        climb = i < n_given ? climb : climb + up;
        if (i < n_given)
            weight->start += up;
    }
    weight->block =
        block.sum > 0 ? MAX(block.sum / LANES, block.cycle) : weight->block + BLOCK_STEPS * climb;
}

PgsShardWeight *
pgs_shard_weight_new(const PgsSystem *system, const PgsHistory *history,
                     const PgsCheckSelection *given, const GPtrArray *known)
{
    PgsShardWeight *weight = g_new0(PgsShardWeight, 1);
    weight->start = START_US;
    weight->block = FOLDER_US;
    if (history == NULL)
        return weight;
    guint n_given = count_given(system, history);
    weight->first = n_given;
    choose(weight, system, history, given);
    weight->rungs = g_new0(guint64, history->revisions->len + 1);
    weight->below = g_new0(guint64, history->revisions->len);
    weigh_revisions(weight, history, known, n_given, system->name);
    if (!weight->starts)
        weight->block = weight->is_bare ? 0 : FOLDER_US;
    return weight;
}

void
pgs_shard_weight_free(PgsShardWeight *weight)
{
    if (weight == NULL)
        return;
    g_free(weight->rungs);
    g_free(weight->below);
    g_free(weight);
}

guint64
pgs_shard_weight_part(const PgsShardWeight *weight, gboolean block, guint from, guint to)
{
    guint64 sum = block ? weight->block : 0;
    if ((block && weight->starts) || from < to)
        sum += weight->start;
    if (from < to)
        sum += weight->below[from];
    return from < to ? sum + weight->rungs[to] - weight->rungs[from] : sum;
}
