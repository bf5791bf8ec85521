#ifndef PGS_VOLUME_FILL_TRY_H
#define PGS_VOLUME_FILL_TRY_H

#include "volume/fill.h"

/*
 * Chooses among the proposals of fill's parts: those whose rows the server takes, from a few rows
 * at both ends.  Within the bench's transaction.  without_triggers: as replication would insert.
 * FALSE without error: *refusal (pgs_failure_free()) is what the server said last, or NULL when
 * rows were dropped without a word.
 */
gboolean pgs_fill_choose(PgsFill *fill, gboolean without_triggers, PgsFailure **refusal,
                         GError **error);

#endif
