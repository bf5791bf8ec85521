#ifndef PGS_RECORD_SHARD_ORDER_H
#define PGS_RECORD_SHARD_ORDER_H

#include "record/record.h"

/* Puts the findings of merged parts in the order in which an undivided run makes them
 * (check/attempt.c, cli/passes.c): one server behind the other, one system behind the other. */
void pgs_shard_order(PgsRecord *record);

/* Whether it is of a revision's verify script, tried once more at head. */
gboolean pgs_shard_is_at_head(const PgsFinding *finding);
/* The acceptance that stands where the finding points to, or NULL. */
const PgsRecordAcceptance *pgs_shard_find_acceptance(const PgsRecordSystem *system,
                                                     const PgsFinding *finding);

#endif
