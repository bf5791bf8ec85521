#ifndef PGS_CHECK_DRIFT_SCOPE_H
#define PGS_CHECK_DRIFT_SCOPE_H

#include "snapshot/snapshot.h"

/* What of two schemas is held against each other. */
typedef enum {
    /* One of them is a database that others run: who owns what there, who may do what, and where it
       lies is its own affair. */
    PGS_DRIFT_LIVE = 1 << 0,
    /* The servers are on different sides of PostgreSQL 18, which keeps a not-null constraint for
       each column that is NOT NULL. */
    PGS_DRIFT_NOT_NULL_DIFFERS = 1 << 1,
} PgsDriftScope;

/*
 * snapshot without what is out of scope (drift_scope.c has the table), and without the objects that
 * ignore names (identities, "kind identity", or a bare name of the schema public) and their parts.
 * The caller's.
 */
PgsSnapshot *pgs_drift_narrow(PgsSnapshot *snapshot, PgsDriftScope scope, char **ignore);

#endif
