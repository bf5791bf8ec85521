#ifndef PGS_EXERCISE_REFERENTIAL_DEFERRAL_H
#define PGS_EXERCISE_REFERENTIAL_DEFERRAL_H

#include "exercise/referential_rows.h"

/*
 * DEFERRABLE: an orphan waits until the key is IMMEDIATE again; NOT DEFERRABLE: SET CONSTRAINTS is
 * refused.  Judges the result when it is not so.  FALSE with error as pgs_batch_run().
 */
gboolean pgs_referential_deferral(PgsReferentialRows *rows, GError **error);
/*
 * INITIALLY DEFERRED or IMMEDIATE, in a transaction of its own in which nothing is said of the key:
 * outside of the bench's, and only when the connection is in none.
 */
gboolean pgs_referential_initially(PgsReferentialRows *rows, GError **error);

#endif
