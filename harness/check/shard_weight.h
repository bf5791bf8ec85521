#ifndef PGS_CHECK_SHARD_WEIGHT_H
#define PGS_CHECK_SHARD_WEIGHT_H

#include "check/check.h"
#include "migration/history.h"
#include "project/system.h"
#include "record/record.h"

/*
 * What verifying a system costs, in microseconds of work: of the machine that it was measured on
 * where nothing is known, of an earlier run where its record is there.  Whole numbers only, so that
 * every machine comes to the same.
 */
typedef struct {
    guint first, end; /* its rungs: revisions by index, first … end - 1; equal: there are none */
    guint64 start;    /* a server, and what is there already (--since): of each part */
    guint64 block;    /* all but the stairway; without start */
    gboolean starts;  /* the block needs a server */
    gboolean is_bare; /* no check of a block was chosen: all the work is in the rungs */
    guint64 *rungs;   /* by revision: all rungs below it; a rung is up, down, up and the reading
                         between */
    guint64 *below;   /* by revision: the way from first to below it, without judging */
} PgsShardWeight;

/* history NULL: it cannot be read.  known: PgsRecord of earlier runs, in any order; may be empty.
 * Free with pgs_shard_weight_free(). */
PgsShardWeight *pgs_shard_weight_new(const PgsSystem *system, const PgsHistory *history,
                                     const PgsCheckSelection *given, const GPtrArray *known);
void pgs_shard_weight_free(PgsShardWeight *weight);

/* What a part costs that has these rungs (equal: none), and perhaps the block. */
guint64 pgs_shard_weight_part(const PgsShardWeight *weight, gboolean block, guint from, guint to);

#endif
