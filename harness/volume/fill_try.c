#include "volume/fill_try.h"

#include "pg/batch.h"
#include "volume/fill_statement.h"

#include <string.h>

enum {
    SAMPLE = 25,      /* rows at each end */
    PART_SAMPLE = 400 /* of a partition, which takes only some of them */
};

/* What came of the parts' present choices. */
typedef struct {
    PgsFill *fill;
    gboolean without_triggers;
    PgsBatch *batch;
    guint sample;
    PgsFailure *refusal; /* the last */
} Trial;

static void
trial_clear(Trial *trial)
{
    g_clear_pointer(&trial->batch, pgs_batch_free);
    g_clear_pointer(&trial->refusal, pgs_failure_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Trial, trial_clear)

static gboolean
is_complete(const PgsFill *fill)
{
    for (guint i = 0; i < fill->parts->len; i++) {
        const PgsFillPart *part = fill->parts->pdata[i];
        if (part->proposals->len == 0)
            return FALSE;
    }
    return TRUE;
}

static void
add_attempt(Trial *trial)
{
    const PgsFill *fill = trial->fill;
    gint64 far = MAX(fill->rows - trial->sample, trial->sample);
    g_autofree char *near = pgs_fill_statement(fill, 1, 0, trial->sample, 0);
    g_autofree char *end = pgs_fill_statement(fill, far + 1, far, far + trial->sample, 0);
    pgs_batch_begin(trial->batch);
    pgs_batch_add(trial->batch, trial->without_triggers
                                    ? "SET LOCAL session_replication_role = replica"
                                    : "SET LOCAL enable_nestloop = off");
    pgs_batch_add(trial->batch, near);
    pgs_batch_add(trial->batch, end);
    pgs_batch_add(trial->batch, "SET CONSTRAINTS ALL IMMEDIATE");
}

static guint
rows_of(const PgsBatchResult *result, guint statement)
{
    if (result->failure != NULL || statement >= result->results->len)
        return 0;
    return (guint)g_ascii_strtoull(PQcmdTuples(result->results->pdata[statement]), NULL, 10);
}

/* How many rows an attempt stored; 0: it was refused, or all were dropped. */
static guint
yield(Trial *trial, guint attempt)
{
    const PgsBatchResult *result = pgs_batch_result(trial->batch, attempt);
    return rows_of(result, 1) + rows_of(result, 2);
}

static gboolean
run(Trial *trial, GError **error)
{
    return pgs_batch_run(trial->batch, pgs_bench_connection(trial->fill->bench), error);
}

static void
restart(Trial *trial)
{
    g_clear_pointer(&trial->batch, pgs_batch_free);
    trial->batch = pgs_batch_new();
}

static PgsFailure *
copy_failure(const PgsFailure *failure)
{
    PgsFailure *copy = g_new0(PgsFailure, 1);
    memcpy(copy->sqlstate, failure->sqlstate, sizeof copy->sqlstate);
    copy->severity = g_strdup(failure->severity);
    copy->message = g_strdup(failure->message);
    copy->detail = g_strdup(failure->detail);
    copy->context = g_strdup(failure->context);
    copy->constraint = g_strdup(failure->constraint);
    return copy;
}

/* The choices as they are.  *rows: how many were stored. */
static gboolean
try_choices(Trial *trial, guint *rows, GError **error)
{
    restart(trial);
    *rows = 0;
    if (!is_complete(trial->fill))
        return TRUE;
    add_attempt(trial);
    if (!run(trial, error))
        return FALSE;
    const PgsBatchResult *result = pgs_batch_result(trial->batch, 0);
    g_clear_pointer(&trial->refusal, pgs_failure_free);
    if (result->failure != NULL)
        trial->refusal = copy_failure(result->failure);
    *rows = yield(trial, 0);
    return TRUE;
}

/* ---- one part at a time ---- */

static void
choose_last(PgsFill *fill)
{
    for (guint i = 0; i < fill->parts->len; i++) {
        PgsFillPart *part = fill->parts->pdata[i];
        part->choice = part->proposals->len > 0 ? part->proposals->len - 1 : 0;
    }
}

/*
 * For each part the first proposal that is taken beside what the others have been given so far,
 * beginning with the plainest of all.  *rows: what the last one stored.
 */
static gboolean
choose_parts(Trial *trial, guint *rows, GError **error)
{
    PgsFill *fill = trial->fill;
    choose_last(fill);
    if (!try_choices(trial, rows, error))
        return FALSE;
    for (guint i = 0; i < fill->parts->len; i++) {
        PgsFillPart *part = fill->parts->pdata[i];
        guint last = part->choice;
        if (last == 0)
            continue;
        restart(trial);
        for (part->choice = 0; part->choice < last; part->choice++)
            add_attempt(trial);
        if (!run(trial, error))
            return FALSE;
        guint best = last;
        for (guint j = last; j > 0; j--) {
            guint stored = yield(trial, j - 1);
            if (stored > 0 && stored >= *rows / 2) {
                best = j - 1;
                *rows = MAX(*rows, stored);
            }
        }
        part->choice = best;
    }
    return try_choices(trial, rows, error);
}

/* ---- the whole ---- */

gboolean
pgs_fill_choose(PgsFill *fill, gboolean without_triggers, PgsFailure **refusal, GError **error)
{
    g_auto(Trial) trial = {.fill = fill, .without_triggers = without_triggers};
    fill->skips_conflicts = TRUE;
    trial.sample = fill->relation->is_partition ? PART_SAMPLE : SAMPLE;
    guint rows;
    if (!try_choices(&trial, &rows, error))
        return FALSE;
    if (rows == 0 && pgs_fill_yield(fill, trial.refusal)) {
        if (!try_choices(&trial, &rows, error))
            return FALSE;
    }
    gboolean is_poor = rows < trial.sample / 2 && !fill->relation->is_partition;
    if ((rows == 0 || is_poor) && !choose_parts(&trial, &rows, error))
        return FALSE;
    if (rows > 0) {
        fill->skips_conflicts = fill->has_rows || rows < 2 * trial.sample;
        return TRUE;
    }
    *refusal = g_steal_pointer(&trial.refusal);
    return FALSE;
}
