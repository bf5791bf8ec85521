#ifndef PGS_LEDGER_MANNER_H
#define PGS_LEDGER_MANNER_H

#include "migration/runner.h"

/* How a revision's texts and the books' entry can be one, and what is left when they cannot. */
typedef enum {
    PGS_MANNER_WITHIN, /* in the transaction that the tool holds around the text: all or nothing */
    PGS_MANNER_JOINED, /* the tool sends the text as one message without a transaction of its own;
                          with the entry behind it the server runs both as one: all or nothing */
    PGS_MANNER_MARKED, /* part of it may stay: a mark says so while it runs */
} PgsManner;

/* step: with all that is behind it. */
PgsManner pgs_manner_of(const PgsStep *step);
/* Whether a text of a marked revision can have the books' entry in its own message. */
gboolean pgs_manner_may_join(const PgsStep *step);
/* Whether a statement waits for older transactions, in nobody's way: CREATE INDEX CONCURRENTLY and
 * the like. */
gboolean pgs_manner_is_concurrent(const PgsStatement *statement);
/* What stays of a text that has failed, the server having said so. */
typedef enum {
    PGS_LEFT_SOMETHING, /* or nobody knows */
    PGS_LEFT_NOTHING,
    PGS_LEFT_VISIBLE, /* at most an index or a partition that the catalog shows as unfinished */
} PgsLeft;

/* is_first: no other text of the revision was run before it. */
PgsLeft pgs_manner_left(const PgsStep *step, const PgsOutcome *outcome, gboolean is_first);
/* Whether it may succeed when it is tried again: a lock was not had in time, a deadlock, a
 * serialization failure, a lost connection. */
gboolean pgs_manner_is_passing(const PgsOutcome *outcome);

#endif
