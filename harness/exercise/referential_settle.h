#ifndef PGS_EXERCISE_REFERENTIAL_SETTLE_H
#define PGS_EXERCISE_REFERENTIAL_SETTLE_H

#include "exercise/referential_rows.h"

/*
 * Deferred triggers of a user's may do away with rows that were just made: what they are waiting to
 * do they do as soon as an attempt says SET CONSTRAINTS ALL IMMEDIATE.  Whether the children
 * outlive that.
 */
gboolean pgs_referential_rows_stay(const PgsReferentialRows *rows, gboolean *stay, GError **error);
/* Has them do it now; when one refuses, it stays as it is. */
gboolean pgs_referential_settle(PgsBench *bench, GError **error);

#endif
