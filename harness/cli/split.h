#ifndef PGS_CLI_SPLIT_H
#define PGS_CLI_SPLIT_H

#include "check/shard.h"
#include "cli/options.h"

#include <gio/gio.h>

/* --shard I/N: which part of a run this one is, and what is to be done in it. */
typedef struct {
    guint index, count;   /* count 0: the run is not split */
    GPtrArray *histories; /* PgsHistory by system; NULL: it cannot be read */
    PgsShardPlan *plan;
} PgsSplit;

/*
 * systems: PgsSystem, borrowed as long as the split is used.  Error: PGS_CLI_ERROR_USAGE for what
 * is no part, or a record of --durations that cannot be read (one that is not there is passed over,
 * and said so).
 */
gboolean pgs_split_begin(PgsSplit *split, const PgsSettings *settings, const GPtrArray *systems,
                         GCancellable *cancellable, GError **error);
void pgs_split_clear(PgsSplit *split);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgsSplit, pgs_split_clear)

/* Which part it is, into the record. */
void pgs_split_note(const PgsSplit *split, PgsRecord *record);
/* "part 2 of 5: canvas: all but the stairway"; NULL when the run is not split.  g_free(). */
char *pgs_split_describe(const PgsSplit *split);
/* Whether there is anything to do of the system at that index. */
gboolean pgs_split_has(const PgsSplit *split, guint system);

#endif
