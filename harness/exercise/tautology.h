#ifndef PGS_EXERCISE_TAUTOLOGY_H
#define PGS_EXERCISE_TAUTOLOGY_H

#include "inventory/bench.h"

/*
 * What can be said for certain of a CHECK, whatever rows there are.
 */

/* How far an answer that it gave once holds. */
typedef enum {
    PGS_STEADINESS_NONE,    /* it calls what is volatile: it may answer otherwise the next time */
    PGS_STEADINESS_TRUSTED, /* as far as its functions are what their owner says of them, within
                               one transaction */
    PGS_STEADINESS_CERTAIN, /* the server's own functions, all immutable */
} PgsSteadiness;

typedef struct {
    gboolean never_false; /* it refuses no row */
    gboolean never_true;  /* it accepts nothing but what makes it NULL */
} PgsTautology;

/* Of a table's or a domain's CHECK.  FALSE with error when the connection was lost. */
gboolean pgs_check_steadiness(PgsBench *bench, const PgsRule *rule, PgsSteadiness *steadiness,
                              GError **error);
/*
 * What the server's planner proves of an expression over the rows of a relation with the rule's
 * columns, but without rules of its own, which would be the proof otherwise.  Nothing for a rule
 * that is not certain.  Inside the bench's transaction; FALSE with error as pgs_batch_run().
 */
gboolean pgs_tautology_prove(PgsBench *bench, const PgsRule *rule, PgsTautology *proven,
                             GError **error);
/* Whether two CHECKs of a table, with columns that cannot be NULL, are never TRUE of one row; as
   pgs_tautology_prove(). */
gboolean pgs_tautology_prove_pair(PgsBench *bench, const PgsRule *rule, const PgsRule *other,
                                  gboolean *never_both, GError **error);

#endif
