#ifndef PGS_CHECK_SHARD_H
#define PGS_CHECK_SHARD_H

#include "check/check.h"
#include "migration/history.h"
#include "project/system.h"
#include "record/record.h"

/*
 * A run that is split into parts of about the same length: part I of N.  The work of a system is a
 * block (everything but the stairway) and its stairway's rungs, in their order; the work of all
 * systems, one behind the other, is cut into N pieces that weigh about the same.  A part climbs to
 * its first rung without judging what is below.  The same folders, durations and N give the same
 * split everywhere.
 */

/* What one part has of one system. */
typedef struct {
    gboolean block; /* it makes all checks but the stairway's */
    guint from, to; /* rungs, by the revision's index: from … to - 1; equal: none */
} PgsShardPart;

typedef struct _PgsShardPlan PgsShardPlan;

/*
 * histories: PgsHistory of each of the systems (PgsSystem), in their order; NULL: it cannot be
 * read. checks: what the command line chooses of them.  durations: PgsRecord of earlier runs, in
 * any order, by whose findings the work is weighed; empty: each rung counts the same.  index from 1
 * to count.  systems and histories must outlive it.  Free with pgs_shard_plan_free().
 */
PgsShardPlan *pgs_shard_plan_new(const GPtrArray *systems, const GPtrArray *histories,
                                 const PgsCheckSelection *checks, const GPtrArray *durations,
                                 guint index, guint count);
void pgs_shard_plan_free(PgsShardPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsShardPlan, pgs_shard_plan_free)

/* What this part has of the system at that index. */
PgsShardPart pgs_shard_plan_part(const PgsShardPlan *plan, guint system);
/* What any part (from 1) is expected to cost, in microseconds of work. */
guint64 pgs_shard_plan_weight(const PgsShardPlan *plan, guint index);
/* Tells this split from others. */
const char *pgs_shard_plan_digest(const PgsShardPlan *plan);
/* "canvas: all; boardroom: stairway 0001_a to 0040_b": for people.  Free with g_free(). */
char *pgs_shard_plan_describe(const PgsShardPlan *plan);

#endif
