#ifndef PGS_EXERCISE_REFERENTIAL_ORPHAN_H
#define PGS_EXERCISE_REFERENTIAL_ORPHAN_H

#include "exercise/referential_rows.h"

/*
 * Children that no parent has, and what MATCH and DEFERRABLE say of them: tried before the children
 * are stored; judges the result.  FALSE with error as pgs_batch_run().
 */
gboolean pgs_referential_orphans(PgsReferentialRows *rows, GError **error);
/* Likewise with the first child stored: an UPDATE that gives it a key that no parent has. */
gboolean pgs_referential_orphan_update(PgsReferentialRows *rows, GError **error);

#endif
