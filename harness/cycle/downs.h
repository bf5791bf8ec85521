#ifndef PGS_CYCLE_DOWNS_H
#define PGS_CYCLE_DOWNS_H

#include "migration/history.h"

/* Which revisions can be gone down from, and what is said of those that cannot. */

/* Whether nobody goes down in this folder: its tool knows no way down, or no revision has one, and
 * none is asked for. */
gboolean pgs_downs_is_forward_only(const PgsHistory *history);
/* A revision without a downgrade of which nothing is said: the reason, static; NULL: there is one,
 * or its lack is a failure. */
const char *pgs_downs_excuse(const PgsHistory *history, gint revision);
/* Whether its lack is a failure. */
gboolean pgs_downs_is_missing(const PgsHistory *history, gint revision);
/* How far down the cycle goes: floor, or the last revision above it that nobody misses a downgrade
 * of. */
gint pgs_downs_floor(const PgsHistory *history, gint floor);

#endif
