#ifndef PGS_EXERCISE_REFERENTIAL_DEFAULT_H
#define PGS_EXERCISE_REFERENTIAL_DEFAULT_H

#include "inventory/bench.h"
#include "synthesis/draft.h"

/*
 * What SET DEFAULT makes of columns: their defaults' texts (NULL: SQL NULL), evaluated by the
 * server.  *texts NULL and *reason: they cannot be foretold.  FALSE with error as pgs_batch_run().
 */
gboolean pgs_referential_defaults(PgsBench *bench, const PgsColumn *const *columns, guint n,
                                  GPtrArray **texts, char **reason, GError **error);
/*
 * Makes the parent row that a child with these key values points at, unless it is there; a key with
 * a NULL has none.  *reason: it could not be made.
 */
gboolean pgs_referential_ensure_parent(PgsBench *bench, const PgsRule *rule, const GPtrArray *key,
                                       char **reason, GError **error);
/* Both, for what becomes of a child whose key values are key; *after: its key then, or NULL and
 * *reason. */
gboolean pgs_referential_default_key(PgsBench *bench, const PgsRule *rule, const GPtrArray *key,
                                     const PgsColumn *const *set, guint n_set, GPtrArray **after,
                                     char **reason, GError **error);

#endif
